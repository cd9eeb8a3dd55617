// The memory manager's part of a tick on a disk that fails: nothing is lost by it, and the next tick makes up for it.
import assert from 'node:assert/strict';
import { BatonError } from '../../../src/core/base/baton-error';
import { createTask } from '../../../src/core/operations/create-task';
import { openMemory as openLongTerm } from '../../../src/core/operations/open-memory';
import { tick } from '../../../src/core/operations/tick';
import { tickMemory } from '../../../src/core/operations/tick-memory';
import { FaultyFileSystem } from '../../support/memory-faults';
import { openMemory, root } from '../../support/memory-workspace';
import { taskId } from '../../support/state-text';
import { background, tickOptions } from '../core/operations/background-support';

const task = taskId('7');
const sessions = 12;

async function world() {
  const own = await background([], { memory: { maxItems: 8, maxBytes: 4096 } });
  await createTask(own.workspace, { title: 'Token service', id: task });
  const file = `${root}/task-states/task-7-state.md`;
  const text = own.ports.fs.text(file) ?? '';
  const at = text.indexOf('---\n\n## 5. Git History');
  const entries = Array.from(
    { length: sessions },
    (_, n) => `### Session ${n + 1} - 2026-11-20 ${10 + n}:00\n**What I did:**\n- Wrote part ${n + 1}\n\n`,
  );
  own.ports.fs.put(file, `${text.slice(0, at)}${entries.join('')}${text.slice(at)}`);
  own.ports.clock.advance(3_600_000);
  return own;
}

suite('memory in a tick, whichever operation of the disk fails', () => {
  test('loses nothing, and is made up for by the next ticks', async () => {
    let operations = Number.POSITIVE_INFINITY;
    let failed = 0;
    for (let at = 1; at <= operations; at += 5) {
      const own = await world();
      const options = tickOptions(own, { memory: tickMemory });
      const faulty = new FaultyFileSystem(own.ports.fs);
      const { ports } = await own.beside(3000);
      const failing = await openMemory({ ...ports, fs: faulty });
      faulty.arm({ at, sticky: false, errno: 'EIO', leaves: 'half' });
      await tick(failing, options).then(
        ({ did }) => (failed += did.filter(({ kind }) => kind === 'failed').length),
        (error: unknown) => assert.ok(error instanceof BatonError, String(error)),
      );
      if (faulty.operations.length < at) operations = 0;
      faulty.arm(undefined);
      own.ports.processes.running.delete(3000);
      own.ports.clock.advance(3_600_000);
      const later = await openMemory(own.ports);
      for (let more: string | undefined = ''; more !== undefined; own.ports.clock.advance(30_000))
        more = (await tick(later, options)).nextAt;
      const { store, notice } = await openLongTerm(later);
      assert.match(
        notice ?? '',
        /^There is no SQLite here[^;]*Node 22.13 or newer has SQLite.$/,
        `operation ${at}`,
      );
      const items = await store.itemsOf({ task, kinds: ['progress'] }, 100);
      assert.equal(items.length, sessions, `operation ${at}`);
      const held = new Set((await store.snapshot(task, null))?.items.map(({ id }) => id));
      for (const { id } of items) {
        const summaries = await store.summariesOf(id);
        assert.ok(held.has(id) !== summaries.length > 0, `operation ${at}: ${id} is in neither, or in both`);
      }
      await store.close();
    }
    assert.ok(failed > 0, 'memory never failed, so nothing was shown');
  }).timeout(60_000);
});
