/** The id of a task that is created without one. */
import { isTaskId, type TaskId } from '../model/task';

/** One more than the highest whole number among the ids; 1 where there is none. */
export function nextFreeId(taken: readonly TaskId[]): TaskId {
  const next = String(Math.max(0, ...taken.map(numberOf)) + 1);
  if (!isTaskId(next)) throw new Error(`${next} is no task id`);
  return next;
}

/** Longer numbers are names: adding one to them would not be exact. */
function numberOf(id: TaskId): number {
  return /^\d{1,15}$/.test(id) ? Number(id) : 0;
}
