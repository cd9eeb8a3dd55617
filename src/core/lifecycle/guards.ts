/** The conditions of the status machine. A guard answers with what is missing, in words; nothing means it holds. */
import type { LifecycleFacts } from './facts';

export interface Guard {
  /** What is missing, one fact a line; empty when the guard holds. */
  readonly missing: (facts: LifecycleFacts) => readonly string[];
  /** A person may override it by force with a reason. What protects a live agent never is. */
  readonly forceable: boolean;
  /** What to do about it, one sentence. */
  readonly hint: string;
}

const when = (holds: boolean, line: string): readonly string[] => (holds ? [] : [line]);

/** 003-25: what upstream produces must be there before work begins. */
export const upstreamCompleted: Guard = {
  missing: ({ unmetUpstream: unmet }) =>
    when(
      unmet === 0,
      unmet === 1 ? '1 upstream task is not completed' : `${unmet} upstream tasks are not completed`,
    ),
  forceable: true,
  hint: 'Complete the upstream tasks first, or force it with a reason.',
};

/** 003-8: work without a criterion or a feature could never be shown to be done. */
export const hasGoal: Guard = {
  missing: ({ criteria, features }) =>
    when(criteria.total + features.total > 0, 'The task has neither an acceptance criterion nor a feature'),
  forceable: true,
  hint: 'Add an acceptance criterion or a feature, or force it with a reason.',
};

/** 003-23, C3: verified wins over claimed. */
export const verified: Guard = {
  missing: ({ criteria, features, unverified = 0, outputFilled }) => [
    ...when(
      criteria.done >= criteria.total,
      openOf(criteria.done, criteria.total, 'acceptance criteria', 'ticked'),
    ),
    ...when(
      features.passed >= features.total,
      openOf(features.passed, features.total, 'features', 'passing'),
    ),
    ...when(
      unverified === 0,
      openOf(features.total - unverified, features.total, 'features', 'verified by their command'),
    ),
    ...when(outputFilled, 'The chain output has no summary'),
  ],
  forceable: true,
  hint: 'Finish what is missing, or force it with a reason.',
};

/** C5: a live agent is never robbed, however long it has been silent. */
export const nobodyHolds: Guard = {
  missing: ({ liveSession }) => when(!liveSession, 'A live session holds the task'),
  forceable: false,
  hint: 'End the session first.',
};

/** C5: an exit that was seen, or a process that is proven gone, releases at once. */
export const exitProven: Guard = {
  missing: ({ exitObserved, lease }) =>
    when(exitObserved || lease?.processProvenGone === true, 'Nobody saw the session end'),
  forceable: false,
  hint: 'Wait until the lease and its grace period are over, or end the session.',
};

/**
 * 004-24: the holder is proven gone, or has been neither heard of nor provable since the lease and the grace period
 * ended, or there never was one.
 */
export const holderGone: Guard = {
  missing: ({ lease }) =>
    lease === undefined || lease.processProvenGone
      ? []
      : [
          ...when(lease.leaseExpired, 'The lease of the last session still runs'),
          ...when(lease.graceElapsed, 'The grace period after the lease is not over'),
        ],
  forceable: true,
  hint: 'Wait for the lease and its grace period, or force it with a reason.',
};

function openOf(done: number, total: number, what: string, state: string): string {
  return `${total - done} of ${total} ${what} not ${state}`;
}
