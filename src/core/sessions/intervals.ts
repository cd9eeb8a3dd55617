/** Every interval of sessions and recovery, in one place, in milliseconds. Source: requirements 004-5, 5.2, 5.3. */

const second = 1000;
const minute = 60 * second;

/** How often whoever watches a session says that it is there. */
export const beatIntervalMs = 30 * second;

export interface Intervals {
  /** Between two beats. */
  readonly beatMs: number;
  /** How long a lease runs after a beat. */
  readonly ttlMs: number;
  /** Between the end of a lease and the release of its task, when nothing can be proven about the process. */
  readonly graceMs: number;
  /** Between two looks at all leases. */
  readonly sweepMs: number;
  /** After this long without a sign of its own a live agent is called silent. Agents think for minutes. */
  readonly silentAfterMs: number;
  /** A run in the background that takes longer than this is pointed out, and never ended by itself (002-28). */
  readonly longRunningMs: number;
  /** Signs of the agent that come closer together than this are written down once. */
  readonly activityMs: number;
  /** A start that was given hooks and heard none after this long has no hooks. */
  readonly hookDueMs: number;
  /** Between asking an agent to stop and ending it. */
  readonly stopFirmMs: number;
  /** How long whoever watches a stopped agent has to record the exit that only it can see. */
  readonly exitRecordMs: number;
  /** Unintended exits this close together open the breaker. */
  readonly breakerWindowMs: number;
  /** How long an open breaker lets nothing start. */
  readonly breakerCoolMs: number;
  /** A wall clock that runs ahead of the monotonic one by more than this tells of sleep or a changed clock. */
  readonly clockJumpMs: number;
}

export const defaultIntervals: Intervals = {
  beatMs: beatIntervalMs,
  ttlMs: 90 * second,
  graceMs: 60 * second,
  sweepMs: 5 * second,
  silentAfterMs: 10 * minute,
  longRunningMs: 30 * minute,
  activityMs: 10 * second,
  hookDueMs: 20 * second,
  stopFirmMs: 5 * second,
  exitRecordMs: 2 * second,
  breakerWindowMs: 5 * minute,
  breakerCoolMs: 60 * second,
  clockJumpMs: 20 * second,
};

/** So many unintended exits within `breakerWindowMs` open the breaker. */
export const breakerExits = 3;

/** The relations without which recovery is unsafe; each broken one in words, empty when all hold. */
export function brokenRelations(intervals: Intervals): readonly string[] {
  const { beatMs, ttlMs, graceMs, sweepMs, silentAfterMs, clockJumpMs } = intervals;
  const { longRunningMs, activityMs, hookDueMs, stopFirmMs, exitRecordMs, breakerWindowMs, breakerCoolMs } =
    intervals;
  const relations: readonly (readonly [string, boolean])[] = [
    ['Every interval is positive', Object.values(intervals).every((value) => value > 0)],
    ['A lease outlives two beats, so that one lost beat means nothing', ttlMs > 2 * beatMs],
    ['The grace period is longer than a beat, so that a late beat still counts', graceMs > beatMs],
    ['A sweep comes more often than a beat, so that it sees every lease in time', sweepMs < beatMs],
    ['A sweep falls into the grace period, so that suspicion comes before release', sweepMs < graceMs],
    ['Silence is called long after the lease and its grace are over', silentAfterMs > ttlMs + graceMs],
    ['A run is called long after its silence could be', longRunningMs > silentAfterMs],
    ['Signs that are not written down never cost a lease', activityMs < ttlMs - beatMs],
    ['Hooks are due after a first sign could have been written down', hookDueMs > activityMs],
    ['Hooks are called missing before the lease is over', hookDueMs < ttlMs],
    ['A stop is over before the lease could be', 2 * stopFirmMs + exitRecordMs < ttlMs],
    ['The breaker still knows its exits when it lets one start through', breakerCoolMs < breakerWindowMs],
    ['A clock jump is noticed before it could use up a lease', clockJumpMs < ttlMs - beatMs],
  ];
  return relations.filter(([, holds]) => !holds).map(([relation]) => relation);
}
