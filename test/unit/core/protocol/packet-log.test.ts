/** How the log of earlier sessions is fitted into a packet. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ProgressEntry } from '../../../../src/core/model/task';
import { buildPacket } from '../../../../src/core/protocol/packet';
import { fitLog } from '../../../../src/core/protocol/packet-log';
import { tokenQuarters } from '../../../../src/core/protocol/token-estimate';
import { shippedTexts } from './memory-folder';
import { entry, manySessions, packetInput, seedLog, shortTexts } from './sample-packet';

const wholeNote = 'Earlier sessions, oldest first. The full text is in the file, section Progress Log.\n\n';

function fitted(log: readonly ProgressEntry[], room: number) {
  return fitLog(log, room, 'the file', { next: undefined, issues: undefined });
}

/** Where the text of the newest entries begins, of all entries shown whole. */
function wholeFrom(log: readonly ProgressEntry[], newest: number): number {
  return fitted(log.slice(0, -newest), 1_000_000).text.length || wholeNote.length;
}

function counted(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? '1 older entry is left out here (session 1). Read it in the task file.\n\n'
    : `${count} older entries are left out here (sessions 1 to ${count}). Read them in the task file.\n\n`;
}

suite('earlier sessions in a packet', () => {
  const texts = shortTexts();

  test('earlier sessions appear in full while there is room', () => {
    const { text, cut } = buildPacket(packetInput(texts, { log: seedLog }));
    assert.deepEqual(cut, []);
    assert.match(
      text,
      /> Session 1 - 2026-11-21 14:30\n> What I did:\n> - Created `src\/auth\/jwt\.service\.ts`/,
    );
    assert.match(text, /> Session 2 - 2026-11-21 15:45/);
    assert.match(text, /Next steps, from session 2:\n\n> - Add integration test/);
  });

  test('the oldest detail goes first', () => {
    const log = manySessions(12);
    const whole = buildPacket(packetInput(texts, { log }, { budget: 50_000 }));
    for (let budget = whole.tokens; budget > 300; budget -= 40) {
      const { text, cut } = buildPacket(packetInput(texts, { log }, { budget }));
      const full = log.map(({ session }) => text.includes(`Did point 4 of session ${session},`));
      const mentioned = log.map(({ session }) => text.includes(`> Session ${session} - `));
      assert.equal(full.indexOf(true) < 0 || full.slice(full.indexOf(true)).every(Boolean), true);
      assert.equal(
        mentioned.indexOf(true) < 0 || mentioned.slice(mentioned.indexOf(true)).every(Boolean),
        true,
      );
      assert.equal(cut.length, full.filter((one) => !one).length);
    }
  });

  test('a shortened entry says how much it leaves out, and where the full text is', () => {
    const log = manySessions(12);
    const { text } = buildPacket(packetInput(texts, { log }, { budget: 1500 }));
    assert.match(
      text,
      /The full text is in `\/projects\/shop\/task-states\/task-101-state\.md`, section Progress Log\./,
    );
    assert.match(
      text,
      /> Session 1 - 2026-11-21 14:30: Did point 1 of session 1, in some words \(and 3 more\)/,
    );
  });

  test('every entry is shown, summarised or counted, whatever the room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 6000 }), (count, budget) => {
        const { text } = buildPacket(packetInput(texts, { log: manySessions(count) }, { budget }));
        const shown = text.match(/^> Session \d+ - /gm)?.length ?? 0;
        const counted = Number(/(\d+) older entr(?:y is|ies are) left out here/.exec(text)?.[1] ?? 0);
        return shown + counted === count;
      }),
    );
  });

  test('the newest entries stay whole while older ones can give way, whatever their number and length', () => {
    const point = fc.stringMatching(/^[a-z]{1,20}( [a-z]{1,20}){0,12}$/);
    const points = fc.array(point, { maxLength: 6 });
    const entries = fc.array(fc.record({ did: points, issues: points, state: points, next: points }), {
      minLength: 1,
      maxLength: 60,
    });
    const room = fc.integer({ min: 0, max: 30_000 });
    fc.assert(
      fc.property(entries, room, (parts, quarters) => {
        const log = parts.map((part, index) => entry(index + 1, part));
        const { text, cut } = fitted(log, quarters);
        for (const [above, newest] of [1, 2, 3].filter((count) => count <= log.length).entries()) {
          // With everything older counted in one sentence, and what is newer still whole.
          const alone = fitted(log, 1_000_000).text.slice(wholeFrom(log, newest));
          const note = counted(log.length - newest);
          const needed = tokenQuarters(wholeNote + note + alone);
          const session = log.length - above;
          if (needed > quarters) break;
          assert.ok(!cut.some((one) => one.endsWith(` session ${session}`)), `${session}: ${cut.join(', ')}`);
        }
        assert.ok(tokenQuarters(text) <= quarters || !text.includes('\n> '));
      }),
    );
  });

  test('with 50 sessions and 100 features the last three sessions stand in the packet whole, in 16 KB', async () => {
    const features = Array.from({ length: 100 }, (_, index) => ({
      id: `feature-${index + 1}`,
      description: 'add the token service and check the users table when a request fails',
      passes: index < 50,
    }));
    const { text, cut } = buildPacket(
      packetInput(await shippedTexts(), { features, log: manySessions(50, 20) }),
    );
    assert.ok(Buffer.byteLength(text) <= 16 * 1024);
    for (const session of [48, 49, 50]) {
      assert.match(text, new RegExp(`> - Did point 20 of session ${session},`));
      assert.match(text, new RegExp(`> - State after session ${session}\\n`));
    }
    assert.equal(cut.length, 47);
    const left = Number(/(\d+) older entries are left out here \(sessions 1 to \1\)/.exec(text)?.[1]);
    assert.match(text, new RegExp(`> Session ${left + 1} - .*: Did point 1 of .* \\(and 19 more\\)`));
  });

  test('a newest entry that is larger than the room is one line, and the one before it whole', () => {
    const huge = entry(9, {
      did: Array.from({ length: 400 }, (_, at) => `Did point ${at} of the largest one`),
    });
    const { text } = fitted([...manySessions(8), huge], 2000);
    assert.match(text, /> Session 9 - 2026-11-21 14:30: Did point 0 of the largest one \(and 399 more\)/);
    assert.match(text, /> - State after session 8\n/);
  });

  test('next steps come from the newest entry that has some, issues only from the newest written by an agent', () => {
    const log = [
      entry(1, { issues: ['solved long ago'], next: ['old step'] }),
      entry(2, { issues: ['the port is taken'], next: ['try another port'] }),
      entry(3, { automatic: true, did: ['Exit code 137'] }),
    ];
    const { text } = buildPacket(packetInput(texts, { log }));
    assert.match(text, /Next steps, from session 2:\n\n> - try another port/);
    assert.match(text, /Issues encountered, from session 2:\n\n> - the port is taken/);
    assert.match(text, /> Session 3 - 2026-11-21 14:30 \(written by Baton from facts\)/);
  });

  test('issues count in any script', () => {
    const log = [entry(1, { issues: ['порт занят'] })];
    const { text } = buildPacket(packetInput(texts, { log }));
    assert.match(text, /Issues encountered, from session 1:\n\n> - порт занят/);
  });

  test('a log of 10,000 entries is fitted', () => {
    const packet = buildPacket(packetInput(texts, { log: manySessions(10_000, 1) }));
    assert.ok(packet.tokens <= packet.budget);
    assert.match(packet.text, /older entries are left out here \(sessions 1 to \d+\)/);
  });
});
