/** Names one task across workspace folders. Tree elements, command links and quick picks carry it. */
import { isTaskId, type TaskId } from '../core/model/task';

export interface TaskRef {
  /** The workspace folder's path, as in BatonWorkspace. */
  readonly root: string;
  readonly task: TaskId;
}

/** Reads a TaskRef out of whatever a command was called with; undefined when it is none. */
export function taskRefOf(value: unknown): TaskRef | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('ref' in value) return taskRefOf(value.ref);
  if (!('root' in value) || !('task' in value)) return undefined;
  const { root, task } = value;
  return typeof root === 'string' && isTaskId(task) ? { root, task } : undefined;
}

export function sameRef(a: TaskRef, b: TaskRef): boolean {
  return a.root === b.root && a.task === b.task;
}
