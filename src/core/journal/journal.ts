/** The journal of a workspace folder: notes in `.baton/memory/journal.jsonl`, only ever added to. */
import { BatonError } from '../base/baton-error';
import { maxNoteLength, type Note } from '../model/note';
import type { Logger } from '../ports';
import type { ManagedFile } from '../store/managed-file';
import { judgeNotes, noteLine, readNotes } from './notes';

export type NewNote = Omit<Note, 'v' | 'id' | 'supersedes'> & { readonly supersedes?: number | undefined };

export class Journal {
  readonly #file: ManagedFile;
  readonly #log: Logger;

  /** Does no I/O. */
  constructor(file: ManagedFile, log: Logger) {
    this.#file = file;
    this.#log = log;
  }

  /** By id. Lines that are no notes are left out and logged. */
  async notes(): Promise<readonly Note[]> {
    const { notes, damaged } = readNotes(await this.#file.read());
    if (damaged.length > 0) this.#log.warn(`The journal has lines that are no notes: ${damaged.join(', ')}`);
    return notes;
  }

  /**
   * Adds a note; one that supersedes another and names no task is about the same task. Throws `invalid_input` for an
   * empty or overlong text, `not_found` when the superseded note does not exist, `conflict` when it has been superseded
   * already, and what `ManagedFile.update` throws.
   */
  async add(note: NewNote): Promise<Note> {
    const text = note.text.trim();
    if (text === '') throw new BatonError('invalid_input', 'The note is empty');
    if (text.length > maxNoteLength) {
      throw new BatonError('invalid_input', `The note is longer than ${maxNoteLength} characters`, {
        hint: 'Put the detail into a file and name it in the note.',
      });
    }
    let made: Note | undefined;
    await this.#file.update((before) => {
      const { notes } = readNotes(before);
      const old = note.supersedes === undefined ? undefined : requireCurrent(notes, note.supersedes);
      const added: Note = {
        v: 1,
        id: notes.reduce((most, { id }) => Math.max(most, id), 0) + 1,
        kind: note.kind,
        text,
        task: note.task ?? old?.task ?? null,
        session: note.session,
        actor: note.actor,
        at: note.at,
        supersedes: old?.id ?? null,
      };
      made = added;
      // A last line without its end is a stranger's; the new one must not be glued to it.
      const gap = before === '' || before.endsWith('\n') ? '' : '\n';
      return {
        change: {
          type: 'note.add',
          actor: note.actor,
          ...(note.session === null ? {} : { session: note.session }),
          ...(added.task === null ? {} : { task: added.task }),
          ...(old === undefined ? {} : { old: { id: old.id, kind: old.kind, text: old.text } }),
          new: { id: added.id, kind: added.kind, text },
        },
        edits: [{ start: before.length, end: before.length, text: `${gap}${noteLine(added)}` }],
      };
    });
    if (made === undefined) throw new Error('The journal was updated without deciding on a note');
    return made;
  }
}

function requireCurrent(notes: readonly Note[], id: number): Note {
  const judged = judgeNotes(notes);
  const found = judged.find((note) => note.id === id);
  if (found === undefined) {
    throw new BatonError('not_found', `There is no note ${id}`, {
      hint: 'See `baton note list` for the notes.',
    });
  }
  if (found.supersededBy === undefined) return found;
  let last = found.supersededBy;
  for (const note of judged) if (note.id === last) last = note.supersededBy ?? last;
  throw new BatonError('conflict', `Note ${id} has been superseded already`, {
    hint: `Supersede note ${last}, which holds now.`,
  });
}
