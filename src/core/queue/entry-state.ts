/** What an entry is at a moment, and which one comes next. Requirements 002-15, 002-26, 002-27; resolution C6. */
import type { EntryState, QueueEntry } from '../model/queue';
import type { TaskId } from '../model/task';

/** A session that holds its task now: live, silent or suspect. */
export interface LiveSession {
  readonly id: string;
  readonly task: TaskId;
}

/** One step of priority is worth so much waiting: what waits longer overtakes, so that nothing waits for ever. */
export const ageingMs = 30 * 60_000;

/**
 * A claim that has run out leaves its entry free again, unless the session that was started under it lives: then the
 * entry is running, whatever the clock says. So is one on whose task somebody else works.
 */
export function entryState(entry: QueueEntry, now: Date, live: readonly LiveSession[]): EntryState {
  if (isRunning(entry, live)) return 'running';
  if (entry.deadAt !== null) return 'dead';
  if (entry.claim !== null && Date.parse(entry.claim.until) > now.getTime()) return 'claimed';
  return dueAt(entry) > now.getTime() ? 'waiting' : 'due';
}

/** Entries in the order of their turn: the urgent and the long waiting first. */
export function inTurn(entries: readonly QueueEntry[], now: Date): readonly QueueEntry[] {
  const turns = new Map(entries.map((entry) => [entry, turnOf(entry, now)]));
  return [...entries].sort(
    (a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0) || a.priority - b.priority || compare(a.id, b.id),
  );
}

/** All that may be started now, in the order of their turn. What only holds a prompt is never started by itself. */
export function allDue(
  entries: readonly QueueEntry[],
  now: Date,
  live: readonly LiveSession[] = [],
): readonly QueueEntry[] {
  const due = entries.filter((entry) => entry.taskId !== null && entryState(entry, now, live) === 'due');
  return inTurn(due, now);
}

/** **Invariant:** of what is due, an entry is passed over only by those whose turn is before its own. */
export function nextDue(
  entries: readonly QueueEntry[],
  now: Date,
  live: readonly LiveSession[] = [],
): QueueEntry | undefined {
  return allDue(entries, now, live)[0];
}

/** When the next entry falls due or a claim runs out, UTC; undefined when that is now or never. */
export function nextMoment(entries: readonly QueueEntry[], now: Date): string | undefined {
  const moments = entries.flatMap((entry) => {
    if (entry.deadAt !== null) return [];
    const claimedUntil = entry.claim === null ? 0 : Date.parse(entry.claim.until);
    return [Math.max(dueAt(entry), claimedUntil)];
  });
  const next = Math.min(...moments.filter((at) => at > now.getTime()));
  return Number.isFinite(next) ? new Date(next).toISOString() : undefined;
}

/** Milliseconds since the epoch from which on it may be started; 0 when at any time. */
export function dueAt({ nextRetryAt, notBefore }: QueueEntry): number {
  return Math.max(
    nextRetryAt === null ? 0 : Date.parse(nextRetryAt),
    notBefore === null ? 0 : Date.parse(notBefore),
  );
}

function isRunning({ claim, taskId }: QueueEntry, live: readonly LiveSession[]): boolean {
  return live.some(({ id, task }) => id === claim?.session || task === taskId);
}

/**
 * The same at any time, so that no newcomer can push an entry back for ever. A time in the future is a mistake of a
 * hand or a clock, and must not keep an entry waiting until then.
 */
function turnOf({ added_at, priority }: QueueEntry, now: Date): number {
  const added = Date.parse(added_at);
  return (added > now.getTime() ? 0 : added) + priority * ageingMs;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
