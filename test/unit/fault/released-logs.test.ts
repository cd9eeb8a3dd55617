/** Promise R5: change logs of every released version stay readable, and opening a folder twice is opening it once. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defaultConfig } from '../../../src/core/model/config';
import { paths } from '../../../src/core/store/paths';
import { TaskStore } from '../../../src/core/store/task-store';
import { type TestPorts, testPorts } from '../../support/memory-ports';

const fixtures = resolve('test/fixtures/change-logs');
const root = '/project';
const tasks = `${root}/task-states`;

function folders(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function load(folder: string): TestPorts {
  const ports = testPorts();
  for (const [from, to] of [
    ['memory', paths.memory(root)],
    ['tasks', tasks],
  ] as const) {
    for (const name of readdirSync(join(folder, from)))
      ports.fs.put(`${to}/${name}`, readFileSync(join(folder, from, name)));
  }
  return ports;
}

function expected(path: string, actual: string): string {
  if (process.env['UPDATE'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  assert.ok(existsSync(path), `${path} is missing; UPDATE=1 writes it`);
  return readFileSync(path, 'utf8');
}

suite('Change logs of released versions', () => {
  for (const version of folders(fixtures)) {
    for (const name of folders(join(fixtures, version))) {
      test(`${version}, ${name}: read, replayed as expected, and once only`, async () => {
        const folder = join(fixtures, version, name);
        const ports = load(folder);
        const store = new TaskStore(ports, root, defaultConfig);
        const { lastSeq, pending, torn, damaged, missing } = await store.changeLog.verify();
        const { redone, conflicts, quarantined } = await store.recover();
        const { records, outcomes } = await store.changeLog.read();
        const report = {
          before: { lastSeq, pending, torn, damaged: damaged.length, missing },
          redone: redone.map(({ seq }) => seq),
          conflicts: conflicts.map(({ record, file }) => ({ seq: record.seq, file })),
          quarantined,
          records: records.map(({ record: { seq, type, task, actor, session, via, time } }) => ({
            ...{ seq, type, task, actor, session, via, time, outcome: outcomes.get(seq) ?? null },
          })),
        };
        const text = `${JSON.stringify(report, null, 2)}\n`;
        // Compared as data, so that a formatter may lay the file out.
        assert.deepEqual(report, JSON.parse(expected(join(folder, 'report.json'), text)));
        const files = ports.fs.paths().filter((path) => path.startsWith(`${tasks}/`));
        for (const path of files) {
          const after = ports.fs.text(path) ?? '';
          assert.equal(after, expected(join(folder, 'after', path.slice(tasks.length + 1)), after), path);
        }
        assert.deepEqual(
          readdirSync(join(folder, 'after')).sort(),
          files.map((path) => path.slice(tasks.length + 1)),
        );
        const again = await new TaskStore(ports, root, defaultConfig).recover();
        assert.deepEqual(again, { redone: [], conflicts: [], quarantined: 0 });
      });
    }
  }
});
