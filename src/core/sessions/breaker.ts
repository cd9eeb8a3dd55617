/**
 * Keeps Baton from starting again and again what does not stay up (promise R11; product.md section 4). Decided from the
 * session records alone, so that every window and command line comes to the same answer and none has to remember it.
 */
import { BatonError } from '../base/baton-error';
import type { Session } from '../model/session';
import { breakerExits, defaultIntervals, type Intervals } from './intervals';

export type BreakerState =
  | { readonly state: 'closed' }
  /** Nothing starts by itself before `until`, a UTC time. */
  | { readonly state: 'open'; readonly until: string }
  /** One start is let through to see whether it stays up; `trial` is its session, once there is one. */
  | { readonly state: 'half-open'; readonly trial: string | undefined };

type BreakerIntervals = Pick<Intervals, 'breakerWindowMs' | 'breakerCoolMs'>;

/**
 * Three unintended exits within five minutes open it for a minute; then one start is let through. The breaker closes
 * when that one ends as intended by itself or stays up for the window's length, and opens again when it does not. A
 * manual start resets it. A stop that somebody wanted never counts, and sessions that a person started by hand (external)
 * are none of its business.
 *
 * @param sessions all sessions, in any order. What lies after `now`, by a clock that was set back since, is left out.
 */
export function breakerState(
  sessions: readonly Session[],
  now: Date,
  intervals: BreakerIntervals = defaultIntervals,
): BreakerState {
  const breaker = new Breaker(intervals);
  for (const { at, happen } of happenings(sessions)) {
    if (at > now.getTime()) break;
    happen(breaker);
  }
  return breaker.stateAt(now.getTime());
}

/**
 * The door for starts that nobody asked for. Throws `breaker_open`, with when it may be tried again.
 *
 * @param sessions all sessions of the workspace
 */
export function requireClosedBreaker(
  sessions: readonly Session[],
  now: Date,
  intervals: BreakerIntervals = defaultIntervals,
): void {
  const breaker = breakerState(sessions, now, intervals);
  if (breaker.state === 'closed' || (breaker.state === 'half-open' && breaker.trial === undefined)) return;
  const minutes = Math.round(intervals.breakerWindowMs / 60_000);
  const wait =
    breaker.state === 'open' ? `until ${breaker.until}` : 'until the one trial start has shown itself';
  throw new BatonError(
    'breaker_open',
    `Agents ended unexpectedly ${breakerExits} times within ${minutes} minutes; nothing starts by itself ${wait}`,
    { hint: 'Look at how the last sessions ended. Starting one yourself resets this.' },
  );
}

interface Happening {
  readonly at: number;
  readonly happen: (breaker: Breaker) => void;
}

/**
 * Starts and ends in the order of time, of two at the same moment the start first. Ends are kept in whole seconds, so a
 * short session may seem to end before it began.
 */
function happenings(sessions: readonly Session[]): readonly Happening[] {
  const managed = sessions.filter(({ origin }) => origin === 'managed');
  const starts = managed.map((session) => ({
    at: Date.parse(session.startedAt),
    happen: (breaker: Breaker) => breaker.started(session),
  }));
  const ends = managed.flatMap((session) => {
    const at = endOf(session);
    return at === undefined ? [] : [{ at, happen: (breaker: Breaker) => breaker.ended(session) }];
  });
  return [...starts, ...ends].sort((a, b) => a.at - b.at);
}

function endOf({ end, startedAt }: Session): number | undefined {
  return end === null ? undefined : Math.max(Date.parse(end.at), Date.parse(startedAt));
}

class Breaker {
  readonly #intervals: BreakerIntervals;
  /** Moments of unintended exits since the last reset; the breaker is open or half-open from `#openUntil` on. */
  #exits: readonly number[] = [];
  #openUntil: number | undefined;
  #trial: { readonly id: string; readonly at: number } | undefined;

  constructor(intervals: BreakerIntervals) {
    this.#intervals = intervals;
  }

  started({ id, trigger, startedAt }: Session): void {
    const at = Date.parse(startedAt);
    this.#settle(at);
    if (trigger === 'manual') this.#close();
    else if (this.#openUntil !== undefined && at >= this.#openUntil) this.#trial ??= { id, at };
  }

  ended(session: Session): void {
    const at = endOf(session);
    if (at === undefined || session.end === null) return;
    const { end } = session;
    this.#settle(at);
    const isTrial = this.#trial?.id === session.id;
    if (isTrial) this.#trial = undefined;
    if (!end.intended) this.#failed(at, isTrial);
    // That somebody stopped it says nothing of how it would have gone on.
    else if (isTrial && end.reason === 'process') this.#close();
  }

  stateAt(now: number): BreakerState {
    this.#settle(now);
    if (this.#openUntil === undefined) return { state: 'closed' };
    if (now < this.#openUntil) return { state: 'open', until: new Date(this.#openUntil).toISOString() };
    return { state: 'half-open', trial: this.#trial?.id };
  }

  #failed(at: number, isTrial: boolean): void {
    const { breakerWindowMs, breakerCoolMs } = this.#intervals;
    this.#exits = [...this.#exits.filter((exit) => at - exit < breakerWindowMs), at];
    if (isTrial || this.#exits.length >= breakerExits) this.#openUntil = at + breakerCoolMs;
  }

  /** A trial that has stayed up for the window's length is a success, whatever becomes of it later. */
  #settle(now: number): void {
    if (this.#trial !== undefined && now - this.#trial.at >= this.#intervals.breakerWindowMs) this.#close();
  }

  #close(): void {
    this.#exits = [];
    this.#openUntil = undefined;
    this.#trial = undefined;
  }
}
