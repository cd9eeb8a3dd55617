import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentHash } from '../../../../src/core/base/content-hash';
import { outline } from '../../../../src/core/markdown/outline';
import { defaultConfig } from '../../../../src/core/model/config';
import { checksum, indexCacheFormat } from '../../../../src/core/store/index-cache-format';
import { initialise } from '../../../../src/core/store/layout';
import { TaskStore } from '../../../../src/core/store/task-store';
import { generateTasks } from '../../../bench/generate-tasks';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { stateText } from '../../../support/state-text';

const root = '/project';
const cachePath = `${root}/.baton/cache/index.bin`;
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

/** The cache with some of it changed, and the checksum made right again, as a hostile repository would do it. */
function forged(whole: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = Uint8Array.from(whole);
  change(bytes);
  new Float64Array(bytes.buffer, 0, 4)[2] = checksum(bytes);
  return bytes;
}

/** Puts ASCII text of the same length in the place of other text. */
function replaceText(bytes: Uint8Array, from: string, to: string): void {
  assert.equal(to.length, from.length);
  const at = Buffer.from(bytes.buffer).indexOf(from);
  assert.ok(at > 0, from);
  bytes.set(new TextEncoder().encode(to), at);
}

/** Positions in the header, and of the first numbers and ends of the first row. */
const [formatAt, rowsAt, textBytesAt] = [0, 1, 3];
const [statusOfFirst, sizeOfFirst] = [4 + 4, 4 + 2];

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
    const whole = (await ports.fs.read(cachePath)) ?? assert.fail('there is no cache');
    const { title = '' } = tasks[0]?.outline ?? {};
    const planted = '?'.repeat(title.length);
    const torn = Uint8Array.from(whole.subarray(0, (whole.length >> 4) * 8));
    const set = (at: number, value: number) =>
      forged(whole, (bytes) => {
        new Float64Array(bytes.buffer)[at] = value;
      });
    const unsigned = Uint8Array.from(whole);
    replaceText(unsigned, title, planted);
    const damaged: Readonly<Record<string, string | Uint8Array>> = {
      empty: '',
      'shorter than its header': whole.subarray(0, 16),
      torn,
      'torn, and signed again': forged(torn, () => {}),
      'cut inside a number': whole.subarray(0, whole.length - 3),
      'zeros after a power loss': new Uint8Array(whole.length),
      'another title without a new checksum': unsigned,
      'the format before this one': `${'0'.repeat(64)}\n[1,"task-states/task-1-state.md",1,1,1,null]`,
      'another format': set(formatAt, indexCacheFormat + 1),
      'more rows than there are': set(rowsAt, 1e9),
      'part of a row': set(rowsAt, 1.5),
      'fewer rows than none': set(rowsAt, -1),
      'rows that are no number': set(rowsAt, Number.NaN),
      'more text than there is': set(textBytesAt, 1e9),
      'a status that is none': set(statusOfFirst, 99),
      'a size that is none': set(sizeOfFirst, Number.NaN),
      'an id that climbs': forged(whole, (bytes) => replaceText(bytes, '100-state.md100', '100-state.md../')),
      'other words for statuses': forged(whole, (bytes) => replaceText(bytes, 'pending', 'waiting')),
      'not UTF-8': forged(whole, (bytes) => bytes.set([0xff], Buffer.from(bytes.buffer).indexOf(title))),
    };
    for (const [what, contents] of Object.entries(damaged)) {
      ports.fs.put(cachePath, contents);
      const looked = await look(ports);
      assert.equal(looked.read.length, enough, what);
      assert.deepEqual(looked.tasks, tasks, what);
    }
  });

  test('a file whose text does not survive UTF-8 is read again', async () => {
    const ports = await setUp();
    const feature = '{ "id": "h", "description": "half \\ud83d", "passes": false }';
    const half = `${stateText('7')}\n## 3. Feature Checklist\n\n\`\`\`json\n{ "features": [${feature}] }\n\`\`\`\n`;
    ports.fs.put(fileOf(7), half, yesterday);
    const first = await look(ports);
    const second = await look(ports);
    assert.equal(first.tasks.find(({ id }) => id === '7')?.outline.features.next?.description, 'half \ud83d');
    assert.deepEqual(second.tasks, first.tasks);
    assert.deepEqual(second.read, [fileOf(7)]);
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
    assert.deepEqual(seen, { format: 2, outlines: '7cf5903899944d1b' });
  });
});
