/**
 * The resume queue, `.baton/memory/pending_tasks.json`: what ended before it was done and waits to be resumed. Untrusted
 * input: people and scripts may edit it by hand. Source: requirements 002-1, 002-18, 002-23; product.md section 5.
 */
import * as z from 'zod/mini';
import { isTaskId, type TaskId } from './task';

const utcPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const longestPrompt = 20_000;
const longestError = 2000;
const lowestPriority = 1000;

const utc = z.string().check(z.regex(utcPattern));

export const queueReasons = [
  'exit', // the agent ended by itself before the task was done
  'usage_limit', // its provider lets it go on later
  'crash', // it ended in a way nobody wanted
  'interrupted', // it vanished: a killed window, a power cut
  'manual', // a person put it here
] as const;
export type QueueReason = (typeof queueReasons)[number];

/** Somebody is about to start the entry, or has; until `until` nobody else may. Grows in `rev` with every claim. */
export const claimSchema = z.object({
  by: z.string(),
  until: utc,
  rev: z.int().check(z.minimum(1)),
  /** The session that was started under it, once there is one. */
  session: z._default(z.nullable(z.string()), null),
});
export type Claim = z.infer<typeof claimSchema>;

/**
 * One entry: a superset of the seed's `prompt, priority, added_at, metadata {source, retry_count}`, whose names stay.
 * Fields that are not named here are kept as they are.
 */
export const queueEntrySchema = z.looseObject({
  id: z.string().check(z.regex(idPattern)),
  /** Null for an entry that only holds a prompt: it is shown and never started by itself. */
  taskId: z.nullable(z.custom<TaskId>(isTaskId)),
  prompt: z.string().check(z.maxLength(longestPrompt)),
  /** 1 is the most urgent, as in the seed. */
  priority: z.int().check(z.minimum(0), z.maximum(lowestPriority)),
  added_at: utc,
  reason: z.enum(queueReasons),
  /** Starts that did not lead to an end of the task. */
  attempts: z.int().check(z.minimum(0)),
  nextRetryAt: z.nullable(utc),
  /** The provider's own word on when its limit is over, a guess where it gives none; nothing is tried before. */
  notBefore: z.nullable(utc),
  lastError: z.nullable(z.string().check(z.maxLength(longestError))),
  claim: z.nullable(claimSchema),
  /** How many claims there have been; the `rev` of the next one is one more, so that none is ever given twice. */
  claims: z.int().check(z.minimum(0)),
  /** All attempts are used up: it waits for a person (*Needs attention*). */
  deadAt: z.nullable(utc),
  metadata: z.looseObject({ source: z.string(), retry_count: z.int().check(z.minimum(0)) }),
});
export type QueueEntry = z.infer<typeof queueEntrySchema>;

/**
 * Whether it is an entry as Baton writes it, which nobody has claimed: sooner said than by the schema, and a queue holds
 * up to thousands of them.
 *
 * **Invariant:** of what this says the schema says the same.
 */
export function isUnclaimedEntry(raw: Readonly<Record<string, unknown>>): raw is QueueEntry {
  const { id, taskId, prompt, priority, reason, claim, metadata, lastError } = raw;
  return (
    claim === null &&
    typeof id === 'string' &&
    idPattern.test(id) &&
    (taskId === null || isTaskId(taskId)) &&
    typeof prompt === 'string' &&
    prompt.length <= longestPrompt &&
    isCount(priority) &&
    priority <= lowestPriority &&
    queueReasons.some((one) => one === reason) &&
    isCount(raw['attempts']) &&
    isCount(raw['claims']) &&
    isUtc(raw['added_at']) &&
    [raw['nextRetryAt'], raw['notBefore'], raw['deadAt']].every((at) => at === null || isUtc(at)) &&
    (lastError === null || (typeof lastError === 'string' && lastError.length <= longestError)) &&
    typeof metadata === 'object' &&
    metadata !== null &&
    !Array.isArray(metadata) &&
    'source' in metadata &&
    typeof metadata.source === 'string' &&
    'retry_count' in metadata &&
    isCount(metadata.retry_count)
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isUtc(value: unknown): boolean {
  return typeof value === 'string' && utcPattern.test(value);
}

/** What an entry is now; derived, never stored. */
export type EntryState = 'due' | 'waiting' | 'claimed' | 'running' | 'dead';

/** In the order in which the gate asks; the first that holds is the answer. Source: issue 5, requirement 002-11. */
export const deferReasons = [
  'untrusted',
  'not_opted_in',
  'paused',
  'breaker_open',
  'foreground_session',
  'concurrency_limit',
  'high_load',
  'no_economy_profile',
] as const;
export type DeferReason = (typeof deferReasons)[number];

/** `baton queue check`: the seed's own field names, at the top level. Exactly one JSON document for every outcome. */
export type QueueCheck =
  | {
      readonly status: 'READY';
      readonly pending_count: number;
      readonly active_sessions: number;
      readonly recommendation: {
        readonly id: string;
        readonly taskId: TaskId;
        readonly prompt: string;
        /** Profile of the economy lane that is to run it. */
        readonly agent: string;
      };
    }
  | {
      readonly status: 'DEFERRED';
      readonly reason: DeferReason;
      readonly pending_count: number;
      readonly active_sessions: number;
      /** When it is worth looking again, where that is known. UTC. */
      readonly retry_at?: string;
    }
  | {
      readonly status: 'NO_TASKS';
      readonly pending_count: number;
      readonly active_sessions: number;
      /** When the next entry falls due. UTC. */
      readonly retry_at?: string;
    }
  | {
      readonly status: 'LOCKED';
      readonly reason: string;
      readonly pending_count: number;
      readonly active_sessions: number;
    }
  | {
      readonly status: 'ERROR';
      readonly reason: string;
      readonly pending_count: number;
      readonly active_sessions: number;
    };
