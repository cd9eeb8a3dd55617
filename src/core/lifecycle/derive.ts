/**
 * What is derived from statuses and their surroundings and never stored: badges, counts, and which task to launch
 * next. Source: resolution C1.
 */
import { type Badge, badges, type StaleReason, type Status, statuses } from '../model/status';
import type { TaskId } from '../model/task';
import { compareTaskIds } from '../model/task-id-order';

export interface BadgeFacts {
  readonly status: Status;
  /** The graph's answer: pending, nothing unmet, in no circle. */
  readonly ready: boolean;
  /** How many upstream tasks are not completed or do not exist. */
  readonly unmet: number;
  /** Sessions so far, by the progress log or the session records, whichever knows more. */
  readonly sessions: number;
  /** A session holds the task: live, silent or suspect. */
  readonly running: boolean;
  /** That session is alive and has not been heard of for long. */
  readonly silent: boolean;
  /** How many chain inputs do not stand for the present upstream output. */
  readonly staleInputs: number;
  /** The last session ended without a progress entry. */
  readonly undocumented: boolean;
  readonly cyclic: boolean;
  /** How many upstream tasks do not exist. */
  readonly dangling: number;
  /** The file has problems of severity error. */
  readonly broken: boolean;
}

export interface DerivedBadges {
  /** In the order of the model's list. */
  readonly badges: readonly Badge[];
  /** Why the task is stale; empty exactly when it has no stale badge. */
  readonly stale: readonly StaleReason[];
}

export function deriveBadges(facts: BadgeFacts): DerivedBadges {
  const stale = staleReasons(facts);
  const own: Badge[] = [];
  for (const badge of badges) if (carries(badge, facts, stale)) own.push(badge);
  return { badges: own, stale };
}

function carries(badge: Badge, facts: BadgeFacts, stale: readonly StaleReason[]): boolean {
  switch (badge) {
    // While a session runs, "ready" would invite a second one.
    case 'ready':
      return facts.ready && !facts.running;
    case 'waiting':
      return facts.status === 'pending' && facts.unmet > 0;
    case 'running':
      return facts.running;
    // Also an interrupted task that was released to pending: ready to start, and resumable.
    case 'resumable':
      return facts.sessions > 0 && !facts.running && !isFinished(facts.status);
    case 'stale':
      return stale.length > 0;
    case 'undocumented':
      return facts.undocumented;
    case 'cyclic':
      return facts.cyclic;
    case 'dangling':
      return facts.dangling > 0;
    case 'broken':
      return facts.broken;
  }
}

const noReasons: readonly StaleReason[] = [];

/** A completed task keeps its stale inputs in sight, for what it was built on has changed; a cancelled one does not. */
function staleReasons({ status, staleInputs, running, silent }: BadgeFacts): readonly StaleReason[] {
  if (staleInputs === 0 && !silent) return noReasons;
  const reasons: StaleReason[] = [];
  if (staleInputs > 0 && status !== 'cancelled') reasons.push('inputs');
  if (running && silent) reasons.push('silent');
  return reasons;
}

export function isFinished(status: Status): boolean {
  return status === 'completed' || status === 'cancelled';
}

/**
 * How many tasks carry each status and each badge, and how many there are. `pending` leaves out resumable tasks,
 * so that `pending` and `resumable` never count one task twice.
 */
export type LifecycleCounts = Readonly<Record<Status | Badge | 'total', number>>;

export function summarize(
  tasks: Iterable<{ readonly status: Status; readonly badges: readonly Badge[] }>,
): LifecycleCounts {
  const counts = Object.fromEntries([...statuses, ...badges, 'total'].map((word) => [word, 0])) as Record<
    Status | Badge | 'total',
    number
  >;
  for (const { status, badges: own } of tasks) {
    counts.total++;
    if (status !== 'pending' || !own.includes('resumable')) counts[status]++;
    for (const badge of own) counts[badge]++;
  }
  return counts;
}

/** What the choice of the next task looks at; a task view fits. */
export interface Candidate {
  readonly id: TaskId;
  readonly status: Status;
  readonly badges: readonly Badge[];
  /** 1 is the highest; a task without one comes after those that have one. */
  readonly priority: number | undefined;
  /** UTC ISO-8601. */
  readonly created: string | undefined;
  readonly sessions: number;
  readonly downstream: readonly TaskId[];
  readonly unmet: readonly TaskId[];
}

export interface Pick<T> {
  readonly task: T | undefined;
  /** One sentence: why this task, or why none. */
  readonly why: string;
}

/**
 * Which task to launch now: what was begun before what was not, then priority, then what most tasks wait for, then
 * the oldest.
 *
 * @param tasks all tasks, also those that cannot be launched: they tell what a task unblocks.
 */
export function pickNext<T extends Candidate>(tasks: readonly T[]): Pick<T> {
  const open = new Set(tasks.filter((task) => !isFinished(task.status)).map((task) => task.id));
  const waitingFor = (task: T) => task.downstream.filter((id) => open.has(id)).length;
  const better = (a: T, b: T): number =>
    Number(isResumable(b)) - Number(isResumable(a)) ||
    compare(a.priority ?? Number.POSITIVE_INFINITY, b.priority ?? Number.POSITIVE_INFINITY) ||
    waitingFor(b) - waitingFor(a) ||
    compare(a.created ?? lastOfAll, b.created ?? lastOfAll) ||
    compareTaskIds(a.id, b.id);
  const task = tasks
    .filter(isLaunchable)
    .reduce<T | undefined>(
      (best, next) => (best === undefined || better(next, best) < 0 ? next : best),
      undefined,
    );
  return task === undefined ? { task, why: whyNone(tasks) } : { task, why: whyThis(task, waitingFor(task)) };
}

/** Sorts after every date. */
const lastOfAll = '\uffff';

function isResumable(task: Candidate): boolean {
  return task.badges.includes('resumable');
}

/** Ready; or left behind in the middle by a session that is gone. A broken file would refuse what an agent writes. */
function isLaunchable({ status, badges, unmet }: Candidate): boolean {
  if (badges.includes('broken')) return false;
  if (badges.includes('ready')) return true;
  const leftBehind = status === 'in_progress' || status === 'acknowledged';
  return leftBehind && badges.includes('resumable') && unmet.length === 0 && !badges.includes('cyclic');
}

function whyThis(task: Candidate, waiting: number): string {
  const reasons: string[] = [];
  if (task.priority !== undefined) reasons.push(`it has priority ${task.priority}`);
  if (waiting > 0) reasons.push(waiting === 1 ? '1 task waits for it' : `${waiting} tasks wait for it`);
  const opening = isResumable(task)
    ? `#${task.id} was interrupted after ${task.sessions === 1 ? '1 session' : `${task.sessions} sessions`}`
    : `#${task.id} is ready`;
  return `${[opening, ...reasons].join(', ')}.`.replace(/, ([^,]*)\.$/, ' and $1.');
}

function whyNone(tasks: readonly Candidate[]): string {
  if (tasks.length === 0) return 'There are no tasks yet.';
  const groups: readonly (readonly [string, number])[] = [
    ['running', count(tasks, ({ badges }) => badges.includes('running'))],
    ['waiting for upstream tasks', count(tasks, ({ badges }) => badges.includes('waiting'))],
    ['blocked', count(tasks, ({ status }) => status === 'blocked')],
    ['waiting for an answer', count(tasks, ({ status }) => status === 'needs_input')],
    ['in a circle', count(tasks, ({ badges }) => badges.includes('cyclic'))],
    ['broken', count(tasks, ({ badges }) => badges.includes('broken'))],
  ];
  const held = groups.filter(([, number]) => number > 0).map(([what, number]) => `${number} ${what}`);
  if (held.length > 0) return `No task is ready: ${held.join(', ')}.`;
  return tasks.every(({ status }) => isFinished(status)) ? 'All tasks are finished.' : 'No task is ready.';
}

function count<T>(items: readonly T[], fits: (item: T) => boolean): number {
  return items.reduce((sum, item) => sum + Number(fits(item)), 0);
}

function compare<T extends number | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
