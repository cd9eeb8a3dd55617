/**
 * The status worker's report: what happened between two moments, from the change log, the sessions and git, and how things
 * stand. Every line names something that is on record. Requirement 001-53.
 */
import { isFinished } from '../lifecycle/derive';
import type { CommitRef } from '../model/task';
import { describeChange } from '../renderings/describe-change';
import type { ChangeRecord } from '../store/change-record';
import { type NextTask, nextIn } from './next-task';
import { viewQueue } from './queue-list';
import { requireDay } from './require-day';
import { takeSnapshot } from './take-snapshot';
import type { Snapshot, TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** UTC, from inclusive, to exclusive. */
export interface ReportWindow {
  readonly from: string;
  readonly to: string;
}

export interface ReportEvent {
  readonly seq: number;
  /** UTC. */
  readonly at: string;
  readonly task: string | null;
  readonly text: string;
}

export interface ReportSession {
  readonly id: string;
  readonly task: string;
  readonly title: string | null;
  readonly number: number;
  readonly agent: string;
  readonly startedAt: string;
  /** Null while it goes on. */
  readonly endedAt: string | null;
  /** Wanted by a person or by the agent itself; null while it goes on. */
  readonly intended: boolean | null;
  readonly passed: readonly string[];
  readonly commits: number;
}

export interface StatusReport {
  readonly window: ReportWindow;
  readonly sessions: readonly ReportSession[];
  readonly created: readonly ReportEvent[];
  readonly passed: readonly ReportEvent[];
  /** Features that pass no more. */
  readonly failed: readonly ReportEvent[];
  readonly completed: readonly ReportEvent[];
  readonly blocked: readonly ReportEvent[];
  readonly notes: readonly ReportEvent[];
  /** Jobs by the clock and workers. */
  readonly work: readonly ReportEvent[];
  readonly commits: readonly CommitRef[];
  /** Changes on record within the window, those above and all others. */
  readonly changes: number;
  /** How things stand when the report is made, whatever the window. */
  readonly now: StandingNow;
}

export interface StandingNow {
  readonly at: string;
  readonly counts: Snapshot['counts'];
  readonly running: readonly string[];
  /** What needs a person, in words; each names its task or entry. */
  readonly attention: readonly string[];
  readonly next: string;
}

/**
 * The day of the window, or up to now from a moment on; today without either, all in UTC. Throws `invalid_input`.
 *
 * @param wanted.since a UTC time
 */
export function reportWindow(
  { ports }: Pick<BatonWorkspace, 'ports'>,
  wanted: { readonly day?: string | undefined; readonly since?: Date | undefined },
): ReportWindow {
  const now = ports.clock.now();
  if (wanted.since !== undefined) return { from: wanted.since.toISOString(), to: now.toISOString() };
  const day = wanted.day ?? now.toISOString().slice(0, 10);
  requireDay(day);
  const from = new Date(`${day}T00:00:00Z`);
  return { from: from.toISOString(), to: new Date(from.getTime() + 86_400_000).toISOString() };
}

/** A window up to now was made a moment ago. */
const justNowMs = 60_000;

/** Throws what reading log, sessions and queue throws. */
export async function statusReport(workspace: BatonWorkspace, window: ReportWindow): Promise<StatusReport> {
  const snapshot = await takeSnapshot(workspace);
  const records = await recordsIn(workspace, window);
  const of = (...types: readonly string[]) => records.filter(({ type }) => types.includes(type)).map(eventOf);
  const checked = records.filter(({ type }) => type.startsWith('feature.'));
  const sessions = sessionsIn(snapshot, window);
  return {
    window,
    sessions,
    created: of('task.create', 'task.recur'),
    passed: checked.filter((record) => passes(record) === true).map(eventOf),
    failed: checked.filter((record) => passes(record) === false).map(eventOf),
    completed: of('task.finalize', 'status.complete'),
    blocked: of('status.block', 'status.needInput'),
    notes: of('note.add'),
    work: of('job.run', 'worker.run'),
    commits: await commitsIn(workspace, snapshot, window),
    changes: records.length,
    now: await standing(workspace, snapshot),
  };
}

function isWithin({ from, to }: ReportWindow, at: string): boolean {
  const time = Date.parse(at);
  return time >= Date.parse(from) && time < Date.parse(to);
}

/** What was taken back is no event. */
async function recordsIn({ store }: BatonWorkspace, window: ReportWindow): Promise<readonly ChangeRecord[]> {
  const { records, outcomes } = await store.changeLog.read();
  const never = new Set(['aborted', 'conflict']);
  return records
    .map(({ record }) => record)
    .filter(({ seq, time }) => isWithin(window, time) && !never.has(outcomes.get(seq) ?? ''));
}

function eventOf(record: ChangeRecord): ReportEvent {
  const { seq, time, task } = record;
  return { seq, at: time, task, text: describeChange(record).text };
}

/** Undefined where the record does not say whether a feature passes. */
function passes({ type, new: now, old: before }: ChangeRecord): boolean | undefined {
  if (type === 'feature.pass') return true;
  if (type === 'feature.fail') return false;
  if (type !== 'feature.verify') return undefined;
  if (flagOf(now) === true) return true;
  return flagOf(before) === true ? false : undefined;
}

function flagOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'passes' in value ? value.passes : undefined;
}

function sessionsIn({ sessions, tasks }: Snapshot, window: ReportWindow): readonly ReportSession[] {
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  return sessions
    .map(({ session }) => session)
    .filter(({ startedAt, end }) => startedAt < window.to && (end === null || end.at >= window.from))
    .map(({ id, task, number, agent, startedAt, end }) => ({
      ...{ id, task, number, agent, startedAt, title: titles.get(task) ?? null },
      endedAt: end?.at ?? null,
      intended: end?.intended ?? null,
      passed: end?.passed ?? [],
      commits: end?.commits.length ?? 0,
    }))
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** Those of the sessions; and what else git has up to now, where the window reaches so far. */
async function commitsIn(
  { ports, root }: BatonWorkspace,
  { sessions }: Snapshot,
  window: ReportWindow,
): Promise<readonly CommitRef[]> {
  const ended = sessions.flatMap(({ session: { end } }) =>
    end !== null && isWithin(window, end.at) ? end.commits : [],
  );
  const reachesNow = Date.parse(window.to) > ports.clock.now().getTime() - justNowMs;
  const since = reachesNow ? await ports.git.commitBefore(root, window.from) : null;
  const own = reachesNow ? await ports.git.commitsSince(root, since) : [];
  const seen = new Set(own.map(({ hash }) => hash));
  const others = ended.filter(({ hash }) => ![...seen].some((full) => full.startsWith(hash)));
  return [...others, ...own];
}

async function standing(workspace: BatonWorkspace, snapshot: Snapshot): Promise<StandingNow> {
  const { entries } = await viewQueue(workspace);
  const stuck = entries.filter(({ state }) => state === 'dead');
  return {
    at: workspace.ports.clock.now().toISOString(),
    counts: snapshot.counts,
    running: snapshot.tasks.flatMap((task) => runningWords(task)),
    attention: [
      ...snapshot.tasks.flatMap((task) => attentionWords(task)),
      ...stuck.map(
        ({ entry: { id, taskId, attempts } }) =>
          `Queue entry ${id}${taskId === null ? '' : ` for #${taskId}`}: not resumed any more after ${attempts} failed runs`,
      ),
    ],
    next: nextWords(nextIn(snapshot)),
  };
}

function nextWords({ task, why }: NextTask): string {
  if (task === undefined) return why;
  const act = task.badges.includes('resumable') ? 'Resume' : 'Launch';
  return `${act} #${task.id} ${task.title}: ${why.replace(`#${task.id}`, 'it')}`;
}

function runningWords({ id, title, running }: TaskView): readonly string[] {
  if (running === undefined) return [];
  return [
    `#${id} ${title}: session ${running.session.number} by ${running.session.agent}, ${running.liveness}`,
  ];
}

function attentionWords({ id, title, status, badges, tracking, fileProblem }: TaskView): readonly string[] {
  const name = `#${id} ${title}`;
  if (fileProblem !== undefined) return [`${name}: its file cannot be read`];
  if (status === 'blocked') return [`${name}: blocked${reason(tracking?.blockedReason)}`];
  if (status === 'needs_input') return [`${name}: needs your answer${reason(tracking?.question)}`];
  if (isFinished(status)) return [];
  return badges.includes('resumable') ? [`${name}: can be resumed`] : [];
}

function reason(text: string | undefined): string {
  return text === undefined ? '' : `: ${text}`;
}
