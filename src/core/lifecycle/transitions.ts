/**
 * The status machine: one table of named triggers, and the only code that decides on a status.
 *
 * | trigger                    | from                                     | to                 | needs                     |
 * |----------------------------|------------------------------------------|--------------------|---------------------------|
 * | `acknowledge`              | pending                                  | acknowledged       | upstream completed        |
 * | `start`                    | pending, acknowledged, in_progress       | in_progress        | upstream completed, a goal|
 * | `block`                    | pending, acknowledged, in_progress, needs_input | blocked     | a reason                  |
 * | `unblock`                  | blocked                                  | back to work       |                           |
 * | `needInput`                | pending, acknowledged, in_progress, blocked | needs_input     | a reason: the question    |
 * | `answer`                   | needs_input                              | back to work       |                           |
 * | `complete`                 | pending, acknowledged, in_progress       | completed          | verified                  |
 * | `cancel`                   | all but completed and cancelled          | cancelled          |                           |
 * | `reopen`                   | completed, cancelled                     | back to work       |                           |
 * | `releaseOnExit`            | acknowledged, in_progress                | pending            | nobody holds, exit proven |
 * | `recoverStuckAcknowledged` | acknowledged                             | pending            | nobody holds, holder gone |
 * | `recoverOrphaned`          | in_progress                              | pending            | nobody holds, holder gone |
 *
 * *Back to work* is `in_progress` while a live session holds the task, else `pending`: no task is in progress with
 * nobody at it. For the same reason an ended session releases to `pending`, where the task is ready and resumable.
 * `start` from `in_progress` is a resumption (a file from elsewhere may say so with no session here); that no two
 * agents resume is the lease's business, not the status's. `complete` does not ask for a session: a person finalizes
 * after the agent has left. A blocked task and an open question outlive their session, so neither is released.
 *
 * Sources: product.md section 4; requirements 003-8, 003-23, 004-24 … 004-35; resolutions C1, C3, C5.
 */
import { BatonError } from '../base/baton-error';
import { type Status, statuses, type Trigger, triggers } from '../model/status';
import type { LifecycleFacts } from './facts';
import {
  exitProven,
  type Guard,
  hasGoal,
  holderGone,
  nobodyHolds,
  upstreamCompleted,
  verified,
} from './guards';

interface Transition {
  readonly from: readonly Status[];
  readonly to: (facts: LifecycleFacts) => Status;
  readonly guards: readonly Guard[];
  /** What the reason must tell; undefined when no reason is needed. */
  readonly reason?: string;
}

const always = (status: Status) => () => status;
const backToWork = ({ liveSession }: LifecycleFacts): Status => (liveSession ? 'in_progress' : 'pending');
const open = statuses.filter((status) => status !== 'completed' && status !== 'cancelled');

const table: Readonly<Record<Trigger, Transition>> = {
  acknowledge: { from: ['pending'], to: always('acknowledged'), guards: [upstreamCompleted] },
  start: {
    from: ['pending', 'acknowledged', 'in_progress'],
    to: always('in_progress'),
    guards: [upstreamCompleted, hasGoal],
  },
  block: {
    from: ['pending', 'acknowledged', 'in_progress', 'needs_input'],
    to: always('blocked'),
    guards: [],
    reason: 'what blocks the task',
  },
  unblock: { from: ['blocked'], to: backToWork, guards: [] },
  needInput: {
    from: ['pending', 'acknowledged', 'in_progress', 'blocked'],
    to: always('needs_input'),
    guards: [],
    reason: 'what a person has to answer',
  },
  answer: { from: ['needs_input'], to: backToWork, guards: [] },
  complete: { from: ['pending', 'acknowledged', 'in_progress'], to: always('completed'), guards: [verified] },
  cancel: { from: open, to: always('cancelled'), guards: [] },
  reopen: { from: ['completed', 'cancelled'], to: backToWork, guards: [] },
  releaseOnExit: {
    from: ['acknowledged', 'in_progress'],
    to: always('pending'),
    guards: [nobodyHolds, exitProven],
  },
  recoverStuckAcknowledged: {
    from: ['acknowledged'],
    to: always('pending'),
    guards: [nobodyHolds, holderGone],
  },
  recoverOrphaned: { from: ['in_progress'], to: always('pending'), guards: [nobodyHolds, holderGone] },
};

export interface TransitionOptions {
  readonly reason?: string | undefined;
  /** Overrides the guards that may be overridden; needs a reason, which the caller logs. */
  readonly force?: boolean | undefined;
}

/**
 * The status that `trigger` leads to.
 *
 * **Invariant:** no sequence of triggers reaches completed without the guards or force.
 * **Invariant:** releaseOnExit and recover* never fire for a live session, not even by force.
 *
 * Throws `transition_refused` (with what is allowed) when there is no such step from here, `invalid_input` for a
 * missing reason, `guard_failed` (with what is missing) when the step exists and its guards do not hold.
 */
export function transition(facts: LifecycleFacts, trigger: Trigger, options: TransitionOptions = {}): Status {
  const step = table[trigger];
  if (!step.from.includes(facts.status))
    throw refusal(facts, `A task that is ${facts.status} takes no ${trigger}`);
  requireReason(trigger, step, options);
  const failed = step.guards.filter(
    (guard) => !(options.force && guard.forceable) && guard.missing(facts).length > 0,
  );
  const [first] = failed;
  if (first !== undefined) {
    throw new BatonError('guard_failed', `The task cannot take ${trigger} yet`, {
      details: failed.flatMap((guard) => guard.missing(facts)),
      hint: (failed.find((guard) => !guard.forceable) ?? first).hint,
    });
  }
  return step.to(facts);
}

/** Triggers that would be taken now without force, in table order; those that want a reason are among them. */
export function allowedTriggers(facts: LifecycleFacts): readonly Trigger[] {
  return triggersFrom(facts.status).filter((trigger) =>
    table[trigger].guards.every((guard) => guard.missing(facts).length === 0),
  );
}

/** Triggers that exist for a status, whether their guards hold or not. */
export function triggersFrom(status: Status): readonly Trigger[] {
  return triggers.filter((trigger) => table[trigger].from.includes(status));
}

export type EditJudgement =
  | {
      readonly legal: true /** Undefined when the status is as it was. */;
      readonly trigger: Trigger | undefined;
    }
  | { readonly legal: false; readonly refusal: BatonError };

/**
 * A status edited by hand in the file is a proposal (004-34). Two guards cannot be asked of an edit: the reason,
 * which it has no place for, and force.
 *
 * @param before the status the task had
 * @param after the facts as they are now, with the status the edit proposes
 */
export function judgeEdit(before: Status, after: LifecycleFacts): EditJudgement {
  const proposed = after.status;
  if (proposed === before) return { legal: true, trigger: undefined };
  const facts = { ...after, status: before };
  const leading = triggersFrom(before).filter((trigger) => table[trigger].to(facts) === proposed);
  let firstRefusal: BatonError | undefined;
  for (const trigger of leading) {
    const refused = attempt(() => transition(facts, trigger, { reason: 'edited in the file' }));
    if (refused === undefined) return { legal: true, trigger };
    firstRefusal ??= refused;
  }
  const message = `A task that is ${before} cannot become ${proposed}`;
  return { legal: false, refusal: firstRefusal ?? refusal(facts, message) };
}

/** What a status that was edited by hand is put back to. Throws `invalid_input` when the machine takes the edit. */
export function statusBefore(before: Status, after: LifecycleFacts): Status {
  if (!judgeEdit(before, after).legal) return before;
  throw new BatonError('invalid_input', `The status ${after.status} is one the task may have`);
}

function attempt(step: () => Status): BatonError | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
}

function refusal(facts: LifecycleFacts, message: string): BatonError {
  const allowed = allowedTriggers(facts);
  const hint = `Allowed now: ${allowed.join(', ') || 'nothing'}.`;
  return new BatonError('transition_refused', message, { allowed, hint });
}

function requireReason(trigger: Trigger, step: Transition, options: TransitionOptions): void {
  if (options.reason?.trim()) return;
  const say = options.force ? 'why it is forced' : step.reason;
  if (say === undefined) return;
  throw new BatonError('invalid_input', `${trigger} needs a reason`, {
    hint: `Give a reason that says ${say}.`,
  });
}
