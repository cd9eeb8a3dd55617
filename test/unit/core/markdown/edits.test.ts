import assert from 'node:assert/strict';
import { BatonError, type ErrorCode } from '../../../../src/core/base/baton-error';
import { applyEdits, type TextEdit } from '../../../../src/core/base/text-edit';
import { outlineOf, readDocument } from '../../../../src/core/markdown/document';
import { addCommits } from '../../../../src/core/markdown/edits/add-commits';
import { addFeatures } from '../../../../src/core/markdown/edits/add-features';
import { appendProgress } from '../../../../src/core/markdown/edits/append-progress';
import { setChainInput } from '../../../../src/core/markdown/edits/set-chain-input';
import { setChainOutput } from '../../../../src/core/markdown/edits/set-chain-output';
import { setContextLine } from '../../../../src/core/markdown/edits/set-context-line';
import { setFeature } from '../../../../src/core/markdown/edits/set-feature';
import { setFrontMatter } from '../../../../src/core/markdown/edits/set-front-matter';
import { setTitle } from '../../../../src/core/markdown/edits/set-title';
import { tickCriterion } from '../../../../src/core/markdown/edits/tick-criterion';
import { outline } from '../../../../src/core/markdown/outline';
import { expectText, fixtureCases, readFixture } from './fixture-files';

const edits = new Map<string, (text: string, ...values: never[]) => TextEdit[]>([
  ['addCommits', addCommits],
  ['addFeatures', addFeatures],
  ['appendProgress', appendProgress],
  ['setChainInput', setChainInput],
  ['setChainOutput', setChainOutput],
  ['setFeature', setFeature],
  ['setFrontMatter', setFrontMatter],
]);

const entry = { session: 3, at: '2026-11-21T14:30:00Z', did: ['x'], issues: [], state: [], next: [] };

suite('edits of state files', () => {
  for (const name of fixtureCases('edits')) {
    test(`${name} gives the text expected, in either line ending`, () => {
      const text = readFixture('edits', `${name}.md`);
      const after = applyEdits(text, runEdit(name, text));
      expectText('edits', `${name}.after.md`, after);
      assert.deepEqual(outline(after), outlineOf(readDocument(after)));
      const windows = text.replaceAll('\n', '\r\n');
      assert.equal(applyEdits(windows, runEdit(name, windows)), after.replaceAll('\n', '\r\n'));
      const marked = `\ufeff${text.trimEnd()}`;
      assert.equal(applyEdits(marked, runEdit(name, marked)), `\ufeff${after.trimEnd()}`);
    });
  }

  test('an edit repeated changes no byte', () => {
    for (const name of fixtureCases('edits').filter((one) => !/append|features-for/.test(one))) {
      const after = readFixture('edits', `${name}.after.md`);
      assert.deepEqual(runEdit(name, after), [], name);
    }
  });

  test('a criterion is ticked by one character', () => {
    const text = readFixture('edits', 'pass-feature.md');
    const [edit, ...more] = tickCriterion(text, 1, true);
    assert.deepEqual(more, []);
    assert.deepEqual(edit, { start: text.indexOf('[ ]') + 1, end: text.indexOf('[ ]') + 2, text: 'x' });
    assert.deepEqual(tickCriterion(text, 0, true), []);
  });

  test('a context line keeps its place among the others', () => {
    const text = '# Task #1: x - State\n\n## Static Context\n\n**Epic:** e\n**Agent:** a\n';
    const after = applyEdits(text, setContextLine(text, 'Repository', 'backend'));
    assert.match(after, /\*\*Epic:\*\* e\n\*\*Repository:\*\* backend\n\*\*Agent:\*\* a\n$/);
    assert.match(applyEdits(text, setContextLine(text, 'PRD', 'p')), /\*\*PRD:\*\* p\n\*\*Epic:\*\* e\n/);
    assert.match(applyEdits(text, setContextLine(text, 'Agent', undefined)), /\*\*Agent:\*\* \n$/);
  });

  test('a title changes in its heading only', () => {
    const text = readFixture('edits', 'pass-feature.md');
    const after = applyEdits(text, setTitle(text, 'Two\nlines'));
    assert.equal(after, text.replace('# Task #101: JWT Service - State', '# Task #101: Two lines - State'));
  });

  test('a title with a very long gap is replaced like any other', () => {
    const text = `# Task #1: a${' '.repeat(600_000)}b - State\n`;
    assert.equal(applyEdits(text, setTitle(text, 'Short')), '# Task #1: Short - State\n');
  });

  test('a part of the chain output is replaced under its own heading only, in any script', () => {
    const text = '## Chain Output\n\n### Summary\nDone.\n\n### API (v1)\nOld.\n\n### 1. Методы API\nОдин.\n';
    const sections = { 'API (v2)': 'New.', 'файлы API': 'Два.', 'методы api': 'Три.' };
    const output = readDocument(applyEdits(text, setChainOutput(text, { sections }))).outputDetail;
    assert.deepEqual(output?.sections, {
      Summary: 'Done.',
      'API (v1)': 'Old.',
      '1. Методы API': 'Три.',
      'API (v2)': 'New.',
      'файлы API': 'Два.',
    });
  });
});

suite('edits that cannot be made', () => {
  const nested = '['.repeat(50_000) + ']'.repeat(50_000);
  const refused: readonly (readonly [name: string, code: ErrorCode, edit: () => TextEdit[]])[] = [
    ['a criterion that is not there', 'not_found', () => tickCriterion('# Task #1: x - State\n', 0, true)],
    [
      'a feature that is not there',
      'not_found',
      () => setFeature('# Task #1: x - State\n', 'a', { passes: true }),
    ],
    [
      'a feature in broken JSON',
      'invalid_state_file',
      () => setFeature(readFixture('reading', 'broken-json.md'), 'a', { passes: false }),
    ],
    [
      'a feature in JSON that is nested beyond reason',
      'invalid_state_file',
      () =>
        setFeature(
          `## Features\n\`\`\`json\n{"features": [{"id": "a", "steps": ${nested}}]}\n\`\`\`\n`,
          'a',
          { passes: true },
        ),
    ],
    [
      'a feature id that is taken',
      'exists',
      () => addFeatures(readFixture('reading', 'product-layout.md'), [{ id: 'jwt-1', description: '' }]),
    ],
    [
      'front matter that is not YAML',
      'invalid_state_file',
      () => setFrontMatter(readFixture('reading', 'front-matter-engine.md'), { status: 'pending' }),
    ],
    [
      'front matter with a mistake',
      'invalid_state_file',
      () => setFrontMatter(readFixture('reading', 'broken.md'), { status: 'pending' }),
    ],
    ['a front matter key that needs quotes', 'invalid_input', () => setFrontMatter('', { 'a: b': 1 })],
    ['a binary file', 'invalid_state_file', () => setFrontMatter('\0', { status: 'pending' })],
    ['a file that is too large', 'too_large', () => tickCriterion('a '.repeat(600_000), 0, true)],
    [
      'a log that ends in an open fence',
      'invalid_state_file',
      () => appendProgress('## Progress Log\n\n### Session 1\n```\nopen\n', entry),
    ],
    ['a session number that is none', 'invalid_input', () => appendProgress('', { ...entry, session: 0 })],
    [
      'a time in another zone',
      'invalid_input',
      () => appendProgress('', { ...entry, at: '2026-11-21T14:30:00+01:00' }),
    ],
    ['a commit hash that is none', 'invalid_input', () => addCommits('', [{ hash: '`; rm', subject: '' }])],
    [
      'a sub-section named as a section',
      'invalid_input',
      () => setChainOutput('', { sections: { '## 4. Progress Log': '' } }),
    ],
    [
      'a part of the chain output that is given twice',
      'invalid_input',
      () =>
        setChainOutput('## Chain Output\n\n### Files\n- a\n', {
          sections: { Files: '- b', 'files:': '- c' },
        }),
    ],
    [
      'a summary that is given twice',
      'invalid_input',
      () => setChainOutput('', { summary: 'One', sections: { Summary: 'Two' } }),
    ],
    ['a heading without words', 'invalid_input', () => setChainOutput('', { sections: { '**': '' } })],
    ['a title without a heading', 'invalid_state_file', () => setTitle('words', 'x')],
  ];
  for (const [name, code, edit] of refused) {
    test(`${name} is refused with ${code}`, () => {
      assert.throws(edit, (error) => error instanceof BatonError && error.code === code);
    });
  }
});

interface EditFixture {
  readonly edit: string;
  readonly arguments: readonly unknown[];
}

function runEdit(name: string, text: string): TextEdit[] {
  const fixture: EditFixture = JSON.parse(readFixture('edits', `${name}.edit.json`));
  const edit = edits.get(fixture.edit);
  assert.ok(edit, `${fixture.edit} is an edit`);
  return Reflect.apply(edit, undefined, [text, ...fixture.arguments]);
}
