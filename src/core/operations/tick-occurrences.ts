/**
 * The next occurrence of a recurring task is made when Baton completes the task. A task that was completed by hand in its
 * file, or on another machine, has none: the tick makes it. Requirements 000-42, 000-48, 000-59.
 */
import { isBatonError } from '../base/baton-error';
import type { TaskId } from '../model/task';
import type { TaskRecord } from '../store/task-record';
import { createNextOccurrence } from './recurring-task';
import type { BatonWorkspace } from './workspace';

/** Longer than two months, so that a monthly task may be late. */
const forgottenMs = 62 * 86_400_000;

export interface Occurrences {
  readonly created: readonly TaskId[];
  /** Completed occurrences that need no further look, those of `seen` included. */
  readonly seen: readonly string[];
}

/**
 * As of the store's last refresh. An occurrence that was once made is not made again: a person may have deleted it.
 *
 * @param seen what an earlier call answered. Throws what creating throws.
 */
export async function makeOccurrences(
  workspace: BatonWorkspace,
  seen: readonly string[],
): Promise<Occurrences> {
  const records = workspace.store.tasks();
  const known = new Set(seen);
  const now = workspace.ports.clock.now().getTime();
  const isLast = lastOf(records);
  const ended = records.filter((record) => isLast(record) && isRecent(record, now) && !known.has(record.id));
  if (ended.length === 0) return { created: [], seen };
  const made = await madeBefore(workspace);
  const created: TaskId[] = [];
  for (const { id } of ended.filter((record) => !made.has(record.id))) {
    const next = await makeNext(workspace, id);
    if (next !== undefined) created.push(next);
  }
  return { created, seen: [...seen, ...ended.map(({ id }) => id)] };
}

/** A series that ended long ago is not brought back to life: whether it should be, a person decides. */
function isRecent({ outline: { tracking } }: TaskRecord, now: number): boolean {
  const since = Date.parse(tracking?.completed ?? tracking?.nextDue ?? '');
  return Number.isNaN(since) || now - since < forgottenMs;
}

/** What passes by itself: the next tick tries again. */
const passing = ['io_failed', 'locked', 'conflict', 'read_only'] as const;

/** Undefined where it cannot be made: what is wrong with the task is the health check's to tell. Throws what passes. */
async function makeNext(workspace: BatonWorkspace, id: TaskId): Promise<TaskId | undefined> {
  try {
    const { record, document } = await workspace.store.read(id);
    return await createNextOccurrence(workspace, { ...document, id: record.id });
  } catch (error) {
    if (!isBatonError(error) || passing.some((code) => code === error.code)) throw error;
    workspace.ports.log.warn(`The next occurrence of #${id} cannot be made: ${error.message}`);
    return undefined;
  }
}

/** Tells who is completed, recurring, and the last of its series: of those with its id but for the day, or its title. */
function lastOf(all: readonly TaskRecord[]): (record: TaskRecord) => boolean {
  const latest = new Map<string, string>();
  for (const { id, outline } of all) {
    const due = outline.tracking?.nextDue ?? '';
    for (const name of seriesOf(id, outline.title)) {
      if (due > (latest.get(name) ?? '')) latest.set(name, due);
    }
  }
  return ({ id, outline: { tracking, status, title } }) => {
    if (status !== 'completed' || tracking?.recurs === undefined) return false;
    const due = tracking.nextDue ?? '';
    return seriesOf(id, title).every((name) => (latest.get(name) ?? '') <= due);
  };
}

/** The names under which a task stands in its series. */
function seriesOf(id: TaskId, title: string): readonly string[] {
  return [`#${id.replace(/-\d{4}-\d{2}-\d{2}$/, '')}`, ` ${title}`];
}

/** Tasks whose next occurrence is on the change log. Reads all of it: only when a candidate is there. */
async function madeBefore({ store }: BatonWorkspace): Promise<ReadonlySet<string>> {
  const { records, outcomes } = await store.changeLog.read();
  return new Set(
    records.flatMap(({ record }) => {
      const { type, new: now, seq } = record;
      // Announced, and then not made.
      if (outcomes.get(seq) === 'aborted') return [];
      const of = typeof now === 'object' && now !== null && 'of' in now ? now.of : undefined;
      return type === 'task.recur' && typeof of === 'string' ? [of] : [];
    }),
  );
}
