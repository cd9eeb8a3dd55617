/**
 * What the memory manager keeps between two runs, in `memory/memory-manager.json`. Can be lost: every task is then looked at
 * once. Untrusted input, since it lies where everybody may write.
 */
import * as z from 'zod/mini';
import { isTaskId, type TaskId } from './task';

const utc = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/));

export const managerStateSchema = z.object({
  v: z.literal(1),
  /** What the last tick found of the files that memory is made from, as a fingerprint. */
  sources: z._default(z.nullable(z.string().check(z.maxLength(64))), null),
  /** When tasks were last looked through for changes; null before the first time. */
  lookedAt: z._default(z.nullable(utc), null),
  /** When all of them were, and what is no longer needed was deleted. */
  dailyAt: z._default(z.nullable(utc), null),
  /** A task of which something is at hand: where the store knows nothing of that, it was made anew. */
  witness: z._default(z.nullable(z.custom<TaskId>(isTaskId)), null),
  /** Tasks that are to be looked at still. */
  tasks: z._default(z.array(z.custom<TaskId>(isTaskId)), []),
});
export type ManagerState = z.infer<typeof managerStateSchema>;

export const emptyManagerState: ManagerState = managerStateSchema.parse({ v: 1 });
