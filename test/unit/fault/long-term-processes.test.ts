/** Long-term memory with real processes on a real disk: several writers, two kinds of SQLite on one file, kills. */
import assert from 'node:assert/strict';
import type { LongTermStore } from '../../../src/core/memory/long-term-store';
import { defaultConfig } from '../../../src/core/model/config';
import { type OpenMemory, openMemory } from '../../../src/core/operations/open-memory';
import type { Ports } from '../../../src/core/ports';
import { initialise } from '../../../src/core/store/layout';
import { paths } from '../../../src/core/store/paths';
import { NodeDatabases, type SqliteChoice } from '../../../src/node/node-databases';
import { MemoryClock } from '../../support/memory-clock';
import { taskId } from '../../support/state-text';
import { StoreWorkers, type Worker } from '../../support/store-workers';
import { type Workspace, withWorkspace } from '../../support/with-workspace';

suite('Several processes with one long-term memory', () => {
  const workers = StoreWorkers.unbundled('long-term-worker.ts');

  suiteTeardown(() => workers.dispose());

  async function withFolder(body: (workspace: Workspace) => Promise<void>): Promise<void> {
    await withWorkspace(async (workspace) => {
      await initialise(workspace.ports, workspace.root);
      await body(workspace);
    });
  }

  async function together(
    root: string,
    ...calls: readonly (readonly string[])[]
  ): Promise<readonly string[]> {
    const started = await Promise.all(
      calls.map(([verb = '', ...rest]) => workers.start(verb, root, ...rest)),
    );
    for (const worker of started) worker.go();
    for (const worker of started) assert.equal(await worker.ended, 0, worker.errors());
    return started.flatMap(({ lines }) => lines);
  }

  function openHere(root: string, ports: Ports): Promise<OpenMemory> {
    return openMemory({ root, ports, config: defaultConfig, acting: { actor: 'person', surface: 'cli' } });
  }

  async function inMemory<T>(
    { root, ports }: Workspace,
    choice: SqliteChoice,
    body: (store: LongTermStore) => Promise<T>,
  ): Promise<T> {
    const { store, notice } = await openHere(root, {
      ...ports,
      databases: new NodeDatabases(ports.log, choice),
    });
    try {
      assert.equal(store.mode, choice === 'none' ? 'json' : 'sqlite', notice);
      if (choice !== 'none') assert.equal(notice, undefined, 'nothing is damaged');
      return await body(store);
    } finally {
      await store.close();
    }
  }

  async function requireAll(
    workspace: Workspace,
    choice: SqliteChoice,
    sources: readonly string[],
  ): Promise<void> {
    await inMemory(workspace, choice, async (store) => {
      const stamps = await store.stamps();
      assert.deepEqual(
        sources.filter((source) => !stamps.has(`${source}.md`)),
        [],
      );
      const { items } = await store.count();
      assert.equal(items, stamps.size * 5, 'a source is there with all of its items or not at all');
      const found = await store.match({ words: ['needle'], exact: [], limit: 10_000 });
      assert.equal(found.length, items, 'whatever is there is found');
    });
    if (choice !== 'none') await requireSound(workspace, choice);
  }

  async function requireSound({ root, ports }: Workspace, choice: SqliteChoice): Promise<void> {
    const db = await new NodeDatabases(ports.log, choice).open(paths.memoryDatabase(root));
    assert.equal(db?.all('PRAGMA integrity_check')[0]?.['integrity_check'], 'ok');
    db?.close();
  }

  const took = (lines: readonly string[]) => lines.map((line) => line.replace('took ', ''));

  test('two processes of Node’s SQLite write at once, and nothing is lost', () =>
    withFolder(async (workspace) => {
      const calls = [
        ['intake', 'native', 'a', '30'],
        ['intake', 'native', 'b', '30'],
      ];
      const lines = await together(workspace.root, ...calls);
      assert.equal(lines.length, 60);
      await requireAll(workspace, 'native', took(lines));
    }));

  test('Node’s SQLite and the WebAssembly one take turns on one file, and nothing is lost', () =>
    withFolder(async (workspace) => {
      const calls = [
        ['visits', 'native', 'a', '12'],
        ['visits', 'wasm', 'b', '12'],
      ];
      const lines = await together(workspace.root, ...calls);
      assert.equal(lines.length, 24);
      await requireAll(workspace, 'native', took(lines));
      await requireAll(workspace, 'wasm', took(lines));
    }));

  for (const choice of ['native', 'none'] as const) {
    const kind = choice === 'native' ? 'SQLite' : 'a JSON file';
    test(`each generation at hand is written by one of two processes, in ${kind}`, () =>
      withFolder(async (workspace) => {
        const calls = [
          ['snapshots', choice, 'a', '15'],
          ['snapshots', choice, 'b', '15'],
        ];
        const lines = await together(workspace.root, ...calls);
        const generations = lines.map((line) => Number(line.replace('put ', ''))).sort((a, b) => a - b);
        assert.deepEqual(
          generations,
          Array.from({ length: 30 }, (_, n) => n + 1),
        );
        await inMemory(workspace, choice, async (store) => {
          assert.equal((await store.snapshot(taskId('101'), null))?.generation, 30);
        });
      }));
  }

  test('two processes take in at once without SQLite, and nothing is lost', () =>
    withFolder(async (workspace) => {
      const calls = [
        ['intake', 'none', 'a', '10'],
        ['intake', 'none', 'b', '10'],
      ];
      await requireAll(workspace, 'none', took(await together(workspace.root, ...calls)));
    }));

  /** Killed after so many answers, in whatever it is doing then. */
  async function killed(root: string, call: readonly string[], answers: number): Promise<Worker> {
    const [verb = '', ...rest] = call;
    const worker = await workers.start(verb, root, ...rest);
    worker.go();
    await worker.said(answers);
    worker.signal('SIGKILL');
    assert.equal(await worker.ended, null);
    return worker;
  }

  for (const choice of ['native', 'wasm'] as const) {
    test(`a process that is killed while it takes in (${choice}) loses nothing that it has acknowledged`, () =>
      withFolder(async (workspace) => {
        const acknowledged: string[] = [];
        for (const [run, answers] of [1, 7, 3].entries()) {
          const call = ['intake', choice, `r${'abc'.charAt(run)}`, '100000'];
          const worker = await killed(workspace.root, call, answers);
          acknowledged.push(...took(worker.lines));
          await requireAll(workspace, choice, acknowledged);
        }
        // The other SQLite finds what the last one has left half written.
        const other = choice === 'native' ? 'wasm' : 'native';
        const worker = await killed(workspace.root, ['intake', choice, 'rz', '100000'], 5);
        await requireAll(workspace, other, [...acknowledged, ...took(worker.lines)]);
      }));
  }

  test('a generation that was acknowledged without SQLite survives a kill', () =>
    withFolder(async (workspace) => {
      for (const answers of [1, 4]) {
        const worker = await killed(workspace.root, ['snapshots', 'none', 'a', '100000'], answers);
        const last = Number(worker.lines.at(-1)?.replace('put ', ''));
        await inMemory(workspace, 'none', async (store) => {
          const generation = (await store.snapshot(taskId('101'), null))?.generation ?? 0;
          assert.ok(generation >= last, `${generation} after ${last}`);
        });
      }
    }));

  test('while a SQLite that does not see others has the file, nobody else is let in, and that is said', () =>
    withFolder(async (workspace) => {
      const { root } = workspace;
      const worker = await workers.start('stay', root, 'wasm');
      worker.go();
      await worker.said(1);
      const { store, notice } = await openHere(root, {
        ...workspace.ports,
        databases: new NodeDatabases(workspace.ports.log, 'native'),
        // Nobody waits five seconds for this.
        clock: new MemoryClock(),
      });
      assert.equal(store.mode, 'ram');
      assert.match(notice ?? '', /^Memory is not being kept: .* in use by another process/);
      await store.close();
      worker.signal('SIGKILL');
      await worker.ended;
      await inMemory(workspace, 'native', async (again) => assert.equal(again.mode, 'sqlite'));
    }));
});
