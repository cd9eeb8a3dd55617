// The codes of the Problems panel: each has words, and a section of the document that ships, and no section is of no code.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { taskProblemCodes } from '../../../src/core/operations/task-problems';
import { diagnosticCodes } from '../../../src/vscode/editing/diagnostic-items';
import { problemWordsOf } from '../../../src/vscode/editing/language/problem-words';
import { evidenceCodes } from '../../../src/vscode/verification/evidence-items';

const l10n = {
  t: (message: string, ...args: (string | number | boolean)[]) =>
    message.replace(/\{(\d)\}/g, (_, index: string) => String(args[Number(index)])),
};

/** Those of files that import the editor cannot be loaded here; their sources are read instead. */
function codesIn(file: string, pattern: RegExp): readonly string[] {
  const found = [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, code = '']) => code);
  assert.notEqual(found.length, 0, file);
  return found;
}

suite('the codes of problems', () => {
  test('each have a section in the document that ships, and no section is of none', () => {
    const language = 'src/vscode/editing/language';
    const codes = [
      ...taskProblemCodes,
      ...Object.values(diagnosticCodes),
      ...Object.values(evidenceCodes),
      ...codesIn(`${language}/task-checker.ts`, /^ {2}\w+: '(\w+)',$/gm),
      ...codesIn(`${language}/health-problems.ts`, /^ {2}(\w+): \((?:_|message), \{ t \}\)/gm),
    ];
    const sections = codesIn('media/problems.md', /^### `(\w+)`$/gm);
    assert.deepEqual([...sections].sort(), [...codes].sort());
  });

  test('each have words of one sentence or more, without gaps', () => {
    for (const code of taskProblemCodes) {
      const range = { start: 0, end: 1 };
      const words = problemWordsOf({ code, severity: 'info', message: 'M', subject: 'S', range }, l10n);
      assert.match(words, /^[“#A-Z].*[.:”0-9MS]$/, code);
      assert.doesNotMatch(words, /undefined|\{\d\}/, code);
    }
  });

  test('ship with Baton', () => {
    assert.match(readFileSync('.vscodeignore', 'utf8'), /^!media\/problems\.md$/m);
  });
});
