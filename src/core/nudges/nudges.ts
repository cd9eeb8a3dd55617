/**
 * What is worth telling a person, from facts alone: each with the one action that deals with it. Whether it is told, and
 * by which window, is for the ledger to say. Source: requirements 001-61 … 001-64; issue 5.
 */
import { contentHash } from '../base/content-hash';
import { type Candidate, pickNext } from '../lifecycle/derive';
import { type NudgeKind, nudgeKinds } from '../model/nudge';
import type { QueueEntry } from '../model/queue';
import type { Session } from '../model/session';
import type { TaskId, Tracking } from '../model/task';

/** What one click does. */
export type NudgeAction =
  | 'answer'
  | 'unblock'
  | 'resume'
  | 'refreshInputs'
  | 'openTask'
  | 'turnOnAutoResume'
  | 'showQueue'
  | 'showTerminal'
  | 'stop'
  | 'launch';

export interface Nudge {
  readonly kind: NudgeKind;
  /** Stays the same for as long as the fact does; another fact of the same kind has another one. */
  readonly key: string;
  readonly task: TaskId;
  readonly title: string;
  /** The fact in somebody's own words: why it is blocked, what is asked, what went wrong. */
  readonly detail?: string;
  /** UTC: when it is over by itself, where that is known. */
  readonly until?: string;
  /** The queue entry it is about. */
  readonly entry?: string;
  readonly action: NudgeAction;
}

/** What is looked at of a task; a task view fits. */
export interface NudgeTask extends Candidate {
  readonly title: string;
  readonly tracking?: Tracking;
  readonly staleReasons: readonly string[];
}

/** What is looked at of a session; a session view fits. */
export interface NudgeSession {
  readonly session: Session;
  readonly hooksInactive: boolean;
  readonly longRunning: boolean;
}

export interface NudgeFacts {
  readonly tasks: readonly NudgeTask[];
  readonly sessions: readonly NudgeSession[];
  readonly entries: readonly QueueEntry[];
  /** For tasks with stale inputs: a text that changes with every further change of what they are made from. */
  readonly inputNews: ReadonlyMap<TaskId, string>;
  /** The person lets Baton resume by itself. */
  readonly autoResume: boolean;
}

/** A ready task is worth a word when nobody has worked for so long, and stops being news after a day. Milliseconds. */
const idleAfterMs = 30 * 60_000;
const idleNewsMs = 24 * 60 * 60_000;

/** The most urgent first, of one kind in the order of the tasks. */
export function nudgesOf(facts: NudgeFacts, now: Date): readonly Nudge[] {
  const found = [
    ...facts.tasks.flatMap((task) => taskNudges(task, facts)),
    ...entryNudges(facts, now),
    ...sessionNudges(facts),
    ...idleNudge(facts, now),
  ];
  return found.sort((a, b) => nudgeKinds.indexOf(a.kind) - nudgeKinds.indexOf(b.kind));
}

function taskNudges(task: NudgeTask, { inputNews }: NudgeFacts): readonly Nudge[] {
  const found: Nudge[] = [];
  const { question, blockedReason } = task.tracking ?? {};
  if (task.status === 'needs_input') found.push(nudge('needs_input', task, heldUp(task, question), 'answer'));
  if (task.status === 'blocked') found.push(nudge('blocked', task, heldUp(task, blockedReason), 'unblock'));
  const news = inputNews.get(task.id);
  if (news !== undefined && task.staleReasons.includes('inputs'))
    found.push(nudge('stale_inputs', task, { fact: news }, 'refreshInputs'));
  if (task.badges.includes('undocumented'))
    found.push(nudge('undocumented', task, { fact: String(task.sessions) }, 'openTask'));
  return found;
}

/** Held up again after another session, or for another reason, is another fact. */
function heldUp({ sessions }: NudgeTask, words: string | undefined): Particulars {
  const fact = `${sessions}:${contentHash(words ?? '')}`;
  return words === undefined ? { fact } : { fact, detail: words };
}

interface Particulars extends Pick<Nudge, 'detail' | 'until' | 'entry'> {
  /** What tells this fact from others of the kind about the task. */
  readonly fact: string;
}

function nudge(
  kind: NudgeKind,
  { id, title }: Pick<NudgeTask, 'id' | 'title'>,
  { fact, ...more }: Particulars,
  action: NudgeAction,
): Nudge {
  return { kind, key: `${kind}:${id}:${fact}`, task: id, title, ...more, action };
}

function entryNudges({ entries, tasks, autoResume }: NudgeFacts, now: Date): readonly Nudge[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return entries.flatMap((entry) => {
    const task = entry.taskId === null ? undefined : byId.get(entry.taskId);
    if (task === undefined) return [];
    if (entry.deadAt !== null) {
      const words = entry.lastError === null ? {} : { detail: entry.lastError };
      const fact = `${entry.id}:${entry.deadAt}`;
      return [nudge('failed_resume', task, { fact, entry: entry.id, ...words }, 'resume')];
    }
    const { notBefore } = entry;
    if (entry.reason !== 'usage_limit' || notBefore === null || Date.parse(notBefore) <= now.getTime())
      return [];
    const limit = { fact: `${entry.id}:${notBefore}`, entry: entry.id, until: notBefore };
    return [nudge('usage_limit', task, limit, autoResume ? 'showQueue' : 'turnOnAutoResume')];
  });
}

function sessionNudges({ sessions, tasks }: NudgeFacts): readonly Nudge[] {
  return sessions.flatMap(({ session, hooksInactive, longRunning }) => {
    if (!hooksInactive && !longRunning) return [];
    const task = tasks.find(({ id }) => id === session.task);
    if (task === undefined) return [];
    const fact = { fact: session.id };
    return [
      ...(longRunning ? [nudge('long_running', task, fact, 'stop')] : []),
      ...(hooksInactive ? [nudge('hooks_inactive', task, fact, 'showTerminal')] : []),
    ];
  });
}

/** Only the best of the ready tasks, and only while nobody works: a busy person knows. */
function idleNudge(facts: NudgeFacts, now: Date): readonly Nudge[] {
  const idle = idleTask(facts);
  if (idle === undefined) return [];
  const ms = now.getTime() - idle.since;
  return ms >= idleAfterMs && ms < idleNewsMs ? [nudge('ready_idle', idle.task, { fact: '' }, 'launch')] : [];
}

/** When time alone brings a nudge, a UTC time; undefined for not before something changes. */
export function nextNudge(facts: NudgeFacts, now: Date): string | undefined {
  const idle = idleTask(facts);
  if (idle === undefined || idle.since + idleAfterMs <= now.getTime()) return undefined;
  return new Date(idle.since + idleAfterMs).toISOString();
}

/** The task to work on next while nobody works on anything, and since when nothing has happened; a UTC time in ms. */
function idleTask({ tasks, sessions, entries }: NudgeFacts) {
  if (sessions.some(({ session }) => session.end === null) || entries.length > 0) return undefined;
  const { task } = pickNext(tasks);
  if (task === undefined || !task.badges.includes('ready') || task.badges.includes('resumable'))
    return undefined;
  return { task, since: lastDeed(task, tasks, sessions) };
}

/** When anything last happened that bears on the task: it was made, an upstream task was done, a session ended. */
function lastDeed(task: NudgeTask, tasks: readonly NudgeTask[], sessions: NudgeFacts['sessions']): number {
  const done = tasks.flatMap(({ tracking }) => tracking?.completed ?? []);
  const ended = sessions.flatMap(({ session }) => session.end?.at ?? []);
  const times = [task.created, ...done, ...ended].map((at) => (at === undefined ? 0 : Date.parse(at)));
  return times.reduce((last, at) => (at > last ? at : last), 0);
}
