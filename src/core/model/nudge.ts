/**
 * `.baton/memory/nudges.json`: which facts were told, what the person does not want to hear of, what was skipped, and
 * which drafts were offered. Untrusted input. Source: requirements 000-44, 001-64, 001-65.
 */
import * as z from 'zod/mini';
import { isTaskId, type TaskId } from './task';

const utc = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/));

/** The most urgent first. */
export const nudgeKinds = [
  'needs_input', // a task waits for an answer
  'blocked', // a task cannot go on
  'failed_resume', // all attempts to resume a task are used up
  'stale_inputs', // an upstream output changed after it was handed on
  'long_running', // an agent in the background goes on and on
  'undocumented', // a session left no entry in the progress log
  'usage_limit', // an agent's provider lets it go on later
  'hooks_inactive', // an agent runs, and its hooks are not heard
  'ready_idle', // a task is ready, and nobody works on anything
] as const;
export type NudgeKind = (typeof nudgeKinds)[number];

const key = z.string().check(z.minLength(1), z.maxLength(400));

/** A fact that was told to somebody, in whichever window. */
const toldSchema = z.object({
  key,
  at: utc,
  /** It held before anybody looked, so it counts as known and nobody was disturbed. */
  silent: z._default(z.boolean(), false),
});
export type Told = z.infer<typeof toldSchema>;

/** A nudge to a running agent that was not sent, and why. */
const skippedSchema = z.object({
  at: utc,
  task: z.custom<TaskId>(isTaskId),
  session: z.string(),
  reason: z.enum(['busy', 'declined', 'gone']),
});
export type Skipped = z.infer<typeof skippedSchema>;

const offeredSchema = z.object({
  key,
  at: utc,
  state: z.enum(['open', 'accepted', 'dismissed']),
  /** The task that came of it. */
  task: z._default(z.nullable(z.custom<TaskId>(isTaskId)), null),
});
export type Offered = z.infer<typeof offeredSchema>;

export const nudgeRecordSchema = z.object({
  v: z.literal(1),
  /** Since when facts are told; null until somebody has looked at them. */
  since: z._default(z.nullable(utc), null),
  told: z._default(z.array(toldSchema), []),
  muted: z._default(z.array(z.enum(nudgeKinds)), []),
  skipped: z._default(z.array(skippedSchema), []),
  offered: z._default(z.array(offeredSchema), []),
});
export type NudgeRecord = z.infer<typeof nudgeRecordSchema>;
export const emptyNudgeRecord: NudgeRecord = nudgeRecordSchema.parse({ v: 1 });
