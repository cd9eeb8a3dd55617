/** A note of the journal as the command line and the MCP server send it. */
import type { Note } from '../core/model/note';

export function noteShape(note: Note & { readonly supersededBy?: number | undefined }) {
  return {
    id: note.id,
    kind: note.kind,
    text: note.text,
    task: note.task,
    session: note.session,
    actor: note.actor,
    at: note.at,
    supersedes: note.supersedes,
    supersededBy: note.supersededBy ?? null,
  };
}
