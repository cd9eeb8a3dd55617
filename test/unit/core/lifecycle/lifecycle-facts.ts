/** Facts for tests: everything a task could wish for, and random ones. */
import fc from 'fast-check';
import type { LifecycleFacts } from '../../../../src/core/lifecycle/facts';
import { statuses } from '../../../../src/core/model/status';

/** Every guard holds, save for those that need a live session to be absent or present. */
export const idealFacts: LifecycleFacts = {
  status: 'pending',
  criteria: { done: 2, total: 2 },
  features: { passed: 3, total: 3 },
  outputFilled: true,
  unmetUpstream: 0,
  liveSession: false,
  exitObserved: true,
  lease: { leaseExpired: true, processProvenGone: true, graceElapsed: true },
};

export function facts(changes: Partial<LifecycleFacts> = {}): LifecycleFacts {
  return { ...idealFacts, ...changes };
}

/** How many of how many. */
const part = fc.nat(3).chain((total) => fc.tuple(fc.nat(total), fc.constant(total)));

export const anyFacts: fc.Arbitrary<LifecycleFacts> = fc.record({
  status: fc.constantFrom(...statuses),
  criteria: part.map(([done, total]) => ({ done, total })),
  features: part.map(([passed, total]) => ({ passed, total })),
  outputFilled: fc.boolean(),
  unmetUpstream: fc.nat(3),
  liveSession: fc.boolean(),
  exitObserved: fc.boolean(),
  lease: fc.option(
    fc.record({ leaseExpired: fc.boolean(), processProvenGone: fc.boolean(), graceElapsed: fc.boolean() }),
    { nil: undefined },
  ),
});
