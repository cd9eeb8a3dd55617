import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentHash } from '../../../../src/core/base/content-hash';
import { outline } from '../../../../src/core/markdown/outline';
import { defaultConfig } from '../../../../src/core/model/config';
import { indexCacheFormat } from '../../../../src/core/store/index-cache-format';
import { initialise } from '../../../../src/core/store/layout';
import { TaskStore } from '../../../../src/core/store/task-store';
import { generateTasks } from '../../../bench/generate-tasks';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { type TestPorts, testHasher, testPorts } from '../../../support/memory-ports';
import { stateText } from '../../../support/state-text';

const root = '/project';
const cachePath = `${root}/.baton/cache/index.json`;
const fileOf = (id: number | string) => `${root}/task-states/task-${id}-state.md`;
const yesterday = Date.parse('2026-11-20T00:00:00Z');
const enough = 200;

async function setUp(count = enough): Promise<TestPorts> {
  const ports = testPorts();
  await initialise(ports, root);
  const texts = [...generateTasks(20)].map(({ text }) => text);
  for (let id = 1; id <= count; id++) {
    const text = texts[id % texts.length] ?? '';
    ports.fs.put(fileOf(id), text.replace(/^# Task #\d+/m, `# Task #${id}`), yesterday);
  }
  return ports;
}

/** What a process of its own sees; it leaves its cache behind. */
async function look(ports: TestPorts) {
  const store = new TaskStore(ports, root, defaultConfig);
  ports.fs.reads.length = 0;
  await store.refresh();
  await store.settled();
  const read = ports.fs.reads.filter((path) => path.includes('/task-states/'));
  return { tasks: store.tasks(), read };
}

/** The same without any cache. */
async function lookAnew(ports: TestPorts) {
  const fs = new FaultyFileSystem(ports.fs);
  const { read } = fs;
  fs.read = async (path) => (path === cachePath ? undefined : read(path));
  const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
  await store.refresh();
  await store.settled();
  return store.tasks();
}

function signed(body: string): string {
  return `${testHasher.sha256(new TextEncoder().encode(body))}\n${body}`;
}

suite('The index cache', () => {
  test('a fresh process reads no file that has not changed, and sees the same tasks', async () => {
    const ports = await setUp();
    const first = await look(ports);
    const second = await look(ports);
    assert.equal(first.read.length, enough);
    assert.deepEqual(second.read, []);
    assert.deepEqual(second.tasks, first.tasks);
  });

  test('only the files that changed are read', async () => {
    const ports = await setUp();
    await look(ports);
    ports.fs.put(fileOf(7), stateText('7', 'Written again'), yesterday + 1);
    ports.fs.put(fileOf(999), stateText('999'), yesterday);
    await ports.fs.remove(fileOf(8));
    await ports.fs.rename(fileOf(9), `${root}/task-states/renamed.md`);
    const { tasks, read } = await look(ports);
    assert.deepEqual(read.sort(), [`${root}/task-states/renamed.md`, fileOf(7), fileOf(999)].sort());
    assert.deepEqual(tasks, await lookAnew(ports));
  });

  test('a file changed in place with the same size and time is read when the platform tells', async () => {
    const ports = await setUp();
    ports.fs.put(fileOf(7), stateText('7', 'one'), yesterday);
    await look(ports);
    ports.clock.advance(60_000);
    ports.fs.put(fileOf(7), stateText('7', 'two'), yesterday);
    assert.deepEqual((await look(ports)).read, [fileOf(7)]);
  });

  test('a file written a moment ago is not cached, so that a change of the same size is seen', async () => {
    const ports = await setUp();
    const now = ports.clock.now().getTime();
    ports.fs.put(fileOf(7), stateText('7', 'one'), now);
    await look(ports);
    ports.fs.put(fileOf(7), stateText('7', 'two'), now);
    const { tasks, read } = await look(ports);
    assert.deepEqual(read, [fileOf(7)]);
    assert.equal(tasks.find(({ id }) => id === '7')?.outline.title, 'two');
  });

  test('a wrong, old, torn or hostile cache costs time and nothing else', async () => {
    const ports = await setUp();
    const { tasks } = await look(ports);
    const whole = ports.fs.text(cachePath) ?? assert.fail('there is no cache');
    const body = whole.slice(whole.indexOf('\n') + 1);
    const title = JSON.stringify(tasks[0]?.outline.title);
    const damaged: Readonly<Record<string, string | Uint8Array>> = {
      empty: '',
      torn: whole.slice(0, whole.length >> 1),
      'zeros after a power loss': new Uint8Array(whole.length),
      'another title without a new checksum': whole.replace(title, '"Planted"'),
      'no JSON': signed('[1,'),
      'no list': signed('{}'),
      'another format': signed(body.replace(/^\[\d+/, `[${indexCacheFormat + 1}`)),
      'an id that climbs': signed(body.replace(/null,"|,"1",/, ',"../1",')),
      'a cell of another kind': signed(body.replace(title, '{}')),
      'a row that ends too soon': signed(`${body.slice(0, body.lastIndexOf(','))}]`),
      'a number for a list': signed(JSON.stringify([indexCacheFormat, 1, 2, 3])),
      'not UTF-8': new Uint8Array([...new TextEncoder().encode(whole), 0xff]),
    };
    for (const [what, contents] of Object.entries(damaged)) {
      ports.fs.put(cachePath, contents);
      const looked = await look(ports);
      assert.equal(looked.read.length, enough, what);
      assert.deepEqual(looked.tasks, tasks, what);
    }
  });

  test('a cache that is a link out of the workspace is neither read nor replaced', async () => {
    const ports = await setUp();
    ports.fs.put('/elsewhere/index.json', 'theirs');
    ports.fs.putLink(`${root}/.baton/cache`, '/elsewhere');
    const { read } = await look(ports);
    assert.equal(read.length, enough);
    assert.equal(ports.fs.text('/elsewhere/index.json'), 'theirs');
  });

  test('few tasks, few changes and a folder that git would see get no new cache', async () => {
    const few = await setUp(enough - 1);
    await look(few);
    assert.equal(few.fs.text(cachePath), undefined);
    const unseen = await setUp();
    await unseen.fs.remove(`${root}/.baton/.gitignore`);
    await look(unseen);
    assert.equal(unseen.fs.text(cachePath), undefined);
    const ports = await setUp();
    await look(ports);
    const before = ports.fs.text(cachePath);
    ports.fs.put(fileOf(7), stateText('7', 'Written again'), yesterday + 1);
    await look(ports);
    assert.equal(ports.fs.text(cachePath), before);
  });

  test('where it cannot be written the tasks are listed all the same', async () => {
    const ports = await setUp();
    const fs = new FaultyFileSystem(ports.fs);
    fs.createExclusive = () => Promise.reject(new Error('read-only'));
    const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
    await store.refresh();
    await store.settled();
    assert.equal(store.tasks().length, enough);
    assert.equal(ports.fs.text(cachePath), undefined);
  });

  test('whatever happens between two processes, the cached answer is the uncached one', async () => {
    const id = fc.integer({ min: 1, max: enough + 5 });
    const title = fc.constantFrom('one', 'two', 'longer');
    const edit = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), id, title, after: fc.integer({ min: 0, max: 3000 }) }),
      fc.record({ kind: fc.constant('remove' as const), id }),
      fc.record({ kind: fc.constant('move' as const), id, to: id }),
      fc.record({ kind: fc.constant('look' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 25 }), async (edits) => {
        const ports = await setUp();
        await look(ports);
        for (const one of edits) {
          if (one.kind === 'look') await look(ports);
          else if (one.kind === 'remove') await ports.fs.remove(fileOf(one.id));
          else if (one.kind === 'move') await ports.fs.rename(fileOf(one.id), fileOf(one.to)).catch(() => {});
          else {
            ports.clock.advance(one.after);
            ports.fs.put(fileOf(one.id), stateText(String(one.id), one.title));
          }
        }
        assert.deepEqual((await look(ports)).tasks, await lookAnew(ports));
      }),
      { numRuns: 25 },
    );
  });

  test('the format goes up when the outline of the same text changes', () => {
    const outlines = [...generateTasks(30)].map(({ text }) => outline(text));
    const seen = { format: indexCacheFormat, outlines: contentHash(JSON.stringify(outlines)) };
    // Another hash with the same format: raise `indexCacheFormat`, then write both here.
    assert.deepEqual(seen, { format: 1, outlines: '7cf5903899944d1b' });
  });
});
