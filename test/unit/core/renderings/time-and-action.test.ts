import assert from 'node:assert/strict';
import { applyEdits } from '../../../../src/core/base/text-edit';
import { readDocument } from '../../../../src/core/markdown/document';
import { appendProgress } from '../../../../src/core/markdown/edits/append-progress';
import { setFeature } from '../../../../src/core/markdown/edits/set-feature';
import { skeleton } from '../../../../src/core/markdown/skeleton';
import { nextAction } from '../../../../src/core/renderings/next-action';
import { timeAgainstEstimate } from '../../../../src/core/renderings/time-against-estimate';
import { taskId } from '../../../support/state-text';

suite('time against the estimate', () => {
  test("the seed's numbers: 65 of 120 min at 75% is 54% of the estimate and a pace 28% faster", () => {
    assert.equal(
      timeAgainstEstimate({ spentMinutes: 65, estimateMinutes: 120, percent: 75 }),
      '65 min: used 54% of the estimate at 75% progress, pace 28% faster than the estimate',
    );
  });

  test('slower, exactly on it, and nothing to compare yet', () => {
    const of = (spentMinutes: number, percent: number) =>
      timeAgainstEstimate({ spentMinutes, estimateMinutes: 100, percent });
    assert.equal(
      of(75, 50),
      '75 min: used 75% of the estimate at 50% progress, pace 50% slower than the estimate',
    );
    assert.equal(of(50, 50), '50 min: used 50% of the estimate at 50% progress, on the pace of the estimate');
    assert.equal(of(50, 0), '50 min: used 50% of the estimate at 0% progress');
    assert.equal(of(0, 50), '0 min: used 0% of the estimate at 50% progress');
  });

  test('a task without an estimate is never judged by its time', () => {
    for (const estimateMinutes of [undefined, 0]) {
      assert.equal(
        timeAgainstEstimate({ spentMinutes: 600, estimateMinutes, percent: 1 }),
        '600 min; there is no estimate',
      );
    }
  });
});

suite('the next action', () => {
  const id = taskId('101');
  const features = [
    { id: 'jwt-1', description: 'create a token' },
    { id: 'jwt-2', description: 'verify a token' },
  ];
  const fresh = skeleton({
    id,
    title: 'JWT',
    created: '2026-11-21T07:28:00Z',
    features,
    criteria: ['It works'],
  });
  const action = (text: string, over: Partial<Parameters<typeof nextAction>[0]> = {}) =>
    nextAction({ ...readDocument(text), id, unmet: [], ...over });
  const entry = (text: string, session: number, next: readonly string[]) =>
    applyEdits(
      text,
      appendProgress(text, {
        session,
        at: '2026-11-21T08:00:00Z',
        did: ['Logged 25 min'],
        issues: [],
        state: [],
        next,
      }),
    );

  test("the last entry's next steps come first", () => {
    assert.equal(action(entry(fresh, 1, ['Write the test', 'Run it'])), 'Write the test; Run it');
  });

  test('next steps count in any script', () => {
    assert.equal(
      action(entry(fresh, 1, ['修复登录页面', 'Проверить токен', '—', 'N/A.'])),
      '修复登录页面; Проверить токен',
    );
  });

  test('it is an action, never what happened last', () => {
    const said = action(entry(entry(fresh, 1, ['Old step']), 2, ['None']));
    assert.equal(said, 'Work on feature jwt-1: create a token');
  });

  test('then the next incomplete feature, then an open criterion, then verify and complete', () => {
    const pass = (text: string, feature: string) =>
      applyEdits(text, setFeature(text, feature, { passes: true, testedAt: '2026-11-21T08:00:00Z' }));
    const one = pass(fresh, 'jwt-1');
    assert.equal(action(one), 'Work on feature jwt-2: verify a token');
    const all = pass(one, 'jwt-2');
    assert.equal(action(all), 'Meet the criterion: It works');
    assert.equal(
      action(all.replace('- [ ]', '- [x]')),
      'Verify the work, then complete it: baton finalize 101',
    );
  });

  test('what holds the task up comes before everything', () => {
    const planned = entry(fresh, 1, ['Write the test']);
    const held = { tracking: { blockedReason: 'no schema', question: 'Which key?' } };
    assert.equal(
      action(planned, { ...held, status: 'blocked' }),
      'Resolve what blocks it (no schema), then: baton unblock 101',
    );
    assert.equal(
      action(planned, { ...held, status: 'needs_input' }),
      'Answer the question (Which key?): baton answer 101 "…"',
    );
    assert.equal(action(planned, { unmet: [taskId('99'), taskId('100')] }), 'Complete #99, #100 first');
    assert.equal(action(planned, { status: 'completed' }), 'Choose the next task: baton task next');
  });
});
