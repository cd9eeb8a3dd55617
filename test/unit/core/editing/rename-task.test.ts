import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/base/text-edit';
import { refuseNewId, renameTask } from '../../../../src/core/editing/rename-task';
import { taskReferences } from '../../../../src/core/editing/task-references';
import { readTaskText } from '../../../../src/core/editing/task-text';
import { outline } from '../../../../src/core/markdown/outline';
import { skeleton } from '../../../../src/core/markdown/skeleton';
import { hostileStateFile, newTaskText, taskId as someId } from '../../../support/markdown-arbitraries';
import { taskId } from '../../../support/state-text';
import { sample, windows } from './support';

const [from, to] = [taskId('100'), taskId('users-table')];

function renamed(texts: Readonly<Record<string, string>>, which = (certain: boolean) => certain) {
  const files = Object.entries(texts).map(([path, text]) => ({ path, task: readTaskText(text) }));
  const edits = renameTask(files, from, to);
  if ('why' in edits) return edits;
  return Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [
      path,
      applyEdits(
        text,
        (edits.get(path) ?? []).filter(({ certain }) => which(certain)),
      ),
    ]),
  );
}

const upstream = (summary: string) =>
  `---\nstatus: completed\n---\n\n# Task #100: Users - State\n\n## Chain Output\n\n### Summary\n${summary}\n`;

function hashOf(text: string): string {
  const { output } = outline(text);
  assert.ok(output);
  return output.hash;
}

suite('renaming a task', () => {
  test('changes every sure place and leaves numbers that may mean something else', () => {
    const texts = renamed({ a: sample });
    assert.ok(!('why' in texts));
    const { a = '' } = texts;
    assert.match(a, /^depends_on: \["users-table", "12"\] # "7"/m);
    assert.match(
      a,
      /^### From Task #users-table: Database Schema\n<!-- baton:input from=users-table hash=abc123 -->/m,
    );
    assert.match(a, /Needs the table of #100 and PR #12/);
    assert.equal(outline(a).dependsOn[0], 'users-table');
  });

  test('offers those numbers for a look, and never what git has recorded or code says', () => {
    const texts = renamed({ a: sample }, () => true);
    assert.ok(!('why' in texts));
    const { a = '' } = texts;
    assert.match(
      a,
      /Needs the table of #users-table and PR #12, see https:\/\/example.org\/#100 and \[there\]\(#100\)/,
    );
    assert.match(a, /Not `#100`/);
    assert.match(a, /feat: add token \(#100\)/);
    assert.match(a, /"Tokens of #100"/);
  });

  test('changes nothing else, with Windows line endings too', () => {
    const texts = renamed({ a: windows(sample) }, () => true);
    assert.ok(!('why' in texts));
    const plain = renamed({ a: sample }, () => true);
    assert.ok(!('why' in plain));
    assert.equal(texts['a'], windows(plain['a'] ?? ''));
  });

  test('quotes an id where a list had it plain, and nothing else', () => {
    for (const [form, after] of [
      ['depends_on: [100, 12]', 'depends_on: ["users-table", 12]'],
      ['depends_on:\n  - 12\n  - 100 # db', 'depends_on:\n  - 12\n  - "users-table" # db'],
      ['depends_on: 100, 12', 'depends_on: users-table, 12'],
      [`depends_on: ['100']`, `depends_on: ['users-table']`],
    ] as const) {
      const rest = '\n---\n\n# Task #5: A - State\n';
      assert.deepEqual(renamed({ a: `---\n${form}${rest}` }), { a: `---\n${after}${rest}` });
    }
  });

  test('keeps inputs up to date whose output names the task', () => {
    const source = upstream('Made by task #100.');
    const consumer = sample.replace('abc123', hashOf(source));
    const texts = renamed({ source, consumer });
    assert.ok(!('why' in texts));
    assert.match(texts['source'] ?? '', /Made by task #users-table\./);
    assert.equal(outline(texts['consumer'] ?? '').inputs[0]?.hash, hashOf(texts['source'] ?? ''));
  });

  test('leaves stale inputs stale', () => {
    const texts = renamed({ source: upstream('Made by task #100.'), consumer: sample });
    assert.ok(!('why' in texts));
    assert.equal(outline(texts['consumer'] ?? '').inputs[0]?.hash, 'abc123');
  });

  test('follows the name of the archive in its own file', () => {
    const text = `${upstream('Done.')}\nEarlier sessions are in \`task-100-archive.md\`:\n`;
    const texts = renamed({ a: text, b: sample });
    assert.ok(!('why' in texts));
    assert.match(texts['a'] ?? '', /`task-users-table-archive\.md`/);
  });

  test('is refused where an upstream id cannot be edited in its place', () => {
    const text = '---\ndepends_on: ["1\\u00300"]\n---\n\n# Task #5: A - State\n';
    assert.deepEqual(outline(text).dependsOn, ['100']);
    assert.deepEqual(renamed({ a: text }), { why: 'unclear', path: 'a' });
  });

  test('is refused for what is no id, or is taken, also in other letters', () => {
    const known = [from, taskId('A')];
    assert.deepEqual(refuseNewId(from, 'a b', known), { why: 'not_an_id' });
    assert.deepEqual(refuseNewId(from, '..', known), { why: 'not_an_id' });
    assert.deepEqual(refuseNewId(from, 'a', known), { why: 'taken', by: 'A' });
    assert.deepEqual(refuseNewId(from, '100', known), { why: 'same' });
    assert.equal(refuseNewId(taskId('A'), 'a', known), undefined);
    assert.equal(refuseNewId(from, '101', known), undefined);
  });

  test('leaves no sure place of the old id, and gives the graph the new one, for files as Baton writes them', () => {
    fc.assert(
      fc.property(newTaskText, someId, (task, next) => {
        fc.pre(next !== task.id && !(task.dependsOn ?? []).includes(next));
        const text = skeleton(task);
        for (const old of new Set([task.id, ...(task.dependsOn ?? [])])) {
          const edits = renameTask([{ path: 'a', task: readTaskText(text) }], old, next);
          assert.ok(!('why' in edits), JSON.stringify(edits));
          const after = applyEdits(text, edits.get('a') ?? []);
          const before = outline(text);
          const swap = (id: string | undefined) => (id === old ? next : id);
          assert.equal(outline(after).id, swap(before.id));
          assert.deepEqual(outline(after).dependsOn, before.dependsOn.map(swap));
          const left = taskReferences(readTaskText(after)).filter(
            ({ id, certain, recorded }) => id === old && certain && !recorded,
          );
          assert.deepEqual(left, []);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('never throws and never overlaps, in any Markdown', () => {
    fc.assert(
      fc.property(hostileStateFile([sample]), (text) => {
        const edits = renameTask([{ path: 'a', task: readTaskText(text) }], from, to);
        if ('why' in edits) return;
        const own = edits.get('a') ?? [];
        assert.equal(
          applyEdits(text, own).length,
          text.length + own.reduce((sum, { start, end, text: t }) => sum + t.length - (end - start), 0),
        );
      }),
    );
  });
});
