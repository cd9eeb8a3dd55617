/**
 * Whether a session still holds its task, by evidence and not by age (resolution C5). A beat is a sign of life from the
 * agent or from whoever watches it; whether its process runs is for the probe to say, and outweighs every beat. What the
 * agent itself does (hooks, commands, its task file) is another thing: it tells work from silence, and never who holds.
 */
import type { LeaseFacts } from '../lifecycle/facts';
import type { Session } from '../model/session';
import { defaultIntervals, type Intervals } from './intervals';

/** What the system says about the session's process, compared by pid and start time. */
export type Probe = 'alive' | 'gone' | 'unknown';

export type Liveness =
  | 'live' // its process runs, or its lease does
  | 'silent' // its process runs, and the agent itself has given no sign for long
  | 'suspect' // its lease is over and nothing is known of its process; a beat still saves it
  | 'gone' // its process is proven gone, or nothing was heard through lease and grace period; not yet ended
  | 'ended'; // its end is on record

export interface LivenessOptions {
  readonly intervals?: Intervals;
  /** Leases are counted from here at the earliest: the moment the machine woke up or its clock was changed. */
  readonly since?: Date | undefined;
}

/**
 * **Invariant:** a session whose process is alive is never suspect or gone, whatever the clock says.
 * **Invariant:** a process that is proven gone is gone at once, whatever the lease says.
 */
export function livenessOf(
  session: Session,
  probe: Probe,
  now: Date,
  options: LivenessOptions = {},
): Liveness {
  if (session.end !== null) return 'ended';
  if (probe === 'gone') return 'gone';
  const intervals = options.intervals ?? defaultIntervals;
  if (probe === 'alive') {
    const lastSign = Date.parse(session.activeAt ?? session.startedAt);
    const heardAt = Math.max(lastSign, options.since?.getTime() ?? 0);
    return now.getTime() - heardAt >= intervals.silentAfterMs ? 'silent' : 'live';
  }
  const overdue = now.getTime() - leaseEnd(session, options);
  if (overdue < 0) return 'live';
  return overdue < intervals.graceMs ? 'suspect' : 'gone';
}

/**
 * Hooks were handed to the agent and none was heard in time: whoever relies on them has to know. A hook that comes later
 * makes it false again. False once the session has ended.
 */
export function hooksInactive(session: Session, now: Date, intervals: Intervals = defaultIntervals): boolean {
  if (session.end !== null || !session.hooks || session.hookAt !== null) return false;
  return now.getTime() - Date.parse(session.startedAt) >= intervals.hookDueMs;
}

/**
 * What Baton started by itself and has gone on for long, whatever signs it gives: it keeps others from their turn, so a
 * person is asked; it is never ended for its age. False once the session has ended. Requirement 002-28.
 */
export function longRunning(session: Session, now: Date, intervals: Intervals = defaultIntervals): boolean {
  if (session.end !== null || session.trigger !== 'automatic') return false;
  return now.getTime() - Date.parse(session.startedAt) >= intervals.longRunningMs;
}

/** A session that holds its task: nobody else may start on it. */
export function holdsTask(liveness: Liveness): boolean {
  return liveness === 'live' || liveness === 'silent' || liveness === 'suspect';
}

/** The evidence the status machine asks for; undefined when the session's end is on record. */
export function leaseFacts(
  session: Session,
  probe: Probe,
  now: Date,
  options: LivenessOptions = {},
): LeaseFacts | undefined {
  if (session.end !== null) return undefined;
  if (probe === 'alive') return { leaseExpired: false, processProvenGone: false, graceElapsed: false };
  const intervals = options.intervals ?? defaultIntervals;
  const overdue = now.getTime() - leaseEnd(session, options);
  return {
    leaseExpired: overdue >= 0,
    processProvenGone: probe === 'gone',
    graceElapsed: overdue >= intervals.graceMs,
  };
}

/** When the lease is over if nothing is heard: milliseconds of the epoch. */
export function leaseEnd(session: Session, { intervals, since }: LivenessOptions): number {
  const { ttlMs } = intervals ?? defaultIntervals;
  const written = Date.parse(session.expiresAt);
  return since === undefined ? written : Math.max(written, since.getTime() + ttlMs);
}
