/** One contract over all stores of long-term memory: Node's SQLite, the WebAssembly one, the JSON file, and RAM alone. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { JsonStore } from '../../../../src/core/memory/json-store';
import type { LongTermStore } from '../../../../src/core/memory/long-term-store';
import { SqliteStore } from '../../../../src/core/memory/sqlite-store';
import type { MemoryEvent, MemorySummary, RamSnapshot } from '../../../../src/core/model/memory';
import { initialise } from '../../../../src/core/store/layout';
import { NodeDatabases, type SqliteChoice } from '../../../../src/node/node-databases';
import { memoryId, memoryInput } from '../../../support/memory-items';
import { MemoryLogger } from '../../../support/memory-logger';
import { testHasher, testPorts } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';

interface Kept {
  readonly store: LongTermStore;
  /** Closes it and opens it again; the same one where nothing is kept. */
  reopen(): Promise<LongTermStore>;
  dispose(): Promise<void>;
}

async function sqliteAt(choice: SqliteChoice): Promise<Kept> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-memory-'));
  const databases = new NodeDatabases(new MemoryLogger(), choice);
  const open = async () => {
    const db = await databases.open(join(folder, 'memory.db'));
    assert.ok(db, `there is no ${choice} SQLite here`);
    return new SqliteStore(db, { hasher: testHasher, now: () => '2026-11-21T12:00:00.000Z' });
  };
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function json(): Promise<Kept> {
  const ports = testPorts();
  await initialise(ports, '/project');
  const { store } = await JsonStore.open(ports, '/project');
  return {
    store,
    reopen: async () => {
      await store.close();
      return (await JsonStore.open(ports, '/project')).store;
    },
    dispose: () => store.close(),
  };
}

async function ram(): Promise<Kept> {
  const store = await JsonStore.inRam(testPorts());
  return { store, reopen: async () => store, dispose: () => store.close() };
}

const kinds: readonly (readonly [string, () => Promise<Kept>])[] = [
  ['node:sqlite', () => sqliteAt('native')],
  ['WebAssembly SQLite', () => sqliteAt('wasm')],
  ['the JSON file', json],
  ['RAM', ram],
];

const source = { path: 'task-states/task-101-state.md', stamp: '1' };
const task = taskId('101');
const at = '2026-11-02T00:00:00Z';
const words = (...them: string[]) => ({ words: them, exact: [], limit: 10 });
const exactly = (...them: string[]) => ({ words: [], exact: them, limit: 10 });

for (const [name, make] of kinds) {
  suite(`Long-term memory in ${name}`, () => {
    let kept: Kept;
    let store: LongTermStore;

    setup(async () => {
      kept = await make();
      store = kept.store;
    });

    teardown(() => kept.dispose());

    async function namesOf(match: Parameters<LongTermStore['match']>[0]): Promise<string[]> {
      return (await store.match(match)).map(({ item }) => item.title.replace('Entry ', ''));
    }

    suite('taking in', () => {
      test('what is new is added, and what is there again unchanged writes no version', async () => {
        const items = [memoryInput('a'), memoryInput('b')];
        assert.deepEqual(await store.takeIn(source, items), {
          added: [memoryId('a'), memoryId('b')],
          changed: [],
          unchanged: 0,
          repeated: 0,
        });
        assert.deepEqual(await store.takeIn({ ...source, stamp: '2' }, items), {
          added: [],
          changed: [],
          unchanged: 2,
          repeated: 0,
        });
        assert.deepEqual(await store.count(), { items: 2, current: 2, versions: 2 });
        assert.deepEqual([...(await store.stamps())], [[source.path, '2']]);
      });

      test('a changed text is another version, and the one before it can still be read', async () => {
        await store.takeIn(source, [memoryInput('a', { text: 'The port is 8080' })]);
        const second = await store.takeIn(source, [memoryInput('a', { text: 'The port is 9090' })]);
        assert.deepEqual(second.changed, [memoryId('a')]);
        const latest = await store.item(memoryId('a'));
        assert.deepEqual([latest?.version, latest?.text, latest?.current], [2, 'The port is 9090', true]);
        const first = await store.item(memoryId('a'), 1);
        assert.deepEqual([first?.version, first?.text, first?.current], [1, 'The port is 8080', false]);
        assert.equal(await store.item(memoryId('a'), 3), undefined);
        assert.deepEqual(await namesOf(words('8080')), []);
        assert.deepEqual(await namesOf(words('9090')), ['a']);
      });

      test('another time or place is no other version', async () => {
        await store.takeIn(source, [memoryInput('a')]);
        const moved = { path: 'task-states/task-101-archive.md', anchor: null };
        await store.takeIn(source, [memoryInput('a', { at: '2026-11-03T00:00:00Z', source: moved })]);
        const item = await store.item(memoryId('a'));
        assert.deepEqual([item?.version, item?.at, item?.source], [1, '2026-11-03T00:00:00Z', moved]);
      });

      test('what a source no longer holds is past, and is still there by its id', async () => {
        await store.takeIn(source, [memoryInput('a'), memoryInput('b')]);
        await store.takeIn(source, [memoryInput('b')]);
        assert.equal((await store.item(memoryId('a')))?.current, false);
        assert.deepEqual(await namesOf(words('done')), ['b']);
        assert.deepEqual((await namesOf({ ...words('done'), filter: { past: true } })).sort(), ['a', 'b']);
        assert.deepEqual(await store.count(), { items: 2, current: 1, versions: 2 });
      });

      test('what goes over into an archive stays current, whichever file is read first', async () => {
        const archive = { path: 'task-states/task-101-archive.md', stamp: '1' };
        await store.takeIn(source, [memoryInput('a'), memoryInput('b')]);
        await store.takeIn(archive, [memoryInput('a')]);
        await store.takeIn(source, [memoryInput('b')]);
        assert.equal((await store.item(memoryId('a')))?.current, true);
        await store.takeIn(source, []);
        await store.takeIn({ ...archive, stamp: '2' }, [memoryInput('a'), memoryInput('b')]);
        assert.deepEqual((await namesOf(words('done'))).sort(), ['a', 'b']);
      });

      test('items of a source that is gone cease to be current', async () => {
        await store.takeIn(source, [memoryInput('a')]);
        await store.forgetSources([source.path, 'never/there.md']);
        assert.equal((await store.item(memoryId('a')))?.current, false);
        assert.equal((await store.stamps()).size, 0);
        assert.deepEqual(await store.matchSessions(words('done')), []);
      });

      test('a long text that is said again is left out until the first one is gone', async () => {
        const told =
          'We keep refresh tokens in the database and hash them, since a stolen backup must not log anybody in.';
        await store.takeIn(source, [memoryInput('a', { text: told })]);
        const again = await store.takeIn({ path: 'b.md', stamp: '1' }, [
          memoryInput('b', { text: told.replaceAll(' ', '\n'), session: 2 }),
        ]);
        assert.deepEqual(again, { added: [], changed: [], unchanged: 0, repeated: 1 });
        assert.deepEqual(await namesOf(words('refresh')), ['a']);
        assert.equal((await store.count()).items, 1);
        assert.equal((await store.item(memoryId('b')))?.session, 2, 'its id is still good');
        await store.takeIn(source, []);
        assert.deepEqual(await namesOf(words('refresh')), ['b']);
        assert.deepEqual(
          (await store.matchSessions(words('refresh'))).map(({ session }) => session),
          [2],
        );
      });

      test('what was decided first, replaced, and decided again holds, whoever said it before', async () => {
        const told =
          'We keep refresh tokens in the database and hash them, since a stolen backup must not log anybody in.';
        const [first, second] = [
          memoryInput('a', { text: told }),
          memoryInput('b', { text: 'Keep none', supersededBy: memoryId('c') }),
        ];
        await store.takeIn(source, [first]);
        await store.takeIn({ path: 'b.md', stamp: '1' }, [memoryInput('d', { text: told, session: 2 })]);
        assert.deepEqual(await namesOf(words('refresh')), ['a']);
        const replaced = { ...first, supersededBy: memoryId('b') };
        await store.takeIn(source, [replaced, { ...second, supersededBy: null }]);
        assert.deepEqual(await namesOf(words('refresh')), ['d']);
        await store.takeIn({ path: 'b.md', stamp: '2' }, []);
        await store.takeIn(source, [replaced, second, memoryInput('c', { text: told })]);
        assert.deepEqual(await namesOf(words('refresh')), ['c']);
        assert.deepEqual(
          (await store.itemsOf({}, 10)).map(({ title }) => title),
          ['Entry c'],
        );
        assert.deepEqual((await namesOf({ ...words('refresh'), filter: { past: true } })).sort(), [
          'a',
          'c',
          'd',
        ]);
      });

      test('a short text means another thing in another session or task', async () => {
        const said = { text: 'Tests pass', title: 'Tests pass' };
        const { repeated } = await store.takeIn(source, [
          memoryInput('a', said),
          memoryInput('b', { ...said, session: 2 }),
          memoryInput('c', { ...said, task: taskId('102') }),
        ]);
        assert.equal(repeated, 0);
        assert.equal((await store.match(words('tests'))).length, 3);
      });
    });

    suite('finding', () => {
      test('words are stemmed, any of them will do, and more of them are better', async () => {
        await store.takeIn(source, [
          memoryInput('a', { text: 'The migrations were running all night' }),
          memoryInput('b', { text: 'A migration of the users table failed' }),
          memoryInput('c', { text: 'Nothing of the kind' }),
        ]);
        assert.deepEqual(await namesOf(words('migration', 'failing')), ['b', 'a']);
        assert.deepEqual(await namesOf(words('run')), ['a']);
        assert.deepEqual(await namesOf(words('unheard')), []);
      });

      test('identifiers, paths and error texts are found as they stand, and near ones are not', async () => {
        await store.takeIn(source, [
          memoryInput('a', { text: 'See src/core/store/lock.ts:120 for parse_owner' }),
          memoryInput('b', { text: 'See src core store lock ts, where the parse owner is' }),
          memoryInput('c', { text: "TypeError: Cannot read properties\n  of undefined (reading 'token')" }),
        ]);
        assert.deepEqual(await namesOf(exactly('src/core/store/lock.ts')), ['a']);
        assert.deepEqual(await namesOf(exactly('parse_owner')), ['a']);
        assert.deepEqual(await namesOf(exactly("Cannot read properties of undefined (reading 'token')")), [
          'c',
        ]);
        assert.deepEqual(await namesOf(exactly('lock.t')), []);
        assert.deepEqual(await namesOf(exactly('arse_owner')), []);
      });

      test('beside what has to be there, words only decide the order', async () => {
        await store.takeIn(source, [
          memoryInput('a', { text: 'parseOwner was renamed' }),
          memoryInput('b', { text: 'parseOwner leaks a token' }),
          memoryInput('c', { text: 'the token of a token leaks a token' }),
        ]);
        assert.deepEqual(await namesOf({ words: ['token'], exact: ['parseOwner'], limit: 10 }), ['b', 'a']);
      });

      test('superseded items are found only when past ones are asked for', async () => {
        await store.takeIn(source, [
          memoryInput('a', { text: 'Decided on port 8080', supersededBy: memoryId('b') }),
          memoryInput('b', { text: 'Decided on port 9090' }),
        ]);
        assert.deepEqual(await namesOf(words('decided')), ['b']);
        const hits = await store.match({ ...words('decided'), filter: { past: true } });
        const [old] = hits.filter(({ item }) => !item.current);
        assert.deepEqual([hits.length, old?.item.supersededBy], [2, memoryId('b')]);
      });

      test('task, kind, session and time narrow what is found', async () => {
        await store.takeIn(source, [
          memoryInput('a', { session: 1, at: '2026-11-01T10:00:00Z' }),
          memoryInput('b', { session: 2, at: '2026-11-02T10:00:00.500Z', kind: 'note', detail: 'decision' }),
          memoryInput('c', { session: 3, at: '2026-11-03T10:00:00Z' }),
          memoryInput('d', { task: taskId('102'), session: 3, at: '2026-11-04T10:00:00Z' }),
          memoryInput('e', { task: null, session: null, kind: 'document', at: '2026-11-05T10:00:00Z' }),
        ]);
        const found = async (filter: Parameters<LongTermStore['itemsOf']>[0]) => {
          const listed = (await store.itemsOf(filter, 10)).map(({ title }) => title.replace('Entry ', ''));
          const matched = await namesOf({ ...words('done'), filter });
          assert.deepEqual(matched.sort(), listed, 'both ways find the same');
          return listed.join('');
        };
        assert.equal(await found({}), 'abcde');
        assert.equal(await found({ task }), 'abc');
        assert.equal(await found({ kinds: ['note', 'document'] }), 'be');
        assert.equal(await found({ kinds: [] }), '');
        assert.equal(await found({ task, session: { from: 2 } }), 'bc');
        assert.equal(await found({ session: { to: 2 } }), 'ab');
        assert.equal(
          await found({ at: { from: '2026-11-02T10:00:00.500Z', to: '2026-11-04T10:00:00Z' } }),
          'bc',
        );
        const sessions = await store.matchSessions({
          ...words('done'),
          filter: { task, session: { from: 2 } },
        });
        assert.deepEqual(sessions.map(({ session }) => session).sort(), [2, 3]);
        const early = await store.matchSessions({
          ...words('done'),
          filter: { at: { to: '2026-11-02T00:00:00Z' } },
        });
        assert.deepEqual(
          early.map(({ session }) => session),
          [1],
        );
      });

      test('of more than the limit the best are given, and of a list the newest', async () => {
        const many = [...'abcdefgh'].map((letter, n) =>
          memoryInput(letter, {
            text: `needle ${'hay '.repeat(n * 3)}${letter}`,
            at: `2026-11-0${n + 1}T00:00:00Z`,
          }),
        );
        await store.takeIn(source, many);
        assert.deepEqual(await namesOf({ ...words('needle'), limit: 3 }), ['a', 'b', 'c']);
        assert.deepEqual(await namesOf({ ...exactly('needle hay'), limit: 2 }), ['b', 'c']);
        assert.deepEqual(
          (await store.itemsOf({}, 3)).map(({ title }) => title),
          ['Entry f', 'Entry g', 'Entry h'],
        );
        assert.deepEqual(await namesOf({ ...words('needle'), limit: 0 }), []);
      });

      test('a session is found by all that was said in it', async () => {
        await store.takeIn(source, [
          memoryInput('a', { session: 1, text: 'The token expires' }),
          memoryInput('b', { session: 1, text: 'The refresh fails' }),
          memoryInput('c', { session: 2, text: 'The token is renewed' }),
          memoryInput('d', { session: null, text: 'token refresh' }),
        ]);
        const [best] = await store.matchSessions(words('token', 'refresh'));
        assert.deepEqual([best?.task, best?.session], [task, 1]);
        await store.takeIn(source, [memoryInput('c', { session: 2, text: 'token refresh refresh' })]);
        assert.deepEqual(
          (await store.matchSessions(words('token', 'refresh'))).map(({ session }) => session),
          [2],
        );
      });

      const hostile = [
        '"',
        `'`,
        'NEAR(',
        'title:',
        '^a',
        'a*',
        'a OR',
        'AND',
        '-x',
        '{title}: x',
        'x\0y',
        '😀',
        '(',
        '\\',
        '%',
        '',
      ];
      test('no text of a question is a command', async () => {
        await store.takeIn(source, [memoryInput('a', { text: 'x y near title 😀 or and' })]);
        for (const one of hostile) {
          for (const match of [words(one), exactly(one), { words: [one], exact: [one], limit: 5 }]) {
            assert.ok(Array.isArray(await store.match(match)), one);
            assert.ok(Array.isArray(await store.matchSessions(match)), one);
          }
        }
        assert.deepEqual(await namesOf({ words: ['near'], exact: ['%', '=>'], limit: 5 }), ['a']);
      });

      test('texts come back as they were put in, whatever is in them', () =>
        fc.assert(
          fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
            await store.takeIn(source, [memoryInput('a', { text })]);
            const kept = (await store.item(memoryId('a')))?.text;
            assert.equal(kept, text.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD'));
          }),
          { numRuns: 40 },
        ));
    });

    suite('pins, summaries, snapshots and events', () => {
      test('a pin of a person outlasts the source, and there is none on what is not there', async () => {
        await store.takeIn(source, [memoryInput('a'), memoryInput('b', { pinned: true })]);
        assert.equal(await store.pin(memoryId('a'), true), true);
        assert.equal(await store.pin(memoryId('b'), false), true);
        assert.equal(await store.pin(memoryId('z'), true), false);
        await store.takeIn(source, [memoryInput('a', { text: 'new' }), memoryInput('b', { pinned: true })]);
        const again = await kept.reopen();
        const pins = (await again.items([memoryId('b'), memoryId('z'), memoryId('a')])).map(
          ({ pinned }) => pinned,
        );
        assert.deepEqual(pins, [false, true]);
      });

      const summary = (letter: string, of: string[], when = at): MemorySummary => ({
        id: memoryId(letter),
        task,
        session: 1,
        of: of.map((one) => ({ id: memoryId(one), version: 1 })),
        text: `Summary ${letter}`,
        at: when,
      });

      test('summaries are found by what they stand for and by their own id, newest first', async () => {
        await store.addSummary(summary('s', ['a', 'b']));
        await store.addSummary(summary('t', ['b'], '2026-11-03T00:00:00Z'));
        const found = async (letter: string) =>
          (await store.summariesOf(memoryId(letter))).map(({ text }) => text);
        assert.deepEqual(await found('a'), ['Summary s']);
        assert.deepEqual(await found('b'), ['Summary t', 'Summary s']);
        assert.deepEqual(await found('t'), ['Summary t']);
        assert.deepEqual(await store.summariesOf(memoryId('s')), [summary('s', ['a', 'b'])]);
      });

      const snapshot = (generation: number, session: number | null = 1, when = at): RamSnapshot => ({
        task,
        session,
        generation,
        items: [{ id: memoryId('a'), version: 1, bytes: 12 }],
        tombstones: [
          { id: memoryId('b'), version: 2, title: 'B', summary: memoryId('s') },
          { id: memoryId('c'), version: 1, title: 'C', summary: null },
        ],
        at: when,
      });

      test('of two who write the same generation one is told, and its summaries are not kept', async () => {
        assert.equal(await store.snapshot(task, 1), undefined);
        assert.equal(await store.putSnapshot(snapshot(1), [summary('s', ['b'])]), true);
        assert.equal(await store.putSnapshot(snapshot(1), [summary('t', ['c'])]), false);
        assert.equal(await store.putSnapshot(snapshot(3)), false);
        assert.equal(await store.putSnapshot(snapshot(1, null)), true);
        const again = await kept.reopen();
        assert.deepEqual(await again.snapshot(task, 1), snapshot(1));
        assert.deepEqual(await again.snapshot(task, null), snapshot(1, null));
        assert.deepEqual(await again.summariesOf(memoryId('t')), []);
        assert.equal((await again.summariesOf(memoryId('b'))).length, 1);
      });

      const event = (text: string, when = at): MemoryEvent => ({
        kind: 'evicted',
        at: when,
        task,
        ids: [memoryId('a')],
        text,
      });

      test('events are read on from where one was', async () => {
        await store.addEvents([event('1'), event('2')]);
        await store.addEvents([event('3')]);
        const first = await store.events(0, 2);
        assert.deepEqual(first.events, [event('1'), event('2')]);
        const rest = await store.events(first.last, 10);
        assert.deepEqual(
          rest.events.map(({ text }) => text),
          ['3'],
        );
        assert.deepEqual(await store.events(rest.last, 10), { events: [], last: rest.last });
      });

      test('pruning leaves the latest snapshot, everything recent, and all items and summaries', async () => {
        await store.takeIn(source, [memoryInput('a')]);
        await store.takeIn(source, []);
        for (let n = 1; n <= 5; n++)
          await store.putSnapshot(snapshot(n, 1, `2026-11-0${n}T00:00:00Z`), [summary('s', ['a'])]);
        await store.putSnapshot(snapshot(1, null, '2026-01-01T00:00:00Z'));
        await store.addEvents([event('old', '2026-10-01T00:00:00Z'), event('new')]);
        const last = (await store.events(0, 10)).last;
        assert.equal(await store.prune({ keepSnapshots: 3, before: '2026-11-02T00:00:00Z' }), 3);
        assert.equal((await store.snapshot(task, 1))?.generation, 5);
        assert.ok(await store.snapshot(task, null));
        assert.deepEqual(
          (await store.events(0, 10)).events.map(({ text }) => text),
          ['new'],
        );
        assert.equal((await store.summariesOf(memoryId('s'))).length, 1);
        assert.ok(await store.item(memoryId('a')));
        assert.equal(await store.prune({ keepSnapshots: 3, before: '2026-11-04T12:00:00Z' }), 3);
        assert.equal((await store.snapshot(task, 1))?.generation, 5);
        await store.addEvents([event('later')]);
        assert.deepEqual(
          (await store.events(last, 10)).events.map(({ text }) => text),
          ['later'],
          'no number comes twice',
        );
      });

      test('pruning never takes what is pinned or was never summarised, however old and wherever it went', async () => {
        const ids = ['a', 'b', 'c'];
        const old = (name: string, text: string) => memoryInput(name, { text, at: '2020-01-01T00:00:00Z' });
        await store.takeIn(
          source,
          ids.map((name) => old(name, `first ${name}`)),
        );
        await store.takeIn(source, [old('a', 'second a'), old('b', 'second b')]);
        await store.pin(memoryId('b'), true);
        const before = await store.count();
        assert.deepEqual(before, { items: 3, current: 2, versions: 5 });
        await store.prune({ keepSnapshots: 0, before: '2100-01-01T00:00:00Z' });
        assert.deepEqual(await store.count(), before);
        assert.equal((await store.item(memoryId('b')))?.pinned, true);
        assert.equal((await store.item(memoryId('a'), 1))?.text, 'first a');
        assert.equal((await store.item(memoryId('c')))?.text, 'first c');
      });

      test('an export has every record once, also when others write meanwhile', async () => {
        const letter = (n: number) => String.fromCharCode('a'.charCodeAt(0) + Math.floor(n));
        const names = Array.from({ length: 600 }, (_, n) => `b${letter(n / 26)}${letter(n % 26)}`);
        await store.takeIn(
          source,
          names.map((one) => memoryInput(one)),
        );
        const ids: unknown[] = [];
        for await (const { table, row } of store.export()) {
          if (table !== 'items') continue;
          // Comes before all others, so that their places move.
          if (ids.length === 0) await store.takeIn({ path: 'other', stamp: '1' }, [memoryInput('a')]);
          ids.push(row['id']);
        }
        assert.deepEqual(ids.sort(), names.map(memoryId));
      });

      test('everything is there after it was closed and opened, and in the export', async () => {
        await store.takeIn(source, [memoryInput('a'), memoryInput('b', { task: null, session: null })]);
        await store.takeIn(source, [
          memoryInput('a', { text: 'Another text' }),
          memoryInput('b', { task: null, session: null }),
        ]);
        await store.putSnapshot(snapshot(1), [summary('s', ['a'])]);
        await store.addEvents([event('1')]);
        const again = await kept.reopen();
        const tables = new Map<string, number>();
        for await (const { table, row } of again.export()) {
          tables.set(table, (tables.get(table) ?? 0) + 1);
          assert.deepEqual(JSON.parse(JSON.stringify(row)), { ...row });
        }
        tables.delete('sessions');
        assert.deepEqual([...tables].sort(), [
          ['events', 1],
          ['items', 2],
          ['meta', 1],
          ['ram_snapshots', 1],
          ['sources', 1],
          ['summaries', 1],
          ['versions', 1],
        ]);
        assert.deepEqual(
          (await again.match(words('another'))).map(({ item }) => item.version),
          [2],
        );
        assert.deepEqual(await again.count(), { items: 2, current: 2, versions: 3 });
      });
    });
  });
}
