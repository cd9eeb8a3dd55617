/** Promises R1, R2, R7, R8 with real processes on a real disk: contention, kills, stopped holders. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBatonError } from '../../../src/core/base/baton-error';
import { Journal } from '../../../src/core/journal/journal';
import { defaultConfig } from '../../../src/core/model/config';
import { initialise } from '../../../src/core/store/layout';
import { Locks } from '../../../src/core/store/lock';
import { paths, taskFilePath } from '../../../src/core/store/paths';
import { TaskStore } from '../../../src/core/store/task-store';
import { priorityIn, stateText, taskId } from '../../support/state-text';
import { StoreWorkers, type Worker } from '../../support/store-workers';
import { type Workspace, withWorkspace } from '../../support/with-workspace';

const id = taskId('101');
const fileIn = (root: string) => taskFilePath(join(root, 'task-states'), id);

suite('Several processes', () => {
  let workers: StoreWorkers;

  suiteSetup(async () => {
    workers = await StoreWorkers.build();
  });

  suiteTeardown(() => workers.dispose());

  async function withTask(body: (workspace: Workspace) => Promise<void>): Promise<void> {
    await withWorkspace(async (workspace) => {
      await initialise(workspace.ports, workspace.root);
      await writeFile(fileIn(workspace.root), stateText('101'));
      await body(workspace);
    });
  }

  async function together(count: number, verb: string, root: string, ...rest: string[]): Promise<Worker[]> {
    const started = await Promise.all(
      Array.from({ length: count }, () => workers.start(verb, root, ...rest)),
    );
    for (const worker of started) worker.go();
    for (const worker of started) assert.equal(await worker.ended, 0, worker.errors());
    return started;
  }

  test('four processes claim one queue entry again and again: never are two let in, and every claim is another', () =>
    withWorkspace(async ({ root, ports }) => {
      await initialise(ports, root);
      await writeFile(paths.queue(root), JSON.stringify([{ id: 'mine', taskId: '101', prompt: 'p' }]));
      const started = await together(4, 'claim', root, 'mine', 'a contender', '25');
      const said = started.flatMap(({ lines }) => lines);
      assert.deepEqual(
        said.filter((line) => line !== 'refused' && !/^claimed \d+$/.test(line)),
        [],
      );
      const revs = said.flatMap((line) => (line.startsWith('claimed') ? [Number(line.slice(8))] : []));
      assert.ok(revs.length >= 4);
      assert.deepEqual(
        revs.sort((a, b) => a - b),
        revs.map((_, index) => index + 1),
      );
      const [entry] = JSON.parse(await readFile(paths.queue(root), 'utf8'));
      assert.deepEqual([entry.claim, entry.claims], [null, revs.length]);
    }));

  test('eight processes change one task: every answered change is there, none is merged away', () =>
    withTask(async ({ root, ports }) => {
      const started = await together(8, 'raise', root, '101', '10');
      const seen = started.flatMap(({ lines }) => lines.map(Number)).sort((a, b) => a - b);
      assert.deepEqual(
        seen,
        Array.from({ length: 80 }, (_, n) => n + 1),
      );
      assert.equal(priorityIn(await readFile(fileIn(root), 'utf8')), 80);
      const store = new TaskStore(ports, root, defaultConfig);
      const { records, missing, damaged, torn, pending } = await store.changeLog.verify();
      assert.deepEqual(
        { records, missing, damaged, torn, pending },
        { records: 80, missing: [], damaged: [], torn: 0, pending: 0 },
      );
      assert.deepEqual(await readdir(paths.locks(root)), []);
    }));

  test('eight processes write one journal: every answered note is there under its own number', () =>
    withTask(async ({ root, ports }) => {
      const started = await Promise.all(
        Array.from({ length: 8 }, (_, n) => workers.start('note', root, `writer-${n}`, '5')),
      );
      for (const worker of started) worker.go();
      for (const worker of started) assert.equal(await worker.ended, 0, worker.errors());
      const answered = started.flatMap(({ lines }) => lines);
      const store = new TaskStore(ports, root, defaultConfig);
      const notes = await new Journal(store.journalFile(), ports.log).notes();
      assert.deepEqual(notes.map(({ id, text }) => `${id} ${text}`).sort(), [...answered].sort());
      assert.deepEqual(
        notes.map((note) => note.id),
        Array.from({ length: 40 }, (_, n) => n + 1),
      );
      const { records, missing, pending } = await store.changeLog.verify();
      assert.deepEqual({ records, missing, pending }, { records: 40, missing: [], pending: 0 });
    }));

  test('eight processes create tasks: no id is shared', () =>
    withWorkspace(async ({ root, ports }) => {
      const started = await together(8, 'create', root, '5');
      const ids = started.flatMap(({ lines }) => lines);
      assert.deepEqual(
        ids.map(Number).sort((a, b) => a - b),
        Array.from({ length: 40 }, (_, n) => n + 1),
      );
      const store = new TaskStore(ports, root, defaultConfig);
      await store.refresh();
      assert.equal(store.tasks().length, 40);
      assert.ok(store.tasks().every(({ problems }) => problems.length === 0));
    }));

  test('a lock is taken from a dead owner by exactly one', () =>
    withTask(async ({ root }) => {
      const holder = await workers.start('hold', root, 'room');
      holder.go();
      await holder.said(1);
      holder.signal('SIGKILL');
      await holder.ended;
      assert.deepEqual(await readdir(paths.locks(root)), ['room.lock']);
      const started = await together(6, 'enter', root, 'room', '20');
      assert.deepEqual(new Set(started.flatMap(({ lines }) => lines)), new Set(['alone']));
      assert.equal(started.flatMap(({ lines }) => lines).length, 120);
      assert.deepEqual(await readdir(paths.locks(root)), []);
    }));

  test('a stopped holder is not robbed; a killed one is', () =>
    withTask(async ({ root, ports }) => {
      const holder = await workers.start('hold', root, 'task-101');
      holder.go();
      await holder.said(1);
      holder.signal('SIGSTOP');
      const locks = new Locks(ports, paths.locks(root), { waitMs: 100 });
      await assert.rejects(locks.acquire('task-101'), (error) => {
        assert.ok(isBatonError(error, 'locked'));
        assert.match(error.message, new RegExp(`process ${holder.pid} `));
        return true;
      });
      holder.signal('SIGKILL');
      await holder.ended;
      await (await locks.acquire('task-101')).release();
    }));

  test('thirty writers are killed at any moment: no answered change is lost, no reader sees half a file', () =>
    withTask(async ({ root, ports }) => {
      const before = stateText('101');
      let polls = 0;
      for (let round = 1; round <= 30; round++) {
        const name = `writer-${round}`;
        const worker = await workers.start('write', root, '101', name);
        worker.go();
        const reading = pollUntil(worker.ended, async () => {
          polls++;
          assertWhole(await readFile(fileIn(root), 'utf8'), before);
        });
        await worker.said(1 + (round % 4));
        // Somewhere in the next change: how far it is depends on the machine, and on the round.
        for (let turns = round * 3; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
        worker.signal('SIGKILL');
        await worker.ended;
        await reading;

        const store = new TaskStore(ports, root, defaultConfig);
        assert.deepEqual((await store.recover()).conflicts, []);
        const { text } = await store.read(id);
        assertWhole(text, before);
        const written = text.split('\n').filter((line) => line.startsWith(`${name} `)).length;
        const answered = worker.lines.length;
        assert.ok(
          written === answered || written === answered + 1,
          `${answered} answered, ${written} written`,
        );
      }
      assert.ok(polls > 30);
      const { damaged, missing, pending } = await new TaskStore(
        ports,
        root,
        defaultConfig,
      ).changeLog.verify();
      assert.deepEqual({ damaged, missing, pending }, { damaged: [], missing: [], pending: 0 });
    }));
});

/** Lines are added one by one, so a whole file is the first text and whole lines in a row. */
function assertWhole(text: string, before: string): void {
  assert.ok(text.startsWith(before), 'the beginning is missing');
  assert.ok(text.endsWith('\n'), 'the last line is cut');
  const numbers = new Map<string, number>();
  for (const line of text.slice(before.length).split('\n').filter(Boolean)) {
    const [name = '', number = ''] = line.split(' ');
    assert.equal(Number(number), (numbers.get(name) ?? 0) + 1, `${line} is out of order`);
    numbers.set(name, Number(number));
  }
}

async function pollUntil(end: Promise<unknown>, poll: () => Promise<void>): Promise<void> {
  let over = false;
  void end.then(() => {
    over = true;
  });
  while (!over) await poll();
}
