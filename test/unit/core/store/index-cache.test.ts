import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentHash } from '../../../../src/core/base/content-hash';
import { decodeUtf8 } from '../../../../src/core/base/utf8';
import { outline } from '../../../../src/core/markdown/outline';
import { defaultConfig } from '../../../../src/core/model/config';
import {
  checksum,
  headerNumbers,
  indexCacheFormat,
  number,
  numberColumns,
  pathEnd,
  textColumns,
} from '../../../../src/core/store/index-cache-columns';
import { initialise } from '../../../../src/core/store/layout';
import type { TaskRecord } from '../../../../src/core/store/task-record';
import type { RowText, TaskRow } from '../../../../src/core/store/task-row';
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
  ports.clock.advance(60_000);
  return ports;
}

/** A surface's text of a task, and how often it was made. */
function rowTexts(format = 'text-1') {
  const made: string[] = [];
  const of = (record: TaskRecord) => {
    made.push(record.id);
    return JSON.stringify([format, record.id, record.outline.title, record.relativePath]);
  };
  return { format, of, made };
}

/** What a process of its own sees; it leaves its cache behind. */
async function look(ports: TestPorts, rowText: RowText = rowTexts()) {
  const store = new TaskStore(ports, root, defaultConfig, { rowText });
  ports.fs.reads.length = 0;
  await store.refresh();
  const texts = store.rows().map(({ text }) => text && decodeUtf8(text));
  await store.settled();
  const read = ports.fs.reads.filter((path) => path.includes('/task-states/'));
  return { tasks: store.tasks(), texts, rows: store.rows().map(plain), read };
}

/** What a row says, whatever it is made of. */
function plain({ id, status, dependsOn, inputs, output, lastSession, problems, text }: TaskRow) {
  return { id, status, dependsOn, inputs, output, lastSession, problems, text: text && decodeUtf8(text) };
}

async function recordOf(ports: TestPorts, id: string): Promise<TaskRecord> {
  const { tasks } = await look(ports);
  return tasks.find((task) => task.id === id) ?? assert.fail(`there is no task ${id}`);
}

/** The same without any cache. */
async function lookAnew(ports: TestPorts) {
  const fs = new FaultyFileSystem(ports.fs);
  const { read } = fs;
  fs.read = async (path) => (path === cachePath ? undefined : read(path));
  const store = new TaskStore({ ...ports, fs }, root, defaultConfig, { rowText: rowTexts() });
  await store.refresh();
  await store.settled();
  return { tasks: store.tasks(), rows: store.rows().map(plain) };
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
const [formatAt, rowsAt, textBytesAt, headLengthAt, rowBytesAt] = [0, 1, 3, 4, 5];
const numberOfFirst = (column: number) => headerNumbers + column * enough;

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
    assert.deepEqual(tasks, (await lookAnew(ports)).tasks);
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
    const withEnd = (cell: number, end: number) =>
      forged(whole, (bytes) => {
        const endsAt = headerNumbers * 8 + enough * numberColumns * 8;
        new Uint32Array(bytes.buffer, endsAt)[cell] = end;
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
      'a status that is none': set(numberOfFirst(number.status), 99),
      'a size that is none': set(numberOfFirst(number.size), Number.NaN),
      'a head of another length': set(headLengthAt, 3),
      'a head behind the text': set(headLengthAt, 1e9),
      'a text that ends before it begins': withEnd(7, 0),
      'a text that ends behind all': withEnd(7, 0xffffffff),
      'a last text that ends too soon': withEnd(enough * textColumns - 1, 1),
      "a surface's text that ends before it begins": withEnd(enough * textColumns + 7, 0),
      "a surface's text that ends behind all": withEnd(enough * textColumns + 7, 0xffffffff),
      "a surface's last text that ends too soon": withEnd(enough * textColumns + enough - 1, 1),
      "more of the surface's texts than there is": set(rowBytesAt, 1e9),
      "less of the surface's texts than there is": set(rowBytesAt, 8),
      'an id that climbs': forged(whole, (bytes) =>
        replaceText(bytes, `-200-state.md${pathEnd}123`, `-200-state.md${pathEnd}../`),
      ),
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
    const after = fc.constantFrom(0, 1, 1999, 2001, 60_000);
    const edit = fc.oneof(
      // Also what `cp -p` and the like do: the time of the contents set back.
      fc.record({ kind: fc.constant('write' as const), id, title, after, setBack: fc.boolean() }),
      fc.record({ kind: fc.constant('remove' as const), id }),
      fc.record({ kind: fc.constant('move' as const), id, to: id }),
      fc.record({ kind: fc.constant('link' as const), id, to: id }),
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
          else if (one.kind === 'link') {
            if (await ports.fs.remove(fileOf(one.id))) ports.fs.putLink(fileOf(one.id), fileOf(one.to));
          } else {
            ports.clock.advance(one.after);
            const times = one.setBack ? [yesterday] : [];
            ports.fs.put(fileOf(one.id), stateText(String(one.id), one.title), ...times);
          }
        }
        const { tasks, rows } = await look(ports);
        assert.deepEqual({ tasks, rows }, await lookAnew(ports));
      }),
      { numRuns: 40 },
    );
  });

  test("a surface's texts are made once for every file that stays as it is", async () => {
    const ports = await setUp();
    const [first, second, third] = [rowTexts(), rowTexts(), rowTexts()];
    const { texts } = await look(ports, first);
    assert.equal(first.made.length, enough);
    assert.deepEqual((await look(ports, second)).texts, texts);
    assert.deepEqual(second.made, []);
    ports.fs.put(fileOf(7), stateText('7', 'Written again'), yesterday + 1);
    assert.ok((await look(ports, third)).texts.includes(third.of(await recordOf(ports, '7'))));
    assert.deepEqual([...new Set(third.made)], ['7']);
  });

  test('texts of another format, or none, are made anew and kept, and no file is read for that', async () => {
    const ports = await setUp();
    const plainStore = new TaskStore(ports, root, defaultConfig);
    await plainStore.refresh();
    await plainStore.settled();
    for (const format of ['text-1', 'text-2']) {
      const { read, texts } = await look(ports, rowTexts(format));
      assert.deepEqual(read, []);
      assert.ok(texts.every((text) => text?.startsWith(`["${format}"`)));
      const again = rowTexts(format);
      assert.deepEqual((await look(ports, again)).texts, texts);
      assert.deepEqual(again.made, []);
    }
  });

  test('what an earlier version left goes when the cache is written', async () => {
    const ports = await setUp();
    const orphan = `${root}/.baton/cache/index.json`;
    ports.fs.put(orphan, '[]');
    await look(ports);
    assert.equal(ports.fs.text(orphan), undefined);
    assert.notEqual(ports.fs.text(cachePath), undefined);
  });

  test('the format goes up when the outline of the same text changes', () => {
    const outlines = [...generateTasks(30)].map(({ text }) => outline(text));
    const seen = { format: indexCacheFormat, outlines: contentHash(JSON.stringify(outlines)) };
    // Another hash with the same format: raise `indexCacheFormat`, then write both here.
    assert.deepEqual(seen, { format: 4, outlines: '7cf5903899944d1b' });
  });
});
