// The memory manager over a workspace: what it does with nobody asking, and that it does nothing when there is nothing to do.
import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { isWithin } from '../../../../src/core/memory/memory-limits';
import type { MemoryEvent } from '../../../../src/core/model/memory';
import { addNote } from '../../../../src/core/operations/add-note';
import { previewPacket } from '../../../../src/core/operations/build-packet';
import { createTask } from '../../../../src/core/operations/create-task';
import { type ManagerReport, manageMemory } from '../../../../src/core/operations/manage-memory';
import { memoryHand, pinMemory } from '../../../../src/core/operations/memory-hand';
import { type OpenMemory, openMemory as openLongTerm } from '../../../../src/core/operations/open-memory';
import { syncMemory } from '../../../../src/core/operations/sync-memory';
import { taskMemory } from '../../../../src/core/operations/task-memory';
import { tick } from '../../../../src/core/operations/tick';
import { tickMemory } from '../../../../src/core/operations/tick-memory';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import type { Databases } from '../../../../src/core/ports';
import { paths } from '../../../../src/core/store/paths';
import { openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';
import { type Background, background, tickOptions } from './background-support';

const task = taskId('7');
const hour = 3_600_000;
const small = { memory: { maxItems: 8, maxBytes: 4096 } };

async function withTask(config: Readonly<Record<string, unknown>> = small): Promise<Background> {
  const own = await background([], config);
  await createTask(own.workspace, { title: 'Token service', id: task });
  return own;
}

/** So many sessions of the task, an hour each, as an agent writes them. */
async function work({ ports }: Background, sessions: number, id: string = task): Promise<void> {
  const file = `${root}/task-states/task-${id}-state.md`;
  const text = ports.fs.text(file) ?? '';
  const before = text.match(/^### Session /gm)?.length ?? 0;
  const entries = Array.from({ length: sessions }, (_, n) => {
    ports.clock.advance(hour);
    return entry(before + n + 1, ports.clock.now().toISOString());
  });
  const at = text.indexOf('---\n\n## 5. Git History');
  assert.ok(at > 0);
  ports.fs.put(file, `${text.slice(0, at)}${entries.join('')}${text.slice(at)}`);
  // A file written a moment ago is not yet taken for what it looks like.
  ports.clock.advance(hour);
}

function entry(session: number, at: string): string {
  const when = `${at.slice(0, 10)} ${at.slice(11, 16)}`;
  const [did, next] = [`- Wrote part ${session} of the service`, `- Look at part ${session} again`];
  return `### Session ${session} - ${when}\n**What I did:**\n${did}\n\n**Next steps:**\n${next}\n\n`;
}

async function remembering<T>(
  workspace: BatonWorkspace,
  body: (memory: OpenMemory) => Promise<T>,
): Promise<T> {
  const memory = await openLongTerm(workspace);
  try {
    return await body(memory);
  } finally {
    await memory.store.close();
  }
}

const manage = (workspace: BatonWorkspace): Promise<ManagerReport> =>
  remembering(workspace, async (memory) => {
    await syncMemory(workspace, memory);
    return manageMemory(workspace, memory);
  });

const withMemory = (own: Background) => tickOptions(own, { memory: tickMemory });
const kept = ({ ports }: Background) => ports.fs.text(paths.memoryJson(root));

/** Everything on disk but the scheduler's lease, which changes hands. */
const disk = ({ ports }: Background) =>
  ports.fs
    .paths()
    .flatMap((path) => (path === paths.schedulerLease(root) ? [] : [[path, ports.fs.text(path)]]));

suite('the memory manager', () => {
  test('runs with a tick and nobody asking, and holds what is new at hand', async () => {
    const own = await withTask();
    await work(own, 3);
    await tick(own.workspace, withMemory(own));
    await remembering(own.workspace, async (memory) => {
      const items = await taskMemory(own.workspace, memory, task).items();
      assert.equal(items.filter(({ kind }) => kind === 'progress').length, 3);
    });
  });

  test("leaves what a session left to be looked at apart, within the same limits, also when the task's own is away", async () => {
    const own = await withTask();
    await work(own, 20);
    for (let more = true; more; ) ({ more } = await tickMemory(own.workspace));
    const whole = await memoryHand(own.workspace, task);
    const first = await memoryHand(own.workspace, task, { session: 1 });
    assert.deepEqual(
      first.items.map(({ session, kind }) => [session, kind]),
      [[1, 'progress']],
    );
    assert.ok(whole.items.every(({ session }) => session !== 1));
    assert.equal((await memoryHand(own.workspace, task, { session: 1, clear: true })).cleared, 1);
    assert.deepEqual((await memoryHand(own.workspace, task)).items, whole.items);
  });

  test('refuses a pin that would be lost with the process, and says why', async () => {
    const own = await withTask();
    await work(own, 1);
    await tick(own.workspace, withMemory(own));
    const [item] = (await memoryHand(own.workspace, task)).items;
    assert.ok(item);
    const databases: Databases = {
      engine: async () => ({ name: 'a busy one', shares: true }),
      open: () => Promise.reject(new BatonError('locked', 'Memory is in use')),
    };
    const busy = { ...own.workspace, ports: { ...own.ports, databases } };
    await assert.rejects(
      pinMemory(busy, item.id, true),
      (error) => isBatonError(error, 'guard_failed') && /^Memory is in use\. /.test(error.hint ?? ''),
    );
    assert.equal((await pinMemory(own.workspace, item.id, true)).item.pinned, true);
  });

  test('shows what a session left as it is now, not as it was when somebody looked first', async () => {
    const own = await withTask();
    await work(own, 1);
    const shown = async () =>
      (await memoryHand(own.workspace, task, { session: 1 })).items.map(({ version, current, title }) => [
        version,
        current,
        title,
      ]);
    assert.deepEqual(await shown(), [[1, true, 'Wrote part 1 of the service']]);
    const file = `${root}/task-states/task-${task}-state.md`;
    own.ports.fs.put(file, (own.ports.fs.text(file) ?? '').replace('Wrote part 1', 'Wrote half of part 1'));
    own.ports.clock.advance(hour);
    assert.deepEqual(await shown(), [[2, true, 'Wrote half of part 1 of the service']]);
    own.ports.fs.put(file, (own.ports.fs.text(file) ?? '').replace('### Session 1', '### Session 2'));
    own.ports.clock.advance(hour);
    assert.deepEqual(await shown(), []);
  });

  test('finds nothing to do in an unchanged world: no snapshot, no version, no event, no database opened', async () => {
    const own = await withTask();
    await work(own, 20);
    for (let more = true; more; ) ({ more } = await tickMemory(own.workspace));
    own.ports.clock.advance(hour);
    const before = disk(own);
    own.ports.fs.reads.length = 0;
    const report = await tick(await openMemory(own.ports), withMemory(own));
    assert.deepEqual([report.did, report.nextAt], [[], undefined]);
    assert.deepEqual(disk(own), before);
    assert.deepEqual(
      own.ports.fs.reads.filter((path) => path === paths.memoryJson(root)),
      [],
    );
    const asked = await manage(own.workspace);
    assert.deepEqual(
      [asked.tasks, asked.loaded, asked.summarized, asked.evicted, asked.events],
      [0, 0, 0, 0, []],
    );
    assert.equal(kept(own), new Map(before.map(([path, text]) => [path, text])).get(paths.memoryJson(root)));
  });

  test('summarises at most twice a tick, says so, and asks for another tick as long as there is more', async () => {
    const own = await withTask();
    await work(own, 40);
    const summaries: number[] = [];
    for (let rounds = 0; ; rounds++) {
      assert.ok(rounds < 40);
      const report = await tick(own.workspace, withMemory(own));
      const told = report.did.map(({ text }) => /(\d+) summar/.exec(text)?.[1]);
      summaries.push(Number(told[0] ?? 0));
      if (report.nextAt === undefined) break;
      own.ports.clock.advance(30_000);
    }
    assert.ok(summaries.length > 3 && summaries.every((count) => count <= 2), String(summaries));
    await remembering(own.workspace, async (memory) => {
      const ram = taskMemory(own.workspace, memory, task);
      await ram.items();
      assert.ok(isWithin(ram.state.items, ram.limits));
      const { events } = await memory.store.events(0, 1000);
      const count = (kind: MemoryEvent['kind']) => events.filter((event) => event.kind === kind).length;
      const all = summaries.reduce((sum, one) => sum + one, 0);
      assert.deepEqual([count('summarized'), count('evicted')], [all, all]);
    });
  });

  test('counts its summaries over all tasks, and each task has its turn', async () => {
    const own = await withTask();
    for (const id of ['8', '9']) await createTask(own.workspace, { title: 'Another one', id });
    await work(own, 30, '7');
    await work(own, 30, '8');
    await work(own, 30, '9');
    const told = new Set<string>();
    for (let more = true; more; ) {
      const report = await manage(own.workspace);
      assert.ok(report.summarized <= 2, `${report.summarized} summaries`);
      if (told.size < 3) for (const event of report.events) told.add(event.task ?? '');
      more = report.more;
    }
    assert.deepEqual([...told].sort(), ['7', '8', '9']);
  });

  test('what it does stands in the change log as done by Baton itself, one line an event, and in the daily notes in words', async () => {
    const own = await withTask();
    await work(own, 10);
    await tick(own.workspace, withMemory(own));
    const { records } = await own.workspace.store.changeLog.read();
    const lines = records.flatMap(({ record }) => (record.type === 'memory.event' ? [record] : []));
    assert.deepEqual(
      lines.map(({ actor, task: of, via }) => [actor, of, via]),
      lines.map(() => ['tool', task, 'event']),
    );
    assert.ok(lines.length > 0 && lines.length % 2 === 0);
    await own.workspace.renderings.settled();
    assert.match(own.ports.fs.text(paths.workingBuffer(root)) ?? '', /#7: Memory: Summarised \d items/);
  });

  test('adds nothing to what is remembered, however often it runs', async () => {
    const own = await withTask();
    await work(own, 30);
    await remembering(own.workspace, (memory) => syncMemory(own.workspace, memory));
    const count = () => remembering(own.workspace, ({ store }) => store.count());
    const before = await count();
    for (let n = 0; n < 12; n++) {
      await tick(own.workspace, withMemory(own));
      await own.workspace.renderings.flush('test');
      own.ports.clock.advance(24 * hour);
      await remembering(own.workspace, (memory) => syncMemory(own.workspace, memory));
    }
    assert.deepEqual(await count(), before);
  });

  test('has notes and corrections at hand, and what they replace no more', async () => {
    const own = await withTask();
    const first = await addNote(own.workspace, { kind: 'decision', text: 'Sessions last an hour', task });
    own.ports.clock.advance(hour);
    await tickMemory(own.workspace);
    const correction = {
      kind: 'correction' as const,
      text: 'Sessions last a day',
      task,
      supersedes: first.id,
    };
    await addNote(own.workspace, correction);
    own.ports.clock.advance(hour);
    await tickMemory(own.workspace);
    await remembering(own.workspace, async (memory) => {
      const items = await taskMemory(own.workspace, memory, task).items();
      assert.deepEqual(
        items.filter(({ kind }) => kind === 'note').map(({ title }) => title),
        ['Sessions last a day'],
      );
    });
  });

  test('of two windows and a command line at once each gets on, and together they do it once', async () => {
    const own = await withTask();
    await work(own, 40);
    await remembering(own.workspace, (memory) => syncMemory(own.workspace, memory));
    const all = [own.workspace, await own.beside(3000), await own.beside(3001)];
    for (let more = true; more; ) {
      const reports = await Promise.all(all.map(manage));
      more = reports.some((report) => report.more);
    }
    await remembering(own.workspace, async ({ store }) => {
      const items = await store.itemsOf({ task }, 1000);
      const snapshot = await store.snapshot(task, null);
      const atHand = new Set(snapshot?.items.map(({ id }) => id));
      for (const { id } of items) {
        const summaries = await store.summariesOf(id);
        assert.equal(
          Number(atHand.has(id)) + Math.min(1, summaries.length),
          1,
          `${id}: ${summaries.length} summaries`,
        );
      }
    });
  });

  test('makes memory that somebody deleted anew', async () => {
    const own = await withTask();
    await work(own, 5);
    await tickMemory(own.workspace);
    await own.ports.fs.remove(paths.memoryJson(root));
    await tickMemory(own.workspace);
    await remembering(own.workspace, async (memory) => {
      assert.ok((await memory.store.count()).items >= 5);
      assert.ok((await taskMemory(own.workspace, memory, task).items()).length >= 5);
    });
  });

  test('looks at everything again when its own state is lost or makes no sense', async () => {
    for (const text of ['', '{', '{"v":2}', '[]', '{"v":1,"tasks":["../x"],"lookedAt":"soon"}']) {
      const own = await withTask();
      await work(own, 2);
      own.ports.fs.put(paths.memoryManager(root), text);
      await tickMemory(own.workspace);
      await remembering(own.workspace, async (memory) =>
        assert.ok((await taskMemory(own.workspace, memory, task).items()).length >= 2, text),
      );
    }
  });

  test('deletes old snapshots and events once a day, and never what is remembered', async () => {
    const own = await withTask({ memory: { ...small.memory, keepSnapshots: 3, keepDays: 1 } });
    await work(own, 12);
    await manage(own.workspace);
    await work(own, 12);
    const second = await manage(own.workspace);
    assert.equal(second.pruned, undefined, 'half a day later it is too early');
    while ((await manage(own.workspace)).more);
    const before = await remembering(own.workspace, ({ store }) => store.count());
    own.ports.clock.advance(48 * hour);
    assert.ok(((await manage(own.workspace)).pruned ?? 0) > 0);
    assert.deepEqual(await remembering(own.workspace, ({ store }) => store.count()), before);
    const { events } = await remembering(own.workspace, ({ store }) => store.events(0, 100));
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['pruned'],
    );
  });

  test('is off when memory or the agent runtime is switched off, and leaves no file', async () => {
    for (const off of [{ memory: { enabled: false } }, { agentRuntime: { enabled: false } }]) {
      const own = await withTask(off);
      await work(own, 3);
      const before = disk(own);
      assert.deepEqual(await tickMemory(own.workspace), { did: [], more: false });
      assert.deepEqual(disk(own), before);
      await assert.rejects(manage(own.workspace), (error: unknown) => isBatonError(error, 'switched_off'));
    }
  });

  test('does nothing while another program holds the database, and all of it afterwards', async () => {
    const own = await withTask();
    await work(own, 3);
    const databases = {
      engine: async () => ({ name: 'held', shares: false }),
      open: () => Promise.reject(new BatonError('locked', 'Somebody holds it')),
    };
    const before = disk(own);
    assert.deepEqual(await tickMemory({ ...own.workspace, ports: { ...own.ports, databases } }), {
      did: [],
      more: false,
    });
    assert.deepEqual(disk(own), before);
    await tickMemory(own.workspace);
    await remembering(own.workspace, async (memory) =>
      assert.ok((await taskMemory(own.workspace, memory, task).items()).length >= 3),
    );
  });

  test('keeps no tick from its other work, whatever it fails at', async () => {
    const own = await background(['1']);
    const memory = () => Promise.reject(new TypeError('a bug'));
    const report = await tick(own.workspace, tickOptions(own, { memory }));
    assert.deepEqual(report.did, [{ kind: 'failed', text: 'memory: a bug' }]);
    assert.equal(report.check.status, 'READY');
    assert.ok(report.nextAt !== undefined);
  });

  test('a hundred sessions on one task keep what is at hand and the packet within their limits', async () => {
    const own = await withTask({ memory: { maxItems: 64, maxBytes: 16_384 } });
    const first = await previewPacket(own.workspace, task);
    for (let n = 0; n < 20; n++) {
      await work(own, 5);
      await tickMemory(own.workspace);
      await remembering(own.workspace, async (memory) => {
        const ram = taskMemory(own.workspace, memory, task);
        await ram.items();
        assert.ok(isWithin(ram.state.items, ram.limits));
      });
    }
    const packet = await previewPacket(own.workspace, task);
    assert.ok(
      packet.tokens <= packet.budget && first.budget === packet.budget,
      `${packet.tokens} of ${packet.budget}`,
    );
    const report = await manage(own.workspace);
    assert.deepEqual([report.more, report.summarized], [false, 0]);
  });
});
