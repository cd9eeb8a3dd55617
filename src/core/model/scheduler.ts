/**
 * What the scheduler keeps on disk: its lease (`memory/task-manager.lock`) and its state (`memory/scheduler.json`).
 * Untrusted input, since both lie where everybody may write. Source: requirement 002-16; issue 5.
 */
import * as z from 'zod/mini';

const utc = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/));
const fence = z.int().check(z.minimum(0));

export const leaseRecordSchema = z.object({
  v: z.literal(1),
  /** Of the holder, unique for every holder; null when the lease was given back. */
  token: z.nullable(z.string().check(z.minLength(1), z.maxLength(64))),
  /** Grows with every change of hands. */
  fence,
  pid: z.int(),
  start: z.string(),
  scope: z.string(),
  at: utc,
  until: utc,
});
export type LeaseRecord = z.infer<typeof leaseRecordSchema>;

/** Work that Baton does itself, without an agent. Source: requirement 000-42. */
export const jobKinds = ['velocity', 'recurring', 'cleanup', 'health', 'research', 'status'] as const;
export type JobKind = (typeof jobKinds)[number];

const jobStateSchema = z.object({
  /** The expression `nextAt` was computed from. */
  cron: z.string(),
  /** Null when the expression names no further moment, or none can be made of it. */
  nextAt: z.nullable(utc),
  /** When it was computed. */
  plannedAt: z._default(z.nullable(utc), null),
  lastRunAt: z._default(z.nullable(utc), null),
  lastOk: z._default(z.nullable(z.boolean()), null),
  /** What the last run found or did, in one line; or why it failed. */
  lastResult: z._default(z.nullable(z.string()), null),
  runs: z._default(z.int(), 0),
  failures: z._default(z.int(), 0),
});
export type JobState = z.infer<typeof jobStateSchema>;

/** Something the scheduler did, or was kept from doing. */
const pastEventSchema = z.object({
  at: utc,
  kind: z.enum(['session', 'claim', 'occurrence', 'job', 'start', 'deferred', 'failed']),
  text: z.string(),
});
export type PastEvent = z.infer<typeof pastEventSchema>;

export const schedulerStateSchema = z.object({
  v: z.literal(1),
  /** Of the lease under which it was written; a smaller one is refused. */
  fence,
  lastTickAt: z._default(z.nullable(utc), null),
  jobs: z._default(z.record(z.string(), jobStateSchema), {}),
  /** The entry whose run was started last, and how often it had been claimed then: it is not started again meanwhile. */
  lastStart: z._default(
    z.nullable(z.object({ entry: z.string(), at: utc, claims: z._default(z.int(), 0) })),
    null,
  ),
  /** Completed tasks whose next occurrence was seen to: it is made once, and not again when a person deletes it. */
  occurrences: z._default(z.array(z.string()), []),
  /** The newest last; bounded. */
  history: z._default(z.array(pastEventSchema), []),
});
export type SchedulerState = z.infer<typeof schedulerStateSchema>;

export const emptySchedulerState: SchedulerState = schedulerStateSchema.parse({ v: 1, fence: 0 });
