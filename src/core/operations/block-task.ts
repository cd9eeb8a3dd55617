/** `baton block`: the task cannot go on; its file tells why until it is unblocked. Requirement 000-4. */
import { changeStatus } from './change-status';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** Throws `invalid_input` without a reason, `transition_refused`. */
export function blockTask(workspace: BatonWorkspace, id: string, reason: string): Promise<TaskView> {
  return changeStatus(workspace, id, 'block', { reason });
}

/** The task needs an answer from a person; its file keeps the question until it is answered. */
export function askForInput(workspace: BatonWorkspace, id: string, question: string): Promise<TaskView> {
  return changeStatus(workspace, id, 'needInput', { reason: question });
}
