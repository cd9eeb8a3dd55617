/** `baton unblock` and `baton answer`: back to work; what held the task up goes out of its file. */
import { BatonError } from '../base/baton-error';
import { addNote } from './add-note';
import { changeStatus } from './change-status';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

export function unblockTask(workspace: BatonWorkspace, id: string): Promise<TaskView> {
  return changeStatus(workspace, id, 'unblock');
}

/** The answer is kept as a decision of the task, so that the next packet carries it. Throws `invalid_input`. */
export async function answerInput(workspace: BatonWorkspace, id: string, answer: string): Promise<TaskView> {
  if (answer.trim() === '') throw new BatonError('invalid_input', 'The answer is empty');
  const { document } = await workspace.store.read(asTaskId(id));
  const task = await changeStatus(workspace, id, 'answer', { reason: answer });
  const question = document.tracking?.question;
  const text = question === undefined ? answer : `${question} Answer: ${answer}`;
  await addNote(workspace, { kind: 'decision', text, task: id });
  return task;
}
