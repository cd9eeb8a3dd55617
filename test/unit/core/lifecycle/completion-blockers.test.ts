import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionBlockers } from '../../../../src/core/lifecycle/completion-blockers';
import { allowedTriggers } from '../../../../src/core/lifecycle/transitions';
import type { Criterion, Feature } from '../../../../src/core/model/task';
import { facts } from './lifecycle-facts';

const range = { start: 0, end: 0 };

function criterion(text: string, done: boolean): Criterion {
  return { text, done, range };
}

function feature(id: string, passes: boolean): Feature {
  const unset = { testedAt: undefined, category: undefined, verify: undefined, evidence: undefined };
  return { id, description: `Feature ${id}`, passes, steps: [], range, ...unset };
}

suite('completion blockers', () => {
  test('each unticked criterion, each failing feature and the missing summary are named', () => {
    const blockers = completionBlockers({
      criteriaList: [criterion('Login works', true), criterion('Logout works', false)],
      featureList: [feature('jwt-1', false), { ...feature('jwt-2', false), description: '' }],
      output: undefined,
    });
    assert.deepEqual(blockers, [
      'Acceptance criterion not ticked: Logout works',
      'Feature jwt-1 does not pass: Feature jwt-1',
      'Feature jwt-2 does not pass',
      'The chain output has no summary',
    ]);
  });

  test('there are none exactly when the guards of complete hold', () => {
    const flags = fc.array(fc.boolean(), { maxLength: 4 });
    fc.assert(
      fc.property(flags, flags, fc.boolean(), (ticks, passes, outputFilled) => {
        const blockers = completionBlockers({
          criteriaList: ticks.map((done, index) => criterion(`c${index}`, done)),
          featureList: passes.map((one, index) => feature(`f${index}`, one)),
          output: outputFilled ? { hash: 'h' } : undefined,
        });
        const allowed = allowedTriggers(
          facts({
            status: 'in_progress',
            criteria: { done: ticks.filter(Boolean).length, total: ticks.length },
            features: { passed: passes.filter(Boolean).length, total: passes.length },
            outputFilled,
          }),
        );
        assert.equal(blockers.length === 0, allowed.includes('complete'));
      }),
    );
  });
});
