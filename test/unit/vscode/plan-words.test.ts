// What the editor says of a plan, asks a model about it, and takes as an answer.
import assert from 'node:assert/strict';
import { planProblemCodes } from '../../../src/core/model/plan';
import { planProblemText } from '../../../src/core/planner/plan-findings';
import { planText } from '../../../src/core/planner/plan-text';
import { planGoal } from '../../../src/core/planner/propose-plan';
import { planProblemWords } from '../../../src/vscode/planning/plan-problem-words';
import { planPrompt, readPlanAnswer } from '../../../src/vscode/planning/plan-prompt';
import { withoutReference } from '../../../src/vscode/planning/without-reference';

const l10n = {
  t: (message: string, ...args: readonly unknown[]) =>
    message.replace(/\{(\d)\}/g, (_, at) => String(args[Number(at)])),
};

suite('the words of a plan', () => {
  test('are the same in the editor as on the command line', () => {
    for (const code of planProblemCodes) {
      const message = planProblemText(code, 'T7');
      const words = planProblemWords(
        { code, subject: 'T7', message, line: 1, range: { start: 0, end: 0 } },
        l10n,
      );
      assert.equal(words.replace(/[“”]/g, '"').replace(/\.$/, ''), message);
    }
  });

  test('lose one reference with its comma', () => {
    const cut = (line: string, word: string) => {
      const at = line.indexOf(word);
      const { start, end, text } = withoutReference(line, at, at + word.length);
      return line.slice(0, start) + text + line.slice(end);
    };
    assert.equal(cut('**Depends on:** T1, T2, T3', 'T1'), '**Depends on:** T2, T3');
    assert.equal(cut('**Depends on:** T1, T2, T3', 'T2'), '**Depends on:** T1, T3');
    assert.equal(cut('**Depends on:** T1, T2, T3', 'T3'), '**Depends on:** T1, T2');
    assert.equal(cut('**Depends on:** T1', 'T1'), '**Depends on:** nothing');
    assert.equal(cut('depends on: T1 ', 'T1'), 'depends on: nothing');
    // Wrapped: the line below is still read as more of it.
    assert.equal(cut('**Depends on:** T1, T2,', 'T2'), '**Depends on:** T1, ');
    assert.equal(cut('**Depends on:** T1,', 'T1'), '**Depends on:** nothing,');
    assert.equal(cut('T3,', 'T3'), 'nothing,');
    assert.equal(cut('T3', 'T3'), 'nothing');
  });
});

suite('the answer of a model', () => {
  const draft = planText(planGoal('write it; test it').plan);

  test('is asked for with the draft, and the source where it fits', () => {
    assert.ok(planPrompt({ draft, source: 'Ada asks' }, true).includes('<source>\nAda asks\n</source>'));
    assert.ok(!planPrompt({ draft, source: 'Ada asks' }, false).includes('Ada asks'));
    assert.ok(planPrompt({ draft, source: '' }, false).includes(draft.trim()));
  });

  test('is a plan, in a code block or not, with a word before it or not', () => {
    const { plan } = planGoal('write it; test it');
    for (const answer of [draft, `\`\`\`markdown\n${draft}\`\`\``, `Sure:\n\n~~~~\n${draft}~~~~\n`]) {
      assert.deepEqual(readPlanAnswer(answer), plan, answer);
    }
  });

  test('that is no plan, or none that could be accepted, is not taken', () => {
    for (const answer of ['', 'Sorry.', draft.replace('on:** T1', 'on:** T2'), 'x'.repeat(1_000_000)]) {
      assert.equal(readPlanAnswer(answer), undefined);
    }
  });
});
