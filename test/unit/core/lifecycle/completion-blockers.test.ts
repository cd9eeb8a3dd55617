import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionBlockers, unverifiedFeatures } from '../../../../src/core/lifecycle/completion-blockers';
import { allowedTriggers } from '../../../../src/core/lifecycle/transitions';
import type { EvidenceKind } from '../../../../src/core/model/evidence';
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

/** Every other feature has a command. */
function verified(one: Feature, kind: EvidenceKind, index: number): Feature {
  return { ...one, verify: index % 2 === 0 ? 'npm test' : undefined, evidenceKind: kind };
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

  test('where the project asks for it, a feature counts only by a run of its command, if it has one', () => {
    const passing = feature('f', true);
    const blockersOf = (one: Feature, requireVerify: boolean) =>
      completionBlockers({ criteriaList: [], featureList: [one], output: { hash: 'h' } }, { requireVerify });
    const byHand: Feature = { ...passing, verify: 'npm test', evidenceKind: 'manual' };
    assert.deepEqual(blockersOf(byHand, true), [
      'Feature f passes, but not by a run of its command: npm test',
    ]);
    assert.deepEqual(blockersOf(byHand, false), []);
    assert.deepEqual(blockersOf({ ...byHand, evidenceKind: 'command' }, true), []);
    assert.deepEqual(blockersOf({ ...byHand, verify: undefined }, true), []);
  });

  test('there are none exactly when the guards of complete hold', () => {
    const flags = fc.array(fc.boolean(), { maxLength: 4 });
    const kind = fc.constantFrom<EvidenceKind[]>('command', 'manual', 'claimed', 'none');
    fc.assert(
      fc.property(flags, flags, kind, fc.boolean(), fc.boolean(), (ticks, passes, by, outputFilled, rule) => {
        const document = {
          criteriaList: ticks.map((done, index) => criterion(`c${index}`, done)),
          featureList: passes.map((one, index) => verified(feature(`f${index}`, one), by, index)),
          output: outputFilled ? { hash: 'h' } : undefined,
        };
        const blockers = completionBlockers(document, { requireVerify: rule });
        const allowed = allowedTriggers(
          facts({
            status: 'in_progress',
            criteria: { done: ticks.filter(Boolean).length, total: ticks.length },
            features: { passed: passes.filter(Boolean).length, total: passes.length },
            unverified: unverifiedFeatures(document, { requireVerify: rule }).length,
            outputFilled,
          }),
        );
        assert.equal(blockers.length === 0, allowed.includes('complete'));
      }),
    );
  });
});
