/** What goes on by itself in one folder, as surfaces show it: the queue, what the person allows, what is suggested. */
import type { BackgroundChoice } from '../../core/model/background';
import type { DeferReason, EntryState, QueueEntry } from '../../core/model/queue';
import type { TaskId } from '../../core/model/task';
import type { Nudge } from '../../core/nudges/nudges';
import type { Draft } from '../../core/nudges/suggest';

export interface QueuedEntry {
  readonly entry: QueueEntry;
  readonly state: EntryState;
}

export interface FolderBackground {
  readonly choice: BackgroundChoice;
  /** In the order of their turn. */
  readonly queue: readonly QueuedEntry[];
  /** Why what is due is not started now, where that is known. */
  readonly waitsFor?: DeferReason | undefined;
  /** What is wrong with the queue's file, in words. */
  readonly queueProblem: string | undefined;
  /** What holds now, told or not. */
  readonly nudges: readonly Nudge[];
  /** When time alone brings another one, a UTC time. */
  readonly nextNudgeAt?: string | undefined;
  readonly drafts: readonly Draft[];
}

/** Whether Baton resumes by itself now: turned on, and not paused. */
export function isResuming({ choice }: Pick<FolderBackground, 'choice'>): boolean {
  return choice.autoResume && choice.pausedAt === null;
}

/** The same for one entry: its task may be held. */
export function mayComeBack(
  { choice }: Pick<FolderBackground, 'choice'>,
  { taskId }: Pick<QueueEntry, 'taskId'>,
): boolean {
  return isResuming({ choice }) && (taskId === null || choice.held?.includes(taskId) !== true);
}

/** Whether the entry is resumed without anybody doing anything. */
export function comesBack(background: FolderBackground, { entry, state }: QueuedEntry): boolean {
  return mayComeBack(background, entry) && state !== 'dead' && background.waitsFor !== 'no_economy_profile';
}

/** Entries by their task, the one whose turn is first where somebody has copied one by hand. */
export function queuedByTask(
  background: Pick<FolderBackground, 'queue'> | undefined,
): ReadonlyMap<TaskId, QueuedEntry> {
  const byTask = new Map<TaskId, QueuedEntry>();
  for (const queued of background?.queue ?? []) {
    const { taskId } = queued.entry;
    if (taskId !== null && !byTask.has(taskId)) byTask.set(taskId, queued);
  }
  return byTask;
}

/** The entry of one task; there is one at most unless somebody copied it by hand. */
export function queuedOf(background: FolderBackground | undefined, task: TaskId): QueuedEntry | undefined {
  return background?.queue.find(({ entry }) => entry.taskId === task);
}

/** When the entry may be started at the earliest, UTC; undefined when that is any time. */
export function startsAt({ nextRetryAt, notBefore }: QueueEntry): string | undefined {
  const times = [nextRetryAt, notBefore].filter((time) => time !== null);
  return times.reduce<string | undefined>(
    (latest, time) => (latest === undefined || Date.parse(time) > Date.parse(latest) ? time : latest),
    undefined,
  );
}
