/** `memory.json` in the hands of several: what one of them has written stays, whoever comes when. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonFile } from '../../../../src/core/memory/json-file';
import type { JsonTables } from '../../../../src/core/memory/json-tables';
import { initialise } from '../../../../src/core/store/layout';
import type { MemoryFileSystem } from '../../../support/memory-file-system';
import { type TestPorts, testPorts } from '../../../support/memory-ports';

const root = '/project';

/** Its clock stands still: whatever is written has the same times. */
async function folder(): Promise<TestPorts> {
  const ports = testPorts();
  ports.fs.put(`${root}/README.md`, '');
  await initialise(ports, root);
  return ports;
}

const fileOf = (ports: TestPorts) => new JsonFile(ports, root, () => undefined);
const stamped = (path: string, stamp: string) => () => (tables: JsonTables) => {
  tables.sources.set(path, stamp);
};
const stampsIn = async (ports: TestPorts) => {
  const file = fileOf(ports);
  await file.refresh();
  return Object.fromEntries(file.tables.sources);
};

const times = 4;
const once = Object.fromEntries(
  ['one', 'one later', 'other', 'other later'].flatMap((kind) =>
    Array.from({ length: times }, (_, n) => [`${kind} ${n}`, 'x']),
  ),
);

/** Each call waits for its turn before the disk does it, and before its answer arrives. */
function slowly(fs: MemoryFileSystem, pauses: Iterator<number>): MemoryFileSystem {
  const pause = async () => {
    for (let left = pauses.next().value; left > 0; left--)
      await new Promise((resolve) => setImmediate(resolve));
  };
  return new Proxy(fs, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        await pause();
        const answer: unknown = await value.apply(target, args);
        await pause();
        return answer;
      };
    },
  });
}

suite('memory.json in the hands of several', () => {
  test('whoever found no file does not replace the one that another has made since', async () => {
    const ports = await folder();
    const [one, other] = [fileOf(ports), fileOf(ports)];
    await one.refresh();
    await other.refresh();
    await other.requireWritable();
    await other.changeNow(stamped('notes.md', '1'));

    await one.requireWritable();

    assert.deepEqual(await stampsIn(ports), { 'notes.md': '1' });
  });

  test('a file of the same size and the same moment is seen to be another one', async () => {
    const ports = await folder();
    const [one, other] = [fileOf(ports), fileOf(ports)];
    await one.changeNow(stamped('notes.md', '1'));
    await other.changeNow(stamped('notes.md', '2'));

    await one.refresh();
    assert.equal(one.tables.sources.get('notes.md'), '2');
    const seen: (string | undefined)[] = [];
    await other.changeNow(stamped('notes.md', '3'));
    await one.changeNow((tables) => {
      seen.push(tables.sources.get('notes.md'));
      return undefined;
    });
    assert.deepEqual(seen, ['3'], 'decided on what everybody has written');
  });

  test('changes and readings of one process at once are each applied once, however long the disk takes', () =>
    fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 4 })), async (pauses) => {
        const ports = await folder();
        const slow = { ...ports, fs: slowly(ports.fs, pauses) };
        const [one, other] = [fileOf(slow), fileOf(slow)];
        const add = (name: string) => (tables: JsonTables) => {
          tables.sources.set(name, `${tables.sources.get(name) ?? ''}x`);
        };
        const left = { writers: 2 };
        const write = async (file: JsonFile, name: string) => {
          for (let n = 0; n < times; n++) {
            await file.changeNow(() => add(`${name} ${n}`));
            await file.change(add(`${name} later ${n}`));
          }
          await file.flush();
          left.writers--;
        };
        const read = async () => {
          while (left.writers > 0) await one.refresh();
        };
        await Promise.all([write(one, 'one'), write(other, 'other'), read(), read()]);
        await one.refresh();
        for (const sources of [await stampsIn(ports), Object.fromEntries(one.tables.sources)])
          assert.deepEqual(sources, once);
      }),
      { numRuns: 40 },
    ));
});
