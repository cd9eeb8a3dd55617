/** A note of the journal: what people and agents want remembered, as against what the change log sees by itself (C13). */
import * as z from 'zod/mini';
import { isTaskId, type TaskId } from './task';

export const noteKinds = ['decision', 'correction', 'error', 'name', 'number', 'note'] as const;
export type NoteKind = (typeof noteKinds)[number];

export function isNoteKind(value: unknown): value is NoteKind {
  return noteKinds.some((kind) => kind === value);
}

export const maxNoteLength = 4000;

/** One line of the journal's file. */
export const noteSchema = z.object({
  v: z.literal(1),
  /** 1, 2, 3 … within the workspace folder. */
  id: z.int().check(z.minimum(1)),
  kind: z.enum(noteKinds),
  text: z.string().check(z.minLength(1), z.maxLength(maxNoteLength)),
  /** Null for a note about the whole workspace folder. */
  task: z.nullable(z.custom<TaskId>(isTaskId)),
  session: z.nullable(z.string()),
  actor: z.enum(['person', 'agent', 'editor', 'tool']),
  /** UTC. */
  at: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/)),
  /** The note that this one replaces; always an earlier one. */
  supersedes: z.nullable(z.int().check(z.minimum(1))),
});

export type Note = z.infer<typeof noteSchema>;
