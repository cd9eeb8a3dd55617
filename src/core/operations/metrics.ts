/**
 * `baton report metrics`: how work goes, from the session records and the queue of this folder. For the person's own
 * eyes: nothing of it leaves the machine. Requirement 002-29; issue 5 "Metrics".
 */
import type { EntryState } from '../model/queue';
import type { Session } from '../model/session';
import { readSchedulerState } from '../scheduler/scheduler-state';
import { viewQueue } from './queue-list';
import type { BatonWorkspace } from './workspace';

export interface WorkerMetrics {
  /** Id of the profile. */
  readonly agent: string;
  /** Sessions that Baton launched and that began in the window. */
  readonly sessions: number;
  readonly ended: number;
  /** Ended as somebody wanted, with the work on record. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of the ended ones, 0 to 1; null when none has ended. */
  readonly successRate: number | null;
  readonly errorRate: number | null;
  /** From start to end, seconds; null when none has ended. */
  readonly meanSeconds: number | null;
  /** Sessions that Baton started by itself. */
  readonly background: number;
  /** Features that passed in them. */
  readonly features: number;
}

export interface JobMetrics {
  readonly job: string;
  readonly runs: number;
  readonly failures: number;
  readonly lastRunAt: string | null;
  readonly lastResult: string | null;
}

export interface Metrics {
  /** UTC; only what began since then is counted. */
  readonly since: string;
  readonly total: Omit<WorkerMetrics, 'agent'>;
  /** By agent, the one with the most sessions first. */
  readonly workers: readonly WorkerMetrics[];
  readonly queue: {
    readonly depth: number;
    readonly states: Readonly<Record<EntryState, number>>;
    /** Failed runs of what is queued now. */
    readonly retries: number;
    /** Seconds that the oldest entry has been there; null when there is none. */
    readonly oldestSeconds: number | null;
  };
  /** Sessions that followed an earlier one of their task within the window. */
  readonly resumptions: number;
  readonly jobs: readonly JobMetrics[];
}

/** Throws what reading the queue and the records throws. */
export async function metrics(workspace: BatonWorkspace, days: number): Promise<Metrics> {
  const { ports, root } = workspace;
  const now = ports.clock.now();
  const since = new Date(now.getTime() - days * 86_400_000).toISOString();
  const all = (await workspace.sessions.list()).filter(({ origin }) => origin === 'managed');
  const sessions = all.filter(({ startedAt }) => Date.parse(startedAt) >= Date.parse(since));
  const state = await readSchedulerState(ports.fs, root);
  return {
    since,
    total: countsOf(sessions),
    workers: byAgent(sessions),
    queue: await queueMetrics(workspace, now),
    resumptions: sessions.filter(({ number }) => number > 1).length,
    jobs: Object.entries(state.jobs).map(([job, { runs, failures, lastRunAt, lastResult }]) => ({
      ...{ job, runs, failures, lastRunAt, lastResult },
    })),
  };
}

function byAgent(sessions: readonly Session[]): readonly WorkerMetrics[] {
  return [...new Set(sessions.map(({ agent }) => agent))]
    .map((agent) => ({ agent, ...countsOf(sessions.filter((session) => session.agent === agent)) }))
    .sort((a, b) => b.sessions - a.sessions || (a.agent < b.agent ? -1 : 1));
}

function countsOf(sessions: readonly Session[]): Metrics['total'] {
  const ended = sessions.flatMap(({ startedAt, end }) => (end === null ? [] : [{ startedAt, end }]));
  const succeeded = ended.filter(({ end }) => end.intended).length;
  const seconds = ended.map(({ startedAt, end }) => secondsBetween(startedAt, end.at));
  const share = (count: number) => (ended.length === 0 ? null : rounded(count / ended.length));
  return {
    sessions: sessions.length,
    ended: ended.length,
    succeeded,
    failed: ended.length - succeeded,
    successRate: share(succeeded),
    errorRate: share(ended.length - succeeded),
    meanSeconds: ended.length === 0 ? null : rounded(sum(seconds) / ended.length),
    background: sessions.filter(({ trigger }) => trigger === 'automatic').length,
    features: sum(ended.map(({ end }) => end.passed.length)),
  };
}

async function queueMetrics(workspace: BatonWorkspace, now: Date): Promise<Metrics['queue']> {
  const { entries } = await viewQueue(workspace);
  const states: Record<EntryState, number> = { due: 0, waiting: 0, claimed: 0, running: 0, dead: 0 };
  for (const { state } of entries) states[state]++;
  const ages = entries.map(({ entry }) => secondsBetween(entry.added_at, now.toISOString()));
  return {
    depth: entries.length,
    states,
    retries: sum(entries.map(({ entry }) => entry.attempts)),
    oldestSeconds: ages.length === 0 ? null : Math.max(...ages),
  };
}

/** Never less than none: ends are kept in whole seconds, and clocks are set back. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}
