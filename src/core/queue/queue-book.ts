/** The entries while one change is decided; pure, so that every law of the queue can be tested without a disk. */
import { BatonError } from '../base/baton-error';
import type { Claim, QueueEntry, QueueReason } from '../model/queue';
import type { TaskId } from '../model/task';
import { backOffMs } from './back-off';
import { dueAt, entryState, type LiveSession } from './entry-state';
import type { QueueItem } from './queue-file';

/** What a run that did not end its task left. */
export interface FailedRun {
  /** In words, for people. */
  readonly error: string;
  readonly reason?: QueueReason | undefined;
  /** Its provider's limit is used up; `until` is a UTC time, null where it does not tell. */
  readonly limit?: { readonly until: string | null } | undefined;
}

export interface RetryRules {
  readonly maxAttempts: number;
  readonly backoffMs: number;
  /** 0 to 1, spreads the back-off. */
  readonly chance: number;
}

export interface ClaimWanted {
  /** Who claims, in words for people. */
  readonly by: string;
  /** Milliseconds for which nobody else may. */
  readonly forMs: number;
  /** A person asks: also before the entry is due again. */
  readonly early?: boolean;
}

const longestError = 2000;
/** Where a provider does not tell when its limit is over. */
const unknownLimitMs = 30 * 60_000;

export class QueueBook {
  #items: readonly QueueItem[];

  constructor(items: readonly QueueItem[]) {
    this.#items = items;
  }

  get items(): readonly QueueItem[] {
    return this.#items;
  }

  get entries(): readonly QueueEntry[] {
    return this.#items.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  }

  find(id: string): QueueEntry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  /** The entry of a task; there is one at most unless somebody copied it by hand. */
  ofTask(task: TaskId): QueueEntry | undefined {
    return this.entries.find(({ taskId }) => taskId === task);
  }

  /** Throws `not_found`. */
  require(id: string): QueueEntry {
    const entry = this.find(id);
    if (entry !== undefined) return entry;
    throw new BatonError('not_found', `There is no entry ${id} in the queue`, {
      hint: 'See `baton queue list` for the entries.',
    });
  }

  /** In its place, or at the end. @returns the entry */
  put(entry: QueueEntry): QueueEntry {
    const item = { raw: entry, entry };
    this.#items = this.entries.some(({ id }) => id === entry.id)
      ? this.#items.map((one) => (one.entry?.id === entry.id ? item : one))
      : [...this.#items, item];
    return entry;
  }

  remove(id: string): void {
    this.#items = this.#items.filter(({ entry }) => entry?.id !== id);
  }

  /**
   * **Invariant:** while a claim lasts, or its session lives, no other is given; every one has a `rev` of its own.
   *
   * Throws `claimed` (who, until when), `guard_failed` for an entry that waits for a person or, unless `early`, for its
   * time, `not_found`.
   */
  claim(
    id: string,
    { by, forMs, early = false }: ClaimWanted,
    now: Date,
    live: readonly LiveSession[],
  ): Claim {
    const entry = this.require(id);
    const state = entryState(entry, now, live);
    if (state === 'claimed' || state === 'running') throw claimedBy(entry, state);
    if (state === 'dead') throw waitsForPerson(entry);
    if (state === 'waiting' && !early) throw notDue(entry);
    const rev = Math.max(entry.claims, entry.claim?.rev ?? 0) + 1;
    const claim = { by, until: later(now, forMs), rev, session: null };
    this.put({ ...entry, claim, claims: rev });
    return claim;
  }

  /** The entry, if the claim is still the one of this `rev`. Throws `claimed`, `not_found`. */
  requireClaim(id: string, rev: number): QueueEntry & { readonly claim: Claim } {
    const entry = this.require(id);
    const { claim } = entry;
    if (claim?.rev === rev) return { ...entry, claim };
    throw new BatonError('claimed', `The claim on entry ${id} is over`, {
      hint: 'Somebody else may be at it; what this run still does is not recorded for the queue.',
    });
  }

  /** The run did not end its task: the next one comes after a wait, or never by itself when all attempts are used up. */
  failed(entry: QueueEntry, run: FailedRun, now: Date, rules: RetryRules): QueueEntry {
    const { limit } = run;
    const endsLater = limit?.until != null && Date.parse(limit.until) > now.getTime();
    const base = {
      ...entry,
      claim: null,
      lastError: run.error.slice(0, longestError),
      reason: limit === undefined ? (run.reason ?? entry.reason) : ('usage_limit' as const),
      notBefore: limit === undefined ? entry.notBefore : limitEnd(limit, now),
    };
    // A limit says nothing about the task, and one that tells its end cannot come again before.
    if (endsLater) return this.put({ ...base, nextRetryAt: null });
    const attempts = entry.attempts + 1;
    const metadata = { ...entry.metadata, retry_count: attempts };
    if (attempts >= rules.maxAttempts)
      return this.put({ ...base, attempts, metadata, nextRetryAt: null, deadAt: now.toISOString() });
    const wait = backOffMs(attempts, rules.backoffMs, rules.chance);
    return this.put({ ...base, attempts, metadata, nextRetryAt: later(now, wait) });
  }
}

/** When its provider lets the agent go on; a guess where it does not tell. UTC. */
export function limitEnd({ until }: NonNullable<FailedRun['limit']>, now: Date): string {
  return until ?? later(now, unknownLimitMs);
}

export function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

function claimedBy(entry: QueueEntry, state: 'claimed' | 'running'): BatonError {
  const { id, claim, taskId } = entry;
  const what =
    state === 'running'
      ? `A session works on #${taskId ?? id} already`
      : `Entry ${id} is claimed by ${claim?.by} until ${claim?.until}`;
  return new BatonError('claimed', what, { hint: 'It is free again when that is over.' });
}

function waitsForPerson({ id, attempts, lastError }: QueueEntry): BatonError {
  return new BatonError('guard_failed', `Entry ${id} has failed ${attempts} times and waits for a person`, {
    hint: `Use \`baton queue retry ${id}\` to let it start again.`,
    details: lastError === null ? [] : [lastError],
  });
}

function notDue(entry: QueueEntry): BatonError {
  const at = new Date(dueAt(entry)).toISOString();
  return new BatonError('guard_failed', `Entry ${entry.id} is not due before ${at}`, {
    hint: 'Somebody else may have tried it just now.',
  });
}
