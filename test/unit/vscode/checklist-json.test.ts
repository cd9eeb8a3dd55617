import assert from 'node:assert/strict';
import { checklistJson, readTaskText } from '../../../src/core/editing/task-text';
import { testedAtValue } from '../../../src/core/editing/tested-at-value';
import { ChecklistJson } from '../../../src/vscode/editing/language/checklist-json';
import { sample, windows } from '../core/editing/support';

const words = {
  ...{
    features: 'W',
    overallProgress: 'W',
    feature: 'New feature',
    id: 'W',
    description: 'W',
    passes: 'Whether',
  },
  ...{ testedAt: 'W', category: 'W', steps: 'W', verify: 'W', files: 'W', evidence: 'W' },
};
const checklist = new ChecklistJson(words);

function cursor(marked: string): { readonly json: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  assert.notEqual(offset, -1);
  return { json: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

async function labels(marked: string): Promise<readonly string[]> {
  const { json, offset } = cursor(marked);
  return (await checklist.completions(json, offset)).map(({ label }) => label).sort();
}

async function problems(json: string) {
  return (await checklist.problems(json)).map(({ range, severity, isSyntax }) => [
    json.slice(range.start, range.end),
    severity,
    isSyntax ? 'syntax' : 'shape',
  ]);
}

suite('the JSON of a checklist', () => {
  test('as Baton writes it has no problems, with either line ending', async () => {
    for (const text of [sample, windows(sample)]) {
      const found = checklistJson(readTaskText(text));
      assert.ok(found);
      assert.deepEqual(await problems(found.json), []);
    }
  });

  test('that is broken, or of another shape, is told where', async () => {
    const [broken] = await problems('{"features": [{"id": "a" "description": "b", "passes": true}]}');
    assert.deepEqual(broken?.slice(1), ['error', 'syntax']);
    assert.deepEqual(await problems('{"features": [{"id": "a", "description": "b", "passes": "yes"}]}'), [
      ['"yes"', 'warning', 'shape'],
    ]);
    const missing = await problems('{"features": [{"id": "a", "passes": true}]}');
    assert.deepEqual(
      missing.map(([, ...rest]) => rest),
      [['warning', 'shape']],
    );
  });

  test('with comments and trailing commas is a warning, and fields of the person are none', async () => {
    const found = await problems('{"features": [], // soon\n "owner": "me",}');
    assert.deepEqual(
      found.map(([, severity]) => severity),
      ['warning', 'warning'],
    );
  });

  test('may be the bare list', async () => {
    assert.deepEqual(await problems('[{"id": "a", "description": "b", "passes": false}]'), []);
    assert.equal((await problems('[{"id": "a", "description": "b", "passes": 1}]')).length, 1);
  });

  test('completes keys, without those that are there, and values', async () => {
    const keys = await labels('{"features": [{"id": "a", |}]}');
    assert.ok(keys.includes('passes') && keys.includes('verify') && !keys.includes('id'), keys.join());
    assert.deepEqual(await labels('{"features": [{"passes": |}]}'), ['false', 'true']);
    assert.ok((await labels('{"features": [|]}')).includes('New feature'));
    assert.ok((await labels('[{|}]')).includes('description'));
  });

  test('says what a field is for', async () => {
    const { json, offset } = cursor('{"features": [{"pas|ses": true}]}');
    const hover = await checklist.hover(json, offset);
    assert.equal(hover?.words, 'Whether');
    assert.equal(json.slice(hover.range?.start, hover.range?.end), '"passes"');
  });

  test('nested beyond reason is left alone', async () => {
    const deep = '['.repeat(100_000);
    assert.deepEqual(await checklist.problems(deep), []);
    assert.deepEqual(await checklist.completions(deep, 5), []);
    assert.equal(testedAtValue(deep, 5), undefined);
  });

  test('takes a date where tested_at has its value', () => {
    for (const [marked, replaced] of [
      ['[{"tested_at": |}]', ''],
      ['[{"tested_at": |null}]', 'null'],
      ['[{"tested_at": "20|26"}]', '"2026"'],
      ['[{"tested_at":|}]', ''],
    ] as const) {
      const { json, offset } = cursor(marked);
      const range = testedAtValue(json, offset);
      assert.ok(range, marked);
      assert.equal(json.slice(range.start, range.end), replaced, marked);
    }
    for (const marked of ['[{"tes|ted_at": null}]', '[{"passes": |}]', '[{"tested_at": null, |}]']) {
      const { json, offset } = cursor(marked);
      assert.equal(testedAtValue(json, offset), undefined, marked);
    }
  });
});
