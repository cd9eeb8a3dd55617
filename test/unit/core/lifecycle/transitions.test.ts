import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { BatonError } from '../../../../src/core/base/baton-error';
import type { LifecycleFacts } from '../../../../src/core/lifecycle/facts';
import {
  allowedTriggers,
  judgeEdit,
  type TransitionOptions,
  transition,
  triggersFrom,
} from '../../../../src/core/lifecycle/transitions';
import { type Status, statuses, type Trigger, triggers } from '../../../../src/core/model/status';
import { anyFacts, facts } from './lifecycle-facts';

const reason = 'because';

/** Every step there is, with the guards holding and no live session. What is not here is refused. */
const steps: Readonly<Record<Status, Partial<Record<Trigger, Status>>>> = {
  pending: {
    acknowledge: 'acknowledged',
    start: 'in_progress',
    block: 'blocked',
    needInput: 'needs_input',
    complete: 'completed',
    cancel: 'cancelled',
  },
  acknowledged: {
    start: 'in_progress',
    block: 'blocked',
    needInput: 'needs_input',
    complete: 'completed',
    cancel: 'cancelled',
    releaseOnExit: 'pending',
    recoverStuckAcknowledged: 'pending',
  },
  in_progress: {
    start: 'in_progress',
    block: 'blocked',
    needInput: 'needs_input',
    complete: 'completed',
    cancel: 'cancelled',
    releaseOnExit: 'pending',
    recoverOrphaned: 'pending',
  },
  blocked: { unblock: 'pending', needInput: 'needs_input', cancel: 'cancelled' },
  needs_input: { block: 'blocked', answer: 'pending', cancel: 'cancelled' },
  completed: { reopen: 'pending' },
  cancelled: { reopen: 'pending' },
};

suite('status machine: every status with every trigger', () => {
  for (const status of statuses) {
    for (const trigger of triggers) {
      const target = steps[status][trigger];
      test(`${status} + ${trigger} → ${target ?? 'refused'}`, () => {
        const step = () => transition(facts({ status }), trigger, { reason });
        if (target !== undefined) return assert.equal(step(), target);
        const error = refusalOf(step);
        assert.equal(error.code, 'transition_refused');
        assert.deepEqual(error.allowed, Object.keys(steps[status]).sort(byTable));
        assert.match(error.hint ?? '', /^Allowed now: /);
      });
    }
  }

  test('the table in the docstring is the machine', () => {
    const source = readFileSync(
      join(import.meta.dirname, '../../../../src/core/lifecycle/transitions.ts'),
      'utf8',
    );
    const rows = [...source.matchAll(/^ \* \| `(\w+)` +\| (.+?) +\| (.+?) +\| (.*?) *\|$/gm)];
    assert.deepEqual(
      rows.map(([, trigger]) => trigger),
      triggers,
    );
    for (const [, name, from, to] of rows) {
      const trigger = triggers.find((one) => one === name) ?? assert.fail(`${name} is no trigger`);
      const sources = statuses.filter((status) => triggersFrom(status).includes(trigger));
      const written = from?.startsWith('all but')
        ? statuses.filter((status) => !from.includes(status))
        : statuses.filter((status) => from?.split(/\W+/).includes(status));
      assert.deepEqual(sources, written, name);
      for (const status of sources) {
        const target = transition(facts({ status }), trigger, { reason });
        assert.equal(target, to === 'back to work' ? 'pending' : to, name);
      }
    }
  });
});

suite('status machine: back to work', () => {
  for (const [status, trigger] of [
    ['blocked', 'unblock'],
    ['needs_input', 'answer'],
    ['completed', 'reopen'],
  ] as const) {
    test(`${trigger} leads to in_progress while a live session holds the task, else to pending`, () => {
      assert.equal(transition(facts({ status, liveSession: true }), trigger), 'in_progress');
      assert.equal(transition(facts({ status, liveSession: false }), trigger), 'pending');
    });
  }
});

suite('status machine: guards', () => {
  const starts: Partial<LifecycleFacts> = { status: 'pending' };

  test('start needs every upstream task completed', () => {
    assert.deepEqual(missing(facts({ ...starts, unmetUpstream: 1 }), 'start'), [
      '1 upstream task is not completed',
    ]);
    assert.deepEqual(missing(facts({ ...starts, unmetUpstream: 2 }), 'acknowledge'), [
      '2 upstream tasks are not completed',
    ]);
  });

  test('start needs a criterion or a feature', () => {
    const none = { criteria: { done: 0, total: 0 }, features: { passed: 0, total: 0 } };
    assert.deepEqual(missing(facts({ ...starts, ...none }), 'start'), [
      'The task has neither an acceptance criterion nor a feature',
    ]);
    assert.equal(
      transition(facts({ ...starts, ...none, criteria: { done: 0, total: 1 } }), 'start'),
      'in_progress',
    );
    assert.equal(
      transition(facts({ ...starts, ...none, features: { passed: 0, total: 1 } }), 'start'),
      'in_progress',
    );
  });

  test('complete needs all criteria ticked, every feature passing and a summary, and says all that is missing', () => {
    const open = facts({
      status: 'in_progress',
      criteria: { done: 1, total: 3 },
      features: { passed: 1, total: 2 },
      unverified: 1,
      outputFilled: false,
    });
    assert.deepEqual(missing(open, 'complete'), [
      '2 of 3 acceptance criteria not ticked',
      '1 of 2 features not passing',
      '1 of 2 features not verified by their command',
      'The chain output has no summary',
    ]);
  });

  test('what guards say together is told together', () => {
    const error = refusalOf(() =>
      transition(
        facts({ unmetUpstream: 1, criteria: { done: 0, total: 0 }, features: { passed: 0, total: 0 } }),
        'start',
      ),
    );
    assert.equal(error.code, 'guard_failed');
    assert.equal(error.details?.length, 2);
    assert.ok(error.hint);
  });

  test('block and needInput want a reason, and blanks are none', () => {
    for (const trigger of ['block', 'needInput'] as const) {
      for (const given of [undefined, '', ' \n']) {
        assert.equal(refusalOf(() => transition(facts(), trigger, { reason: given })).code, 'invalid_input');
      }
    }
  });
});

suite('status machine: force', () => {
  const unfinished = facts({ status: 'in_progress', outputFilled: false });

  test('force with a reason overrides the guards of complete', () => {
    assert.equal(transition(unfinished, 'complete', { force: true, reason }), 'completed');
  });

  test('force without a reason is invalid input, also where no guard stands in the way', () => {
    for (const now of [unfinished, facts({ status: 'in_progress' })]) {
      const error = refusalOf(() => transition(now, 'complete', { force: true, reason: ' ' }));
      assert.equal(error.code, 'invalid_input');
    }
  });

  test('a reason without force overrides nothing', () => {
    assert.equal(refusalOf(() => transition(unfinished, 'complete', { reason })).code, 'guard_failed');
  });

  test('force makes no steps that do not exist', () => {
    const forced = () => transition(facts({ status: 'blocked' }), 'complete', { force: true, reason });
    assert.equal(refusalOf(forced).code, 'transition_refused');
  });
});

suite('status machine: recovery goes by evidence', () => {
  const held = { leaseExpired: false, processProvenGone: false, graceElapsed: false };
  const orphan = (lease: LifecycleFacts['lease'], more: Partial<LifecycleFacts> = {}) =>
    facts({ status: 'in_progress', exitObserved: false, lease, ...more });

  test('an observed exit releases at once', () => {
    assert.equal(transition(orphan(held, { exitObserved: true }), 'releaseOnExit'), 'pending');
  });

  test('a process that is proven gone releases at once', () => {
    const gone = orphan({ ...held, processProvenGone: true });
    assert.equal(transition(gone, 'releaseOnExit'), 'pending');
    assert.equal(transition(gone, 'recoverOrphaned'), 'pending');
  });

  test('an expired lease alone is suspicion, not evidence', () => {
    assert.deepEqual(missing(orphan({ ...held, leaseExpired: true }), 'recoverOrphaned'), [
      'The grace period after the lease is not over',
    ]);
    const over = { ...held, leaseExpired: true, graceElapsed: true };
    assert.equal(transition(orphan(over), 'recoverOrphaned'), 'pending');
    assert.deepEqual(missing(orphan(over), 'releaseOnExit'), ['Nobody saw the session end']);
  });

  test('a task that nobody here ever held can be recovered', () => {
    assert.equal(transition(orphan(undefined), 'recoverOrphaned'), 'pending');
    const stuck = orphan(undefined, { status: 'acknowledged' });
    assert.equal(transition(stuck, 'recoverStuckAcknowledged'), 'pending');
  });

  test('a person may release a suspect by force, with a reason', () => {
    assert.equal(transition(orphan(held), 'recoverOrphaned', { force: true, reason }), 'pending');
  });

  test('a live silent agent keeps its task', () => {
    const silent = orphan(held, { liveSession: true });
    assert.equal(allowedTriggers(silent).includes('recoverOrphaned'), false);
    const error = refusalOf(() => transition(silent, 'recoverOrphaned', { force: true, reason }));
    assert.deepEqual(error.details, ['A live session holds the task']);
    assert.equal(error.hint, 'End the session first.');
  });

  test('recovering twice changes nothing the second time', () => {
    const after = transition(orphan(undefined), 'recoverOrphaned');
    const again = () => transition(orphan(undefined, { status: after }), 'recoverOrphaned');
    assert.equal(refusalOf(again).code, 'transition_refused');
  });
});

suite('status machine: laws', () => {
  const options: fc.Arbitrary<TransitionOptions> = fc.record({
    force: fc.boolean(),
    reason: fc.constantFrom(undefined, '', reason),
  });
  const trigger = fc.constantFrom(...triggers);

  test('allowed triggers are exactly those that are taken when asked with a reason', () => {
    fc.assert(
      fc.property(anyFacts, (now) => {
        const taken = triggers.filter((one) => outcome(now, one, { reason }) !== undefined);
        assert.deepEqual(allowedTriggers(now), taken);
      }),
    );
  });

  test('releaseOnExit and recover* never fire for a live session, not even by force', () => {
    const recovery = fc.constantFrom<Trigger>('releaseOnExit', 'recoverOrphaned', 'recoverStuckAcknowledged');
    fc.assert(
      fc.property(anyFacts, recovery, options, (now, one, how) => {
        assert.equal(outcome({ ...now, liveSession: true }, one, how), undefined);
      }),
    );
  });

  test('completed is reached only when all is done, or by force with a reason', () => {
    fc.assert(
      fc.property(anyFacts, trigger, options, (now, one, how) => {
        if (outcome(now, one, how) !== 'completed') return;
        assert.equal(one, 'complete');
        const { criteria, features, outputFilled } = now;
        const done = criteria.done === criteria.total && features.passed === features.total && outputFilled;
        assert.ok(done || (how.force && how.reason === reason));
      }),
      { numRuns: 1000 },
    );
  });

  test('only a live session or start makes a task in_progress', () => {
    fc.assert(
      fc.property(anyFacts, trigger, options, (now, one, how) => {
        if (outcome(now, one, how) === 'in_progress') assert.ok(one === 'start' || now.liveSession);
      }),
    );
  });

  test('a refusal is always a BatonError of a foreseen code', () => {
    fc.assert(
      fc.property(anyFacts, trigger, options, (now, one, how) => {
        try {
          transition(now, one, how);
        } catch (error) {
          assert.ok(error instanceof BatonError);
          assert.ok(['transition_refused', 'guard_failed', 'invalid_input'].includes(error.code));
        }
      }),
    );
  });
});

suite('a status edited by hand', () => {
  test('is judged by the same table', () => {
    assert.deepEqual(judgeEdit('pending', facts({ status: 'in_progress' })), {
      legal: true,
      trigger: 'start',
    });
    assert.deepEqual(judgeEdit('in_progress', facts({ status: 'completed' })), {
      legal: true,
      trigger: 'complete',
    });
    assert.deepEqual(judgeEdit('pending', facts({ status: 'blocked' })), { legal: true, trigger: 'block' });
  });

  test('that is no edit is legal and no step', () => {
    assert.deepEqual(judgeEdit('blocked', facts({ status: 'blocked' })), { legal: true, trigger: undefined });
  });

  test('to completed is refused while something is missing, and the refusal says what', () => {
    const judged = judgeEdit('in_progress', facts({ status: 'completed', outputFilled: false }));
    assert.equal(judged.legal, false);
    if (judged.legal) return;
    assert.equal(judged.refusal.code, 'guard_failed');
    assert.deepEqual(judged.refusal.details, ['The chain output has no summary']);
  });

  test('to where no step leads is refused with what is allowed', () => {
    const judged = judgeEdit('completed', facts({ status: 'in_progress' }));
    assert.equal(judged.legal, false);
    if (judged.legal) return;
    assert.equal(judged.refusal.code, 'transition_refused');
    assert.deepEqual(judged.refusal.allowed, ['reopen']);
  });

  test('does not take a task from a live session', () => {
    const judged = judgeEdit('in_progress', facts({ status: 'pending', liveSession: true }));
    assert.equal(judged.legal, false);
  });

  test('is legal exactly when some trigger leads there with a reason and without force', () => {
    fc.assert(
      fc.property(anyFacts, fc.constantFrom(...statuses), (after, before) => {
        const judged = judgeEdit(before, after);
        const from = { ...after, status: before };
        const leads = triggers.some((one) => outcome(from, one, { reason }) === after.status);
        assert.equal(judged.legal, before === after.status || leads);
        if (judged.legal && judged.trigger !== undefined) {
          assert.equal(transition(from, judged.trigger, { reason }), after.status);
        }
      }),
    );
  });
});

function outcome(now: LifecycleFacts, trigger: Trigger, options: TransitionOptions): Status | undefined {
  try {
    return transition(now, trigger, options);
  } catch (error) {
    assert.ok(error instanceof BatonError);
    return undefined;
  }
}

function refusalOf(step: () => Status): BatonError {
  try {
    assert.fail(`Led to ${step()}`);
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
}

function missing(now: LifecycleFacts, trigger: Trigger): readonly string[] | undefined {
  const error = refusalOf(() => transition(now, trigger));
  assert.equal(error.code, 'guard_failed');
  return error.details;
}

function byTable(a: string, b: string): number {
  const order: readonly string[] = triggers;
  return order.indexOf(a) - order.indexOf(b);
}
