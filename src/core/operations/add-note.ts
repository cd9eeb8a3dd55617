/** `baton note`: something worth keeping, in the words of a person or an agent; and `baton note list`. */
import { concerns, type JudgedNote, judgeNotes } from '../journal/notes';
import type { Note, NoteKind } from '../model/note';
import type { TaskId } from '../model/task';
import { asTaskId } from './task-id';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface NoteInput {
  readonly kind: NoteKind;
  readonly text: string;
  /** The task of the session that speaks, unless given; none for a caller without a session. */
  readonly task?: string | undefined;
  /** The note that this one replaces. */
  readonly supersedes?: number | undefined;
}

/** Throws `invalid_input`, `not_found` (no such task or note), `conflict` (superseded already). */
export async function addNote(workspace: BatonWorkspace, input: NoteInput): Promise<Note> {
  const { actor, session } = workspace.acting;
  return workspace.journal.add({
    kind: input.kind,
    text: input.text,
    task: await taskOf(workspace, input),
    session: session ?? null,
    actor,
    at: timestamp(workspace),
    supersedes: input.supersedes,
  });
}

async function taskOf(workspace: BatonWorkspace, input: NoteInput): Promise<TaskId | null> {
  if (input.task !== undefined) return (await workspace.store.find(asTaskId(input.task))).id;
  const { session } = workspace.acting;
  // A superseding note stays with the task of the one it replaces.
  if (session === undefined || input.supersedes !== undefined) return null;
  return (await workspace.sessions.get(session))?.task ?? null;
}

export interface NoteFilter {
  /** Notes about this task and those about the whole workspace folder. */
  readonly task?: string | undefined;
  readonly kind?: NoteKind | undefined;
  /** Superseded ones as well. */
  readonly all?: boolean | undefined;
}

/** By id. */
export async function listNotes(
  workspace: BatonWorkspace,
  filter: NoteFilter = {},
): Promise<readonly JudgedNote[]> {
  const task = filter.task === undefined ? undefined : asTaskId(filter.task);
  return judgeNotes(await workspace.journal.notes()).filter(
    (note) =>
      (filter.all === true || note.supersededBy === undefined) &&
      (filter.kind === undefined || note.kind === filter.kind) &&
      (task === undefined || concerns(note, task)),
  );
}
