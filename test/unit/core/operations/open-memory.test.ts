/** Every way in which long-term memory can be had, or not: what is said, what is kept, and what is never touched. 001-76. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { decodeTables, snapshotKey } from '../../../../src/core/memory/json-tables';
import type { LongTermStore } from '../../../../src/core/memory/long-term-store';
import { applicationId, migrations } from '../../../../src/core/memory/sqlite-schema';
import { type Config, defaultConfig } from '../../../../src/core/model/config';
import { exportMemory } from '../../../../src/core/operations/export-memory';
import { type OpenMemory, openMemory, setAsideFiles } from '../../../../src/core/operations/open-memory';
import { pruneMemory } from '../../../../src/core/operations/prune-memory';
import type { Databases, Ports } from '../../../../src/core/ports';
import { initialise } from '../../../../src/core/store/layout';
import { paths } from '../../../../src/core/store/paths';
import { NodeDatabases, type SqliteChoice } from '../../../../src/node/node-databases';
import { MemoryDatabases } from '../../../support/memory-databases';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { memoryId, memoryInput } from '../../../support/memory-items';
import { testPorts } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';
import { type Workspace, withWorkspace } from '../../../support/with-workspace';

const source = { path: 'task-states/task-101-state.md', stamp: '1' };
const acting = { actor: 'person', surface: 'cli' } as const;

function open(ports: Ports, root: string, config: Config = defaultConfig): Promise<OpenMemory> {
  return openMemory({ root, ports, config, acting });
}

function openWith({ root, ports }: Workspace, choice: SqliteChoice): Promise<OpenMemory> {
  return open({ ...ports, databases: new NodeDatabases(ports.log, choice) }, root);
}

/** A memory with a few hundred items, made once. */
const filled = new Map<SqliteChoice, Uint8Array>();

async function withMemory(
  choice: SqliteChoice,
  body: (workspace: Workspace) => Promise<void>,
): Promise<void> {
  await withWorkspace(async (workspace) => {
    const { root, ports } = workspace;
    await initialise(ports, root);
    const path = choice === 'none' ? paths.memoryJson(root) : paths.memoryDatabase(root);
    const bytes = filled.get(choice);
    if (bytes !== undefined) await writeFile(path, bytes);
    else {
      const { store } = await openWith(workspace, choice);
      await fill(store);
      await store.close();
      filled.set(choice, await readFile(path));
    }
    await body(workspace);
  });
}

async function fill(store: LongTermStore): Promise<void> {
  const letters = [...'abcdefghijklmnopqrst'];
  const items = letters.flatMap((first) =>
    letters.map((second) => memoryInput(`${first}${second}`, { text: `${first} ${second} `.repeat(300) })),
  );
  await store.takeIn(source, items);
}

/** Of the memory folder, what is named after the memory. */
async function filesOf(root: string): Promise<readonly string[]> {
  return (await readdir(paths.memory(root))).filter((name) => name.startsWith('memory.')).sort();
}

async function requireSetAside(workspace: Workspace, choice: SqliteChoice, bytes: Uint8Array): Promise<void> {
  const { store, notice } = await openWith(workspace, choice);
  const kept = (await filesOf(workspace.root)).filter((name) => /\.damaged-\d+$/.test(name));
  assert.equal(kept.length, 1, 'it has another name now');
  assert.deepEqual(await readFile(`${paths.memory(workspace.root)}/${kept[0]}`), Buffer.from(bytes));
  assert.match(
    notice ?? '',
    new RegExp(`\\. It is kept as \\.baton/memory/${kept[0]}, and memory is made anew`),
  );
  const { events } = await store.events(0, 10);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['set_aside'],
  );
  assert.ok(events[0]?.text.includes(kept[0] ?? '?'));
  assert.equal((await store.stamps()).size, 0, 'so that everything is taken in again');
  await fill(store);
  await store.close();
  const again = await openWith(workspace, choice);
  assert.doesNotMatch(again.notice ?? '', /damaged/, 'it is said once');
  assert.equal((await again.store.count()).items, 400);
  await again.store.close();
}

suite('Opening long-term memory', () => {
  test('where a setting or a person switches it off, it is refused, with where to switch it on', async () => {
    const ports = testPorts();
    await initialise(ports, '/project');
    const config = { ...defaultConfig, memory: { ...defaultConfig.memory, enabled: false } };
    const refused = (error: unknown) => isBatonError(error, 'switched_off') && error.hint !== undefined;
    await assert.rejects(open(ports, '/project', config), refused);
    const off = openMemory({
      root: '/project',
      ports,
      config: defaultConfig,
      acting: { ...acting, off: ['memory'] },
    });
    await assert.rejects(off, refused);
    assert.deepEqual(ports.fs.text(paths.memoryJson('/project')), undefined, 'nothing is made');
  });

  for (const choice of ['native', 'wasm'] as const) {
    suite(`with SQLite (${choice})`, () => {
      test('it is kept, nothing is said, and nothing but the database is left when it is closed', () =>
        withMemory(choice, async (workspace) => {
          const { store, notice } = await openWith(workspace, choice);
          assert.equal(notice, undefined);
          assert.equal((await store.count()).items, 400);
          await store.close();
          assert.deepEqual(await filesOf(workspace.root), ['memory.db']);
          assert.deepEqual(await readdir(paths.locks(workspace.root)), []);
        }));

      test('a file whose header is no database’s is set aside with all its bytes', () =>
        withMemory(choice, async (workspace) => {
          const bytes = await readFile(paths.memoryDatabase(workspace.root));
          bytes.fill(7, 0, 64);
          await writeFile(paths.memoryDatabase(workspace.root), bytes);
          await requireSetAside(workspace, choice, bytes);
        }));

      test('a file that was cut off is set aside with all its bytes', () =>
        withMemory(choice, async (workspace) => {
          const path = paths.memoryDatabase(workspace.root);
          await truncate(path, 40_000);
          await requireSetAside(workspace, choice, await readFile(path));
        }));

      test('damage that is met in the middle is told, and the file is set aside at the next start', () =>
        withMemory(choice, async (workspace) => {
          const path = paths.memoryDatabase(workspace.root);
          const bytes = await readFile(path);
          // Every page but those of the schema.
          bytes.fill(0x5a, 40 * 4096);
          await writeFile(path, bytes);
          const first = await openWith(workspace, choice);
          assert.equal(first.store.mode, 'sqlite', 'nobody reads it through at every start');
          await assert.rejects(readAll(first.store), (error) => isBatonError(error, 'invalid_state_file'));
          await first.store.close();
          await requireSetAside(workspace, choice, await readFile(path));
        }));

      test('a row that makes no sense is damage as well', () =>
        withMemory(choice, async (workspace) => {
          const path = paths.memoryDatabase(workspace.root);
          const db = new DatabaseSync(path);
          db.exec(`UPDATE items SET kind = 'x' WHERE id = '${memoryId('aa')}'`);
          db.close();
          const { store } = await openWith(workspace, choice);
          await assert.rejects(store.item(memoryId('aa')), (error) =>
            isBatonError(error, 'invalid_state_file'),
          );
          await store.close();
          await requireSetAside(workspace, choice, await readFile(path));
        }));

      test('a suspicion that proves wrong is forgotten, and the memory goes on', () =>
        withMemory(choice, async (workspace) => {
          await writeFile(`${paths.memoryDatabase(workspace.root)}.damaged`, '');
          const { store, notice } = await openWith(workspace, choice);
          assert.deepEqual([store.mode, notice, (await store.count()).items], ['sqlite', undefined, 400]);
          await store.close();
          assert.deepEqual(await filesOf(workspace.root), ['memory.db']);
        }));

      test('another program’s database is set aside, and nothing of it is lost', () =>
        withWorkspace(async (workspace) => {
          await initialise(workspace.ports, workspace.root);
          const foreign = new DatabaseSync(paths.memoryDatabase(workspace.root));
          foreign.exec('CREATE TABLE other (a); INSERT INTO other VALUES (1)');
          foreign.close();
          const { store, notice } = await openWith(workspace, choice);
          await store.close();
          assert.match(notice ?? '', /another program’s database/);
          const [name] = (await filesOf(workspace.root)).filter((file) => file.includes('damaged'));
          const kept = new DatabaseSync(`${paths.memory(workspace.root)}/${name}`);
          assert.equal(kept.prepare('SELECT count(*) AS n FROM other').get()?.['n'], 1);
          kept.close();
        }));

      test('a memory that a newer Baton wrote is not touched, and nothing is kept meanwhile', () =>
        withMemory(choice, async (workspace) => {
          const path = paths.memoryDatabase(workspace.root);
          const newer = new DatabaseSync(path);
          newer.exec(`PRAGMA journal_mode = delete; PRAGMA user_version = ${migrations.length + 1}`);
          newer.close();
          const before = await readFile(path);
          const { store, notice } = await openWith(workspace, choice);
          assert.equal(store.mode, 'ram');
          assert.match(notice ?? '', /not being kept: .*newer Baton.* Update Baton/);
          await fill(store);
          await store.close();
          assert.deepEqual(await readFile(path), before);
          assert.deepEqual(await filesOf(workspace.root), ['memory.db']);
        }));

      test('a link out of the workspace folder is not followed', () =>
        withWorkspace(async (workspace) => {
          await withWorkspace(async (elsewhere) => {
            await initialise(workspace.ports, workspace.root);
            await symlink(elsewhere.root, paths.memoryDatabase(workspace.root));
            const { store, notice } = await openWith(workspace, choice);
            assert.equal(store.mode, 'ram');
            assert.match(notice ?? '', /a link that leads out of the workspace folder/);
            await store.close();
            assert.deepEqual(await readdir(elsewhere.root), []);
          });
        }));
    });
  }

  test('what a killed WebAssembly SQLite has left locked is opened again', () =>
    withMemory('wasm', async (workspace) => {
      await mkdir(`${paths.memoryDatabase(workspace.root)}.lock`);
      const { store } = await openWith(workspace, 'wasm');
      assert.deepEqual([store.mode, (await store.count()).items], ['sqlite', 400]);
      await store.close();
    }));

  suite('without SQLite', () => {
    test('it is kept in a JSON file, and that is said', () =>
      withMemory('none', async (workspace) => {
        const { store, notice } = await openWith(workspace, 'none');
        assert.match(notice ?? '', /no SQLite here.*\.baton\/memory\/memory\.json/);
        assert.equal((await store.count()).items, 400);
        await store.close();
        assert.deepEqual(await filesOf(workspace.root), ['memory.json']);
      }));

    for (const [what, damage] of [
      ['cut off', (text: string) => text.slice(0, 10_000)],
      ['of another form', () => '{"schema":1}'],
      ['with an item that makes no sense', (text: string) => text.replace('"kind":"progress"', '"kind":"x"')],
    ] as const) {
      test(`a file that is ${what} is set aside with all its bytes`, () =>
        withMemory('none', async (workspace) => {
          const path = paths.memoryJson(workspace.root);
          const text = damage(await readFile(path, 'utf8'));
          await writeFile(path, text);
          await requireSetAside(workspace, 'none', Buffer.from(text));
        }));
    }

    test('a file that a newer Baton wrote is not touched', () =>
      withMemory('none', async (workspace) => {
        const path = paths.memoryJson(workspace.root);
        await writeFile(path, '{"schema":2,"items":[]}');
        const { store, notice } = await openWith(workspace, 'none');
        assert.equal(store.mode, 'ram');
        assert.match(notice ?? '', /newer Baton/);
        await store.close();
        assert.equal(await readFile(path, 'utf8'), '{"schema":2,"items":[]}');
      }));

    test('what another process has written meanwhile is neither lost nor overseen', async () => {
      const ports = testPorts();
      await initialise(ports, '/project');
      const one = (await open(ports, '/project')).store;
      const two = (await open(ports, '/project')).store;
      await one.takeIn({ path: 'one.md', stamp: '1' }, [memoryInput('a')]);
      await two.takeIn({ path: 'two.md', stamp: '1' }, [memoryInput('b')]);
      await two.pin(memoryId('b'), true);
      await one.close();
      assert.equal((await two.count()).items, 2);
      await two.close();
      const three = (await open(ports, '/project')).store;
      assert.deepEqual(
        (await three.itemsOf({}, 9)).map(({ title, pinned }) => [title, pinned]),
        [
          ['Entry a', false],
          ['Entry b', true],
        ],
      );
    });
  });

  test('what was set aside is found for as long as it lies there, and never in the way of a question', async () => {
    const ports = testPorts();
    await initialise(ports, '/project');
    const names = ['memory.db', 'memory.db.damaged', 'memory.db.damaged-7', 'memory.db.damaged-7-wal'];
    for (const name of [...names, 'memory.json.damaged-8']) {
      await ports.fs.createExclusive(`/project/.baton/memory/${name}`, new Uint8Array(), { sync: false });
    }
    const found = await setAsideFiles({ root: '/project', ports });
    assert.deepEqual(
      found.map(({ kind, file }) => `${kind} ${file}`),
      ['set_aside .baton/memory/memory.db.damaged-7', 'set_aside .baton/memory/memory.json.damaged-8'],
    );
    const fs = new FaultyFileSystem(ports.fs);
    fs.arm({ at: 1, sticky: true, errno: 'EACCES', leaves: 'nothing' });
    assert.deepEqual(await setAsideFiles({ root: '/project', ports: { ...ports, fs } }), []);
  });

  test('where nothing can be written it is kept in this process alone, and that is said', async () => {
    const ports = testPorts();
    await initialise(ports, '/project');
    const fs = new FaultyFileSystem(ports.fs);
    fs.arm({ at: 1, sticky: true, errno: 'EACCES', leaves: 'nothing' });
    const { store, notice } = await open({ ...ports, fs }, '/project');
    assert.equal(store.mode, 'ram');
    assert.match(notice ?? '', /^Memory is not being kept: Nothing can be written in \.baton: [^/]+\. Check/);
    await fill(store);
    assert.ok((await store.match({ words: ['a'], exact: [], limit: 5 })).length > 0, 'it works meanwhile');
    await store.close();
  });

  for (const code of ['locked', 'io_failed', 'untrusted', 'read_only'] as const) {
    test(`a database that answers ${code} leaves this process’s own memory, and that is said`, async () => {
      const ports = testPorts();
      await initialise(ports, '/project');
      const databases: Databases = {
        engine: async () => ({ name: 'a bad one', shares: true }),
        open: () => Promise.reject(new BatonError(code, 'It does not want to')),
      };
      const { store, notice } = await open({ ...ports, databases }, '/project');
      assert.equal(store.mode, 'ram');
      assert.match(notice ?? '', /^Memory is not being kept: It does not want to\./);
      assert.deepEqual(await ports.fs.list(paths.locks('/project')), [], 'no lock stays');
    });
  }

  for (const [kind, databases] of [
    ['SQLite', new MemoryDatabases()],
    ['a JSON file', undefined],
  ] as const) {
    test(`whatever file operation fails (${kind}), memory is there, and is only said to be kept when it is`, async () => {
      for (let at = 1; at < 80; at++) {
        const ports = { ...testPorts(), ...(databases && { databases }) };
        await initialise(ports, '/project');
        const fs = new FaultyFileSystem(ports.fs);
        fs.arm({ at, sticky: false, errno: 'EIO', leaves: 'nothing' });
        const { store, notice } = await open({ ...ports, fs }, '/project');
        assert.equal(store.mode === 'ram', /not being kept/.test(notice ?? ''), `operation ${at}`);
        if (fs.operations.length < at) return;
      }
      assert.fail('there was no end of operations');
    });
  }

  test('whatever file operation fails, a JSON file and its reader agree on what was written', async () => {
    const snapshot = {
      task: taskId('101'),
      session: 1,
      generation: 1,
      items: [],
      tombstones: [],
      at: '2026-11-01T00:00:00Z',
    };
    for (let at = 1; at < 80; at++) {
      const ports = testPorts();
      await initialise(ports, '/project');
      const fs = new FaultyFileSystem(ports.fs);
      const { store } = await open({ ...ports, fs }, '/project');
      fs.arm({ at, sticky: false, errno: 'ENOSPC', leaves: 'half' });
      const written = await store.putSnapshot(snapshot).catch((error: unknown) => {
        assert.ok(isBatonError(error, 'io_failed'), String(error));
        return undefined;
      });
      const isOver = fs.operations.length < at;
      fs.arm(undefined);
      // Read past the locks: one whose removal failed keeps others out for a while.
      const text = ports.fs.text(paths.memoryJson('/project')) ?? '';
      const others = decodeTables(text).snapshots.get(snapshotKey(snapshot))?.at(-1);
      assert.deepEqual(await store.snapshot(snapshot.task, 1), others, `operation ${at}`);
      if (written === true) assert.deepEqual(others, snapshot, `operation ${at}`);
      if (isOver) return;
    }
    assert.fail('there was no end of operations');
  });
});

suite('What is done with the whole of it', () => {
  test('the export is one JSON document a line, and holds every item and version', () =>
    withMemory('native', async (workspace) => {
      const memory = await openWith(workspace, 'native');
      await memory.store.takeIn(source, [memoryInput('aa', { text: 'Another text' })]);
      let text = '';
      for await (const line of exportMemory(memory)) text += line;
      await memory.store.close();
      const records = text
        .trimEnd()
        .split('\n')
        .map((line): { table: string; row: Record<string, unknown> } => JSON.parse(line));
      assert.deepEqual(records[0], { table: 'meta', row: { schema: migrations.length } });
      assert.equal(records.filter(({ table }) => table === 'items').length, 400);
      const versions = records.filter(
        ({ table, row }) => table === 'versions' && row['id'] === memoryId('aa'),
      );
      assert.deepEqual(
        versions.map(({ row }) => row['version']),
        [1],
      );
    }));

  test('pruning follows the settings and leaves a trace only when something went', async () => {
    const ports = testPorts();
    await initialise(ports, '/project');
    const memory = await open(ports, '/project');
    const at = '2026-09-01T00:00:00Z';
    await memory.store.addEvents([{ kind: 'recalled', at, task: null, ids: [], text: 'old' }]);
    const settings = { config: defaultConfig, ports };
    assert.deepEqual(await pruneMemory(settings, memory), { deleted: 1 });
    assert.deepEqual(await pruneMemory(settings, memory), { deleted: 0 });
    const { events } = await memory.store.events(0, 10);
    assert.deepEqual(
      events.map(({ kind, text }) => [kind, text]),
      [['pruned', 'Deleted 1 earlier states and events']],
    );
  });
});

async function readAll(store: LongTermStore): Promise<void> {
  for await (const _ of store.export());
  await store.items([memoryId('aa')]);
}

test('the file says whose it is', () =>
  withMemory('native', async ({ root }) => {
    const header = await readFile(paths.memoryDatabase(root));
    assert.equal(header.readUInt32BE(68), applicationId);
    assert.ok(existsSync(paths.gitignore(root)));
  }));
