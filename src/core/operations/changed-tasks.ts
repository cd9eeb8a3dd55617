/** Tasks of which something new may be remembered. */
import type { TaskId } from '../model/task';
import type { TaskRecord } from '../store/task-record';
import type { BatonWorkspace } from './workspace';

/** The clock of a disk elsewhere may be late by so much; what is later still is found by the daily look. */
const overlapMs = 10_000;

/**
 * Tasks whose file, sessions or notes have changed since, as the store was last refreshed. Without a time: all open tasks
 * that anybody has worked on or noted something about.
 *
 * @param since UTC
 */
export async function changedTasks(
  workspace: BatonWorkspace,
  since: string | null,
): Promise<readonly TaskId[]> {
  const { store, sessions, journal } = workspace;
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since) - overlapMs;
  const isNew = (at: string) => Date.parse(at) >= from;
  const notes = (await journal.notes()).filter(({ at }) => isNew(at));
  const ran = (await sessions.list()).filter(({ startedAt, end }) => isNew(end?.at ?? startedAt));
  const named = new Set([...notes, ...ran].map(({ task }) => task));
  const isChanged = (record: TaskRecord) =>
    named.has(record.id) ||
    (since === null ? record.outline.sessions.lastNumber > 0 : record.mtimeMs >= from);
  return store
    .tasks()
    .filter((record) => isChanged(record) && (since !== null || isOpen(record)))
    .map(({ id }) => id);
}

function isOpen({ outline: { status } }: TaskRecord): boolean {
  return status !== 'completed' && status !== 'cancelled';
}
