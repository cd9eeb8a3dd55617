/** What earlier work remembers, in a packet: within its room, quoted, first to give way. Issue 7. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildPacket } from '../../../../src/core/protocol/packet';
import type { PacketInput } from '../../../../src/core/protocol/packet-input';
import { fitMemory, type PacketMemory } from '../../../../src/core/protocol/packet-memory';
import { tokenQuarters } from '../../../../src/core/protocol/token-estimate';
import { manySessions, packetInput, shortTexts } from './sample-packet';

const remembered = (text: string, over: Partial<PacketMemory> = {}): PacketMemory => ({
  ...{ id: 'm-abcdefghijklmnop', kind: 'progress', detail: null, task: '99', session: 3 },
  ...{ provenance: 'agent', at: '2026-11-20T10:00:00Z', text, path: 'task-states/task-99-state.md' },
  ...over,
});

const item = fc
  .record({
    text: fc.string({ unit: 'binary', maxLength: 300 }),
    path: fc.string(),
    detail: fc.option(fc.string()),
  })
  .map(({ text, path, detail }) =>
    remembered(text, { path, detail, kind: detail === null ? 'progress' : 'note' }),
  );

function withMemory(over: Partial<PacketInput>, sessions = 0): string {
  return buildPacket(packetInput(shortTexts(), { log: manySessions(sessions) }, over)).text;
}

suite('what a packet tells of earlier work', () => {
  test('costs at most its room, and every line of it is Baton’s own sentence or quoted, whatever the items say', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), fc.integer({ min: 0, max: 4000 }), (items, room) => {
        const text = fitMemory(items, room, '', 'baton');
        assert.ok(text === '' || tokenQuarters(`\n\n${text}`) <= room);
        const own = text.split('\n').filter((line) => line !== '' && !line.startsWith('>'));
        assert.ok(own.length === 0 || own.length === 2, text);
      }),
    );
  });

  test('says whose words they are, of which task and when, under the id that keeps them from being taken in again', () => {
    const text = withMemory({
      memory: { items: [remembered('Ports are taken\n# not a heading')], tokens: 400 },
    });
    const label =
      '> [m-abcdefghijklmnop] progress by an agent, task #99 session 3, 2026-11-20, `task-states/task-99-state.md`';
    assert.ok(text.includes(`${label}\n> Ports are taken\n> # not a heading\n`), text);
  });

  test('leaves out what the packet says anyway, and is not there at all when nothing is left', () => {
    const known = remembered('- verifyToken() validates signature');
    const without = withMemory({});
    assert.equal(withMemory({ memory: { items: [known], tokens: 400 } }), without);
    assert.equal(withMemory({ memory: { items: [], tokens: 400 } }), without);
    assert.equal(withMemory({ memory: { items: [remembered('New')], tokens: 0 } }), without);
  });

  test('gives way before any detail of the own log does, and never to what the packet could do without it', () => {
    const memory = { items: [remembered('Something from elsewhere')], tokens: 400 };
    for (let budget = 500; budget <= 4000; budget += 100) {
      const bare = buildPacket(packetInput(shortTexts(), { log: manySessions(12) }, { budget }));
      const packet = buildPacket(packetInput(shortTexts(), { log: manySessions(12) }, { budget, memory }));
      assert.deepEqual(packet.cut, bare.cut);
      assert.equal(packet.mandatoryOverBudget, bare.mandatoryOverBudget);
      if (!packet.mandatoryOverBudget) assert.ok(packet.tokens <= budget);
      if (packet.cut.length > 0 && bare.text.length > 0) {
        const kept = packet.text.replace(/## What earlier work remembers[\s\S]*?(?=\n## )/, '');
        for (const line of bare.text.split('\n'))
          if (!line.startsWith('- Budget')) assert.ok(kept.includes(line), line);
      }
    }
    assert.match(withMemory({ memory }, 3), /Something from elsewhere/);
  });
});
