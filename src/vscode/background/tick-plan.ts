/**
 * Whether a tick is worth a process of its own now, and when to think of it again. A tick judges everything anew, with
 * the scheduler's lease; what is decided here only saves those that would find nothing to do. Pure.
 */

import type { SessionView } from '../../core/operations/task-view';
import { nextMoment } from '../../core/queue/entry-state';
import { earliest } from '../../core/scheduler/job-schedule';
import { holdsTask } from '../../core/sessions/liveness';
import { type FolderBackground, isResuming } from './folder-background';

export interface TickFacts {
  readonly background: FolderBackground;
  readonly sessions: readonly SessionView[];
  /** Jobs by the clock are set up, and Baton may run them. */
  readonly hasJobs: boolean;
  readonly trusted: boolean;
  readonly maxBackground: number;
  /** The last tick of this window; undefined before the first. */
  readonly last: LastTick | undefined;
}

export interface LastTick {
  /** When it asked to be called again, a UTC time. */
  readonly nextAt: string | undefined;
  /** As they were when it was made. */
  readonly circumstances: string;
}

export interface TickPlan {
  readonly tick: boolean;
  /** When to look again though nothing changes, a UTC time; undefined for not before something does. */
  readonly nextAt: string | undefined;
  readonly circumstances: string;
}

/** **Invariant:** without a due entry that may be started, and without jobs, there is no tick. */
export function planTick(facts: TickFacts, now: Date): TickPlan {
  const { background, hasJobs, trusted, last } = facts;
  const wantsStart = mayStart(facts);
  const circumstances = circumstancesOf(facts);
  const asked = last?.nextAt;
  const isReached = asked !== undefined && Date.parse(asked) <= now.getTime();
  const isNew = last === undefined || last.circumstances !== circumstances;
  const wantsJobs = hasJobs && trusted;
  const tick = (wantsStart && (isNew || isReached)) || (wantsJobs && (last === undefined || isReached));
  const entries = background.queue.map(({ entry }) => entry);
  const watched = wantsStart || wantsJobs ? asked : undefined;
  return {
    tick,
    nextAt: earliest([nextMoment(entries, now), background.nextNudgeAt, watched]),
    circumstances,
  };
}

/** What the gate would refuse for certain until something changes here is not worth asking. */
function mayStart({ background, sessions, trusted, maxBackground }: TickFacts): boolean {
  if (!trusted || !isResuming(background)) return false;
  const { held = [] } = background.choice;
  const mayRun = (task: string | null) => task !== null && !held.includes(task);
  if (!background.queue.some(({ entry, state }) => state === 'due' && mayRun(entry.taskId))) return false;
  const live = sessions.filter(({ liveness }) => holdsTask(liveness));
  const own = live.filter(({ session }) => session.trigger === 'automatic');
  return own.length === live.length && own.length < maxBackground;
}

function circumstancesOf({ background, sessions }: TickFacts): string {
  const due = background.queue.flatMap(({ entry, state }) => (state === 'due' ? [entry.id] : []));
  const live = sessions.flatMap(({ session, liveness }) => (holdsTask(liveness) ? [session.id] : []));
  return JSON.stringify([due, live, background.choice]);
}
