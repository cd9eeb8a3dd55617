/** Keeps the queue true without being asked: what ended comes in, what is done goes out. Requirements 002-1, 002-21. */
import { isBatonError } from '../base/baton-error';
import type { QueueEntry, QueueReason } from '../model/queue';
import type { Session, SessionEnd } from '../model/session';
import type { Status } from '../model/status';
import type { TaskId } from '../model/task';
import { describeExit } from '../sessions/describe-exit';
import { ownAct } from './own-act';
import { queueOf } from './queue-of';
import type { BatonWorkspace } from './workspace';

/** A provider's limit that ended a session; `until` is a UTC time, null where it does not tell. */
export interface LimitSeen {
  readonly until: string | null;
}

/**
 * A session has ended: its task is queued unless it is done, waits for a person, or a person ended it. To be called
 * before the task is released, so that a crash between the two queues it again rather than never; may be called again.
 * Sessions that a person started by hand are not queued, since Baton does not restart them.
 *
 * Throws what the queue throws: then the task is not released, and the next sweep tries both again. A queue that is full
 * is told in the log, since trying again would not help.
 */
export async function enqueueEnded(
  calling: BatonWorkspace,
  session: Session,
  limit?: LimitSeen,
): Promise<QueueEntry | undefined> {
  const { end, task, origin } = session;
  if (end === null || origin !== 'managed') return undefined;
  const workspace = ownAct(calling);
  try {
    const { status, title, priority } = (await workspace.store.find(task)).outline;
    const reason = isResumable(status) ? reasonOf(end, limit) : undefined;
    return await queueOf(workspace).ended({
      task,
      session: session.id,
      prompt: `Resume #${task}: ${title}`,
      priority: priority === undefined || !isPriority(priority) ? undefined : priority,
      reason,
      error: limit === undefined ? describe(session, end) : 'The usage limit was reached',
      limit,
      waitMs:
        reason === 'exit' && session.mode === 'interactive'
          ? workspace.config.autoResume.backoffSeconds * 1000
          : 0,
      first: !end.released,
    });
  } catch (error) {
    if (!isBatonError(error, 'too_large')) throw error;
    workspace.ports.log.warn(`#${task} was not queued: ${error.message}`);
    return undefined;
  }
}

/** The task is completed or cancelled, by whomever: there is nothing left to resume. Never fails what completed it. */
export async function ackDone(calling: BatonWorkspace, task: TaskId): Promise<void> {
  const workspace = ownAct(calling);
  try {
    await queueOf(workspace).ackTask(task);
  } catch (error) {
    workspace.ports.log.warn(`#${task} is done and still queued: ${String(error)}`);
  }
}

/**
 * Takes out what was completed or cancelled without Baton being told, as by a hand edit of the file. For the tick.
 *
 * @returns the tasks that were taken out
 */
export async function dropDone(calling: BatonWorkspace): Promise<readonly TaskId[]> {
  const workspace = ownAct(calling);
  const dropped: TaskId[] = [];
  for (const { taskId } of (await queueOf(workspace).list()).entries) {
    if (taskId === null || dropped.includes(taskId) || !(await isDone(workspace, taskId))) continue;
    await ackDone(workspace, taskId);
    dropped.push(taskId);
  }
  return dropped;
}

async function isDone({ store }: BatonWorkspace, task: TaskId): Promise<boolean> {
  try {
    const { status } = (store.get(task) ?? (await store.find(task))).outline;
    return status === 'completed' || status === 'cancelled';
  } catch (error) {
    // Perhaps only moved, or on another branch: a person may want it back.
    if (isBatonError(error, 'not_found') || isBatonError(error, 'duplicate_id')) return false;
    throw error;
  }
}

/** Undefined when a person wanted the end: then nobody wants it resumed. */
function reasonOf(
  { reason, intended, exitCode, signal }: SessionEnd,
  limit: LimitSeen | undefined,
): QueueReason | undefined {
  if (reason === 'user') return undefined;
  if (limit !== undefined) return 'usage_limit';
  if (reason === 'vanished' || reason === 'shutdown' || reason === 'extension') return 'interrupted';
  if (!intended) return 'crash';
  return signal === 'SIGINT' || exitCode === interrupted ? undefined : 'exit';
}

/** What a shell answers for a program that a person interrupted. */
const interrupted = 130;

/** What is blocked or waits for an answer needs a person first, and is told as that. */
function isResumable(status: Status): boolean {
  return status === 'pending' || status === 'acknowledged' || status === 'in_progress';
}

function isPriority(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 1000;
}

function describe({ startedAt }: Session, { at, exitCode, signal, reason, finalEvent }: SessionEnd): string {
  const durationMs = Math.max(0, Date.parse(at) - Date.parse(startedAt));
  return describeExit({ exitCode, signal, reason, finalEvent, durationMs });
}
