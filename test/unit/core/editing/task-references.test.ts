import assert from 'node:assert/strict';
import fc from 'fast-check';
import { referenceAt, taskReferences } from '../../../../src/core/editing/task-references';
import { readTaskText } from '../../../../src/core/editing/task-text';
import { hostileStateFile } from '../../../support/markdown-arbitraries';
import { sample, sampleAfter, textAt, windows } from './support';

const described = (text: string) =>
  taskReferences(readTaskText(text)).map(
    ({ id, kind, certain, recorded }) =>
      `${kind} ${id}${certain ? '' : ' perhaps'}${recorded ? ' recorded' : ''}`,
  );

const expected = [
  'depends_on 100',
  'depends_on 12',
  'title 101',
  'mention 100 perhaps',
  'mention 12 perhaps',
  'mention 12',
  'input 100',
  'marker 100',
  'mention 100 perhaps',
  'mention 100 perhaps',
  'mention 100 perhaps recorded',
  'mention 101 perhaps',
];

suite('places that name a task', () => {
  test('are looked for without a hang, however long a gap in a heading is', () => {
    const text = `# Task #1: x - State\n\n## Chain Inputs\n\n### From${' '.repeat(600_000)}:\n`;
    assert.deepEqual(described(text), ['title 1']);
  });

  test('are found in front matter, title, inputs and sentences, and nowhere in code or addresses', () => {
    assert.deepEqual(described(sample), expected);
  });

  test('are the same with Windows line endings, and exact', () => {
    const text = windows(sample);
    assert.deepEqual(described(text), expected);
    const task = readTaskText(text);
    for (const { id, range } of taskReferences(task)) assert.equal(textAt(task, range), id);
  });

  test('are exact behind tabs, emoji and letters of two units', () => {
    const task = readTaskText(
      '# Task #a.1: 🚀𝒳 - State\n\n## 1. Static Context\n\n\t- 🚀\tsee #a.1.\n\n🚀 #b-2!\n',
    );
    assert.deepEqual(
      taskReferences(task).map(({ whole }) => textAt(task, whole)),
      ['#a.1', '#b-2'],
    );
  });

  test('of upstream tasks are found in every form that YAML allows', () => {
    const forms = [
      `depends_on: ["100", '12']`,
      'depends_on: [100, 12]',
      'depends_on: 100, 12',
      'depends_on:\n  - 100 # the table\n  - "#12"',
      'depends_on:\n- "100"\n- 12',
    ];
    for (const form of forms) {
      const text = `---\n${form}\n---\n\n# Task #5: A - State\n`;
      assert.deepEqual(described(text), ['depends_on 100', 'depends_on 12', 'title 5'], form);
    }
  });

  test('are not taken from fences in lists and quotes', () => {
    const text =
      '# Task #5: A - State\n\n- item #x1\n\n  ```\n  #x2\n  ```\n  #x3\n\n> ~~~\n> #x4\n> ~~~\n> #x5\n';
    assert.deepEqual(described(text), ['title 5', 'mention x1', 'mention x3', 'mention x5']);
  });

  test('are met by a cursor in them and behind them', () => {
    const { task, offset } = sampleAfter('table of #10');
    const references = taskReferences(task);
    assert.equal(referenceAt(references, offset)?.id, '100');
    assert.equal(referenceAt(references, offset + 1)?.id, '100');
    assert.equal(referenceAt(references, offset + 2), undefined);
  });

  test('name what stands there, in order, in any Markdown', () => {
    fc.assert(
      fc.property(hostileStateFile([sample]), (text) => {
        const task = readTaskText(text);
        let last = -1;
        for (const { id, range, whole } of taskReferences(task)) {
          assert.equal(text.slice(range.start, range.end), id);
          assert.ok(range.start > last && whole.start <= range.start && whole.end === range.end);
          last = range.start;
        }
      }),
    );
  });
});
