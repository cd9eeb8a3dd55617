/** Items from the journal: decisions, corrections and what else people and agents want remembered. */
import type { MemoryInput, Provenance } from '../model/memory';
import type { Note } from '../model/note';
import type { Hasher } from '../ports';
import { makeItems } from './make-items';
import { memoryId } from './memory-id';

export type StandingNote = Note & {
  /** The note that replaced it. */
  readonly supersededBy: number | undefined;
};

const provenance: Readonly<Record<Note['actor'], Provenance>> = {
  person: 'person',
  editor: 'person',
  agent: 'agent',
  tool: 'tool',
};

/**
 * @param path of the journal, from the workspace folder
 * @param sessionNumber of a session's id; undefined where it is not known any more
 */
export function noteItems(
  hasher: Hasher,
  notes: readonly StandingNote[],
  path: string,
  sessionNumber: (session: string) => number | undefined,
): readonly MemoryInput[] {
  const byId = new Map(notes.map((note) => [note.id, note]));
  return notes.flatMap((note) => {
    const newer = note.supersededBy === undefined ? undefined : byId.get(note.supersededBy);
    return makeItems(hasher, {
      about: aboutNote(note),
      kind: 'note',
      detail: note.kind,
      task: note.task,
      session: note.session === null ? null : (sessionNumber(note.session) ?? null),
      provenance: provenance[note.actor],
      at: note.at,
      text: note.text.replace(/\r\n?/g, '\n'),
      source: { path, anchor: String(note.id) },
      supersededBy: newer === undefined ? null : memoryId(hasher, ...aboutNote(newer)),
    });
  });
}

/** With its time: where a journal was lost and begun anew, a number means another note. */
function aboutNote({ id, at }: Note): readonly (string | number)[] {
  return ['note', id, at];
}
