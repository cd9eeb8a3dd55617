/** `baton progress`: appends an entry to the progress log, under the number of the session that speaks. */
import { BatonError } from '../base/baton-error';
import { appendProgress } from '../markdown/edits/append-progress';
import type { Session } from '../model/session';
import type { TaskDocument, TaskId } from '../model/task';
import { changeBy } from './change-by';
import { asTaskId } from './task-id';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface ProgressInput {
  readonly did: readonly string[];
  readonly issues: readonly string[];
  readonly state: readonly string[];
  readonly next: readonly string[];
  /** The running session of the task, else one more than the last, unless given. */
  readonly session?: number | undefined;
}

/** Throws `invalid_input` when nothing is said, `session_ended` when the caller's session is over. */
export async function recordProgress(
  workspace: BatonWorkspace,
  id: string,
  input: ProgressInput,
): Promise<{ readonly session: number }> {
  const task = asTaskId(id);
  if ([...input.did, ...input.issues, ...input.state, ...input.next].every((line) => line.trim() === '')) {
    throw new BatonError('invalid_input', 'The entry is empty', {
      hint: 'Say at least what was done: --did "…".',
    });
  }
  const speaking = await speakingSession(workspace, task);
  let session = 0;
  await workspace.store.update(
    task,
    () => changeBy(workspace, 'progress.append', { ...input, session }),
    ({ text, document }) => {
      session = input.session ?? speaking?.number ?? nextNumber(document);
      return appendProgress(text, { ...input, session, at: timestamp(workspace) });
    },
  );
  return { session };
}

/**
 * The session this caller works in: the one its environment names, else the one that runs on the task. A caller whose
 * own session has ended must not write into somebody else's (promise R8).
 */
async function speakingSession(workspace: BatonWorkspace, task: TaskId): Promise<Session | undefined> {
  const sessions = await workspace.sessions.forTask(task);
  const own = sessions.find(({ id }) => id === workspace.acting.session);
  if (own?.end) {
    throw new BatonError('session_ended', `Session ${own.number} of #${task} has ended (${own.end.reason})`, {
      hint: 'Another session may have taken over. Start a new session to go on.',
    });
  }
  return own ?? sessions.findLast(({ end }) => end === null);
}

function nextNumber(document: TaskDocument): number {
  return document.sessions.lastNumber + 1;
}
