/** What the end of a session means for the queue. Issue 5; requirements 002-1, 002-21, 002-22. */
import type { QueueEntry, QueueReason } from '../model/queue';
import type { TaskId } from '../model/task';
import { type FailedRun, later, limitEnd, type QueueBook, type RetryRules } from './queue-book';

export interface EndedSession {
  readonly task: TaskId;
  readonly session: string;
  /** What the entry says to people. */
  readonly prompt: string;
  readonly priority?: number | undefined;
  /** Undefined when its task is not to be resumed: a person wanted the end, or a person is needed now. */
  readonly reason: QueueReason | undefined;
  /** How it ended, in words. */
  readonly error: string;
  readonly limit?: FailedRun['limit'];
  /** So long nothing is started by itself, in case the person goes on. Milliseconds. */
  readonly waitMs?: number;
  /** False when the end was known before and only more has been learnt about it. */
  readonly first: boolean;
}

interface Surroundings {
  readonly entry: () => QueueEntry;
  readonly now: Date;
  readonly rules: RetryRules;
}

/**
 * One entry a task. The run of a claim counts as an attempt, once, since the claim goes with it; a person who ends a
 * session does not want it resumed, so the entry goes, unless they had put it there and ended another session than its run.
 */
export function settleEnded(
  book: QueueBook,
  end: EndedSession,
  { entry, now, rules }: Surroundings,
): QueueEntry | undefined {
  const known = book.ofTask(end.task);
  if (known === undefined)
    return end.first && end.reason !== undefined ? queued(book, entry(), end, now) : undefined;
  const isOwnRun = known.claim?.session === end.session;
  // Nobody ends a run that another one holds.
  if (known.claim !== null && !isOwnRun && Date.parse(known.claim.until) > now.getTime()) return known;
  if (end.reason === undefined) return unwanted(book, known, end);
  if (isOwnRun) return book.failed(known, { ...end, reason: end.reason }, now, rules);
  if (!end.first && known.metadata['session'] !== end.session) return known;
  return queued(book, known, end, now);
}

function queued(book: QueueBook, entry: QueueEntry, end: EndedSession, now: Date): QueueEntry {
  const { reason = entry.reason, limit, waitMs = 0, error, session } = end;
  const until = limit === undefined ? entry.notBefore : limitEnd(limit, now);
  return book.put({
    ...entry,
    claim: null,
    reason,
    lastError: error,
    notBefore: until,
    nextRetryAt: end.first && waitMs > 0 ? later(now, waitMs) : entry.nextRetryAt,
    metadata: { ...entry.metadata, session },
  });
}

function unwanted(
  book: QueueBook,
  known: QueueEntry,
  { first, session }: EndedSession,
): QueueEntry | undefined {
  const isOwnRun = known.claim?.session === session;
  // Queued by a person, and ended by them in a session of their own: they may still want it later.
  const isTheirs = known.reason === 'manual' || known.metadata.source === 'manual';
  const isWanted = !isOwnRun && (isTheirs || !(first || known.metadata['session'] === session));
  if (isWanted) return known;
  book.remove(known.id);
  return undefined;
}
