/** The queue as people see it, and what they ask of it. */
import { BatonError } from '../base/baton-error';
import type { EntryState, QueueEntry } from '../model/queue';
import type { TaskId } from '../model/task';
import { dueAt, entryState } from '../queue/entry-state';
import type { Added } from '../queue/resume-queue';
import { liveSessions, queueOf } from './queue-of';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export interface QueueEntryView {
  readonly entry: QueueEntry;
  readonly state: EntryState;
  /** Until when it waits, UTC; undefined when it does not wait for a time. */
  readonly waitsUntil: string | undefined;
}

export interface QueueView {
  /** In the order of their turn. */
  readonly entries: readonly QueueEntryView[];
  /** What is wrong with the file, in words. */
  readonly problem: string | undefined;
}

export async function viewQueue(workspace: BatonWorkspace): Promise<QueueView> {
  const [{ entries, problem }, live] = await Promise.all([
    queueOf(workspace).list(),
    liveSessions(workspace),
  ]);
  const now = workspace.ports.clock.now();
  const views = entries.map((entry) => {
    const state = entryState(entry, now, live);
    const waitsUntil = state === 'waiting' ? new Date(dueAt(entry)).toISOString() : undefined;
    return { entry, state, waitsUntil };
  });
  return { entries: views, problem };
}

export interface QueueRequest {
  /** Undefined for an entry that only holds a prompt. */
  readonly task: string | undefined;
  readonly prompt: string | undefined;
  /** 1 is the most urgent; the task's own unless given. */
  readonly priority: number | undefined;
}

/**
 * A person queues a task, or a prompt that is never started by itself. Throws `not_found`, `guard_failed` when the task
 * is done, `invalid_input`.
 */
export async function addToQueue(workspace: BatonWorkspace, wanted: QueueRequest): Promise<Added> {
  const { task, prompt, priority } = wanted;
  const of = task === undefined ? undefined : await requireOpen(workspace, asTaskId(task));
  return queueOf(workspace).add({
    taskId: of?.id ?? null,
    prompt: prompt ?? (of === undefined ? '' : `Resume #${of.id}: ${of.title}`),
    priority: priority ?? of?.priority,
    reason: 'manual',
    source: 'manual',
  });
}

async function requireOpen({ store }: BatonWorkspace, task: TaskId) {
  const { id, outline } = await store.find(task);
  const { status, title, priority } = outline;
  if (status === 'completed' || status === 'cancelled') {
    throw new BatonError('guard_failed', `#${id} is ${status}: there is nothing to resume`, {
      hint: 'Reopen the task first.',
    });
  }
  const fits = priority !== undefined && Number.isInteger(priority) && priority >= 0 && priority <= 1000;
  return { id, title, priority: fits ? priority : undefined };
}
