/** `.baton/memory/working-buffer.json`: how far the renderings have read the change log, and what they have kept of it. */
import * as z from 'zod/mini';

export const bufferSections = ['updates', 'time', 'notes'] as const;
export type BufferSection = (typeof bufferSections)[number];

/** One mutation in words. */
export const bufferEntrySchema = z.object({
  /** Of the change-log record it tells. */
  seq: z.int().check(z.minimum(1)),
  /** UTC, of the record. */
  at: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/)),
  section: z.enum(bufferSections),
  text: z.string(),
});
export type BufferEntry = z.infer<typeof bufferEntrySchema>;

export const bufferStateSchema = z.object({
  v: z.literal(1),
  /** Null means the beginning of the change log. */
  position: z.nullable(z.object({ segment: z.string(), offset: z.int(), seq: z.int() })),
  /** Not flushed yet, in the order of the log. */
  entries: z.array(bufferEntrySchema),
  /** The last few of all, flushed or not. */
  recent: z.array(bufferEntrySchema),
  /** Tasks changed last, the latest first. */
  touched: z.array(z.string()),
});
export type BufferState = z.infer<typeof bufferStateSchema>;
