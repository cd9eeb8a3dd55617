/** A change-log record's who and what, from the workspace's own actor. */
import type { TaskChange } from '../store/task-record';
import type { BatonWorkspace } from './workspace';

export function changeBy(
  workspace: BatonWorkspace,
  type: string,
  now: unknown,
  before?: unknown,
): TaskChange {
  const { actor, session } = workspace.acting;
  return {
    type,
    actor,
    new: now,
    ...(before === undefined ? {} : { old: before }),
    ...(session === undefined ? {} : { session }),
  };
}
