/** `baton unblock` and `baton answer`: back to work; what held the task up goes out of its file. */
import { BatonError } from '../base/baton-error';
import { maxNoteLength } from '../model/note';
import { addNote } from './add-note';
import { requireTrigger, surroundings } from './apply-trigger';
import { asItStands } from './as-it-stands';
import { changeStatus } from './change-status';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

export function unblockTask(workspace: BatonWorkspace, id: string): Promise<TaskView> {
  return changeStatus(workspace, id, 'unblock');
}

/**
 * The answer is kept as a decision of the task, so that the next packet carries it. Throws `invalid_input` for one that is
 * empty or too long for a note, `transition_refused`, and what the journal throws; then the question still stands.
 */
export async function answerInput(workspace: BatonWorkspace, id: string, answer: string): Promise<TaskView> {
  if (answer.trim() === '') throw new BatonError('invalid_input', 'The answer is empty');
  const task = asTaskId(id);
  const { document } = await asItStands(workspace, task);
  requireTrigger({ document }, await surroundings(workspace, task), 'answer');
  const text = withQuestion(answer, document.tracking?.question);
  // Before the question goes out of the file: an answer that cannot be kept must not take it along.
  await addNote(workspace, { kind: 'decision', text, task: id });
  return changeStatus(workspace, id, 'answer', { reason: answer });
}

/** The answer whole, the question as far as a note has room for both. */
function withQuestion(answer: string, question: string | undefined): string {
  const said = ` Answer: ${answer}`;
  const room = maxNoteLength - said.length;
  if (question === undefined || room < 2) return answer;
  if (question.length <= room) return question + said;
  return `${question.slice(0, room - 1).replace(/\p{Cs}$/u, '')}…${said}`;
}
