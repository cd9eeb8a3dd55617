import { allowedTriggers } from '../lifecycle/transitions';
import type { Trigger } from '../model/status';
import { applyTrigger, type StatusOptions, surroundings } from './apply-trigger';
import { finalizeTask } from './finalize-task';
import { ackDone } from './queue-upkeep';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** Throws `transition_refused` with what is allowed, `guard_failed` with what is missing. */
export async function changeStatus(
  workspace: BatonWorkspace,
  id: string,
  trigger: Trigger,
  options: StatusOptions = {},
): Promise<TaskView> {
  // Completing also feeds the tasks downstream, whoever asks for it and by whichever verb.
  if (trigger === 'complete') return (await finalizeTask(workspace, id, options)).task;
  const task = asTaskId(id);
  const around = await surroundings(workspace, task);
  const view = await applyTrigger(workspace, task, trigger, options, around);
  if (trigger === 'cancel') await ackDone(workspace, task);
  return view;
}

/** Triggers a person may choose now, for menus. */
export function allowedFor(view: TaskView): readonly Trigger[] {
  return allowedTriggers({
    status: view.status,
    criteria: view.criteria,
    features: view.progress.of === 'features' ? view.progress : { passed: 0, total: 0 },
    outputFilled: view.outputFilled,
    unmetUpstream: view.unmet.length,
    liveSession: view.running !== undefined,
    exitObserved: false,
    lease: undefined,
  });
}
