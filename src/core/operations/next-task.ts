/** `baton task next`: the best task to launch now, and why. */
import { pickNext } from '../lifecycle/derive';
import { takeSnapshot } from './take-snapshot';
import type { Snapshot, TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

export interface NextTask {
  readonly task: TaskView | undefined;
  readonly why: string;
}

export async function nextTask(workspace: BatonWorkspace): Promise<NextTask> {
  return nextIn(await takeSnapshot(workspace));
}

export function nextIn(snapshot: Snapshot): NextTask {
  const { task, why } = pickNext(snapshot.tasks);
  return { task, why };
}
