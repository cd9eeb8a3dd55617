/**
 * Whether a tick is worth a process of its own now, and when to think of it again. A tick judges everything anew, with
 * the scheduler's lease; what is decided here only saves those that would find nothing to do. Pure.
 */

import type { JobConfig } from '../../core/model/config';
import type { QueueEntry } from '../../core/model/queue';
import type { SessionView, TaskView } from '../../core/operations/task-view';
import { nextMoment } from '../../core/queue/entry-state';
import { earliest } from '../../core/scheduler/job-schedule';
import { holdsTask } from '../../core/sessions/liveness';
import { type FolderBackground, mayComeBack } from './folder-background';

export interface TickFacts {
  readonly background: FolderBackground;
  readonly sessions: readonly SessionView[];
  readonly tasks: readonly Pick<TaskView, 'id' | 'status'>[];
  /** Jobs by the clock that are set up and switched on. */
  readonly jobs: readonly JobConfig[];
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
  readonly jobs: string;
}

export interface TickPlan {
  readonly tick: boolean;
  /** When to look again though nothing changes, a UTC time; undefined for not before something does. */
  readonly nextAt: string | undefined;
  readonly circumstances: string;
  /** The jobs as a text, to see whether they are other ones later. */
  readonly jobs: string;
}

/** **Invariant:** without a due entry that may be started, and without jobs, there is no tick. */
export function planTick(facts: TickFacts, now: Date): TickPlan {
  const { background, trusted, last } = facts;
  const wantsStart = mayStart(facts);
  const circumstances = circumstancesOf(facts);
  const asked = last?.nextAt;
  const isReached = asked !== undefined && Date.parse(asked) <= now.getTime();
  const isNew = last === undefined || last.circumstances !== circumstances;
  const wantsJobs = facts.jobs.length > 0 && trusted;
  const jobs = JSON.stringify(facts.jobs);
  const tick = (wantsStart && (isNew || isReached)) || (wantsJobs && (last?.jobs !== jobs || isReached));
  const entries = background.queue.map(({ entry }) => entry);
  const watched = wantsStart || wantsJobs ? asked : undefined;
  return {
    tick,
    nextAt: earliest([nextMoment(entries, now), background.nextNudgeAt, watched]),
    circumstances,
    jobs,
  };
}

/** What the gate would refuse for certain until something changes here is not worth asking. */
function mayStart({ background, sessions, trusted, maxBackground }: TickFacts): boolean {
  if (!trusted) return false;
  const mayRun = (entry: QueueEntry) => entry.taskId !== null && mayComeBack(background, entry);
  if (!background.queue.some(({ entry, state }) => state === 'due' && mayRun(entry))) return false;
  const live = sessions.filter(({ liveness }) => holdsTask(liveness));
  const own = live.filter(({ session }) => session.trigger === 'automatic');
  return own.length === live.length && own.length < maxBackground;
}

/** With the status of what is due: a blocked task is passed over by a tick, and wants one when it may go on. */
function circumstancesOf({ background, sessions, tasks }: TickFacts): string {
  const statuses = new Map<string, string>(tasks.map(({ id, status }) => [id, status]));
  const due = background.queue.flatMap(({ entry: { id, taskId }, state }) =>
    state === 'due' ? [[id, statuses.get(taskId ?? '')]] : [],
  );
  const live = sessions.flatMap(({ session, liveness }) => (holdsTask(liveness) ? [session.id] : []));
  return JSON.stringify([due, live, background.choice]);
}
