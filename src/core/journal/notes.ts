/** The journal's text as notes, and which of them hold now. Source: resolution C13; requirements 000-17 … 000-22. */
import { type Note, noteSchema } from '../model/note';
import type { TaskId } from '../model/task';

export interface ReadNotes {
  /** In the order of their ids. */
  readonly notes: readonly Note[];
  /** Lines that are no notes, one-based; they are kept in the file and left out here. */
  readonly damaged: readonly number[];
}

export interface JudgedNote extends Note {
  /** The note that replaced it; undefined while it holds. */
  readonly supersededBy: number | undefined;
}

/** Never throws. A line whose id has come before is damaged: an id means one note. */
export function readNotes(text: string): ReadNotes {
  const notes = new Map<number, Note>();
  const damaged: number[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const note = parseNote(line);
    if (note === undefined || notes.has(note.id)) damaged.push(index + 1);
    else notes.set(note.id, note);
  }
  return { notes: [...notes.values()].sort((a, b) => a.id - b.id), damaged };
}

export function noteLine(note: Note): string {
  return `${JSON.stringify(note)}\n`;
}

/**
 * Every note with what replaced it.
 *
 * **Invariant:** a superseded note is never current, through whatever chain it was superseded.
 *
 * A note only ever replaces an earlier one; a line that says otherwise, which no Baton writes, replaces nothing, so that
 * notes in a circle do not extinguish each other.
 */
export function judgeNotes(notes: readonly Note[]): readonly JudgedNote[] {
  const replaced = new Map<number, number>();
  for (const { id, supersedes } of notes) {
    if (supersedes !== null && supersedes < id && !replaced.has(supersedes)) replaced.set(supersedes, id);
  }
  return notes.map((note) => ({ ...note, supersededBy: replaced.get(note.id) }));
}

export function currentNotes(notes: readonly Note[]): readonly Note[] {
  return judgeNotes(notes).filter(({ supersededBy }) => supersededBy === undefined);
}

/** What holds for work on a task: its own notes and those about the whole workspace folder. */
export function concerns({ task: about }: Pick<Note, 'task'>, task: TaskId): boolean {
  return about === null || about === task;
}

function parseNote(line: string): Note | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = noteSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
