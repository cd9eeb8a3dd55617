/**
 * The resume queue of a workspace folder, `.baton/memory/pending_tasks.json`: what ended before it was done and waits to
 * be resumed. Claim, start, extend while it lives, acknowledge on completion; never taken out because something was
 * started. Requirements 002-1 … 002-30; resolution C6.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import type { AutoResumeLimits } from '../model/config';
import type { Claim, QueueEntry, QueueReason } from '../model/queue';
import type { TaskId } from '../model/task';
import type { Ports } from '../ports';
import type { Actor } from '../store/change-record';
import type { ManagedFile } from '../store/managed-file';
import { chanceOf } from './back-off';
import { type EndedSession, settleEnded } from './ended-session';
import { inTurn, type LiveSession } from './entry-state';
import { type ClaimWanted, type FailedRun, later, QueueBook, type RetryRules } from './queue-book';
import { defaultPriority, maxEntries, queueText, type ReadQueue, readQueue, singleEdit } from './queue-file';

export interface QueueContext {
  readonly file: ManagedFile;
  readonly ports: Pick<Ports, 'clock' | 'ids' | 'log'>;
  readonly limits: Pick<AutoResumeLimits, 'maxAttempts' | 'backoffSeconds'>;
  /** Sessions that hold their task now. */
  readonly live: () => Promise<readonly LiveSession[]>;
  /** Names of the files beside the queue's own. */
  readonly beside: () => Promise<readonly string[]>;
  /** Who acts, for the change log. */
  readonly by: { readonly actor: Actor; readonly session?: string | undefined };
}

export interface QueueList {
  /** In the order of their turn. */
  readonly entries: readonly QueueEntry[];
  /** What is wrong with the file, in words. */
  readonly problem?: string;
  /** The file as a whole makes no sense: nothing is known of its entries, and nothing may be started from it. */
  readonly malformed: boolean;
}

export interface NewEntry {
  /** Null for an entry that only holds a prompt. */
  readonly taskId: TaskId | null;
  readonly prompt: string;
  /** 1 is the most urgent. */
  readonly priority?: number | undefined;
  readonly reason: QueueReason;
  /** Who put it there, as `manual` or `session`. */
  readonly source: string;
}

export interface Added {
  readonly entry: QueueEntry;
  /** False when the task was in the queue already; that entry was brought up to date. */
  readonly added: boolean;
  /** Entries in the queue now. */
  readonly total: number;
}

const fileName = 'pending_tasks.json';
/** What was set aside lies beside the queue under such names. */
export const setAsideNames = /^pending_tasks\.malformed-.+\.json$/;
const longestPrompt = 20_000;
/** Somebody may write the file between our look and our write; then all is decided anew. */
const tries = 5;

/** What was decided: the answer, and what the change log is told. */
interface Decision<T> {
  readonly answer: T;
  readonly about?: QueueEntry | undefined;
  /** It was taken out. */
  readonly gone?: boolean;
}

/** Thrown inside an update, to leave the file as it is. */
class Unchanged extends Error {}

/** Likewise, when the file is no queue and nothing may be written in its place. */
class Malformed extends Error {}

export class ResumeQueue {
  readonly #context: QueueContext;

  /** Does no I/O. */
  constructor(context: QueueContext) {
    this.#context = context;
  }

  /** Never throws for what is in the file, and never changes it. Throws `untrusted`, `io_failed`. */
  async list(): Promise<QueueList> {
    const { malformed, items, oddities } = await this.#read();
    if (malformed !== undefined) {
      return { entries: [], problem: `${fileName} cannot be used: ${malformed}`, malformed: true };
    }
    const aside = (await this.#context.beside()).filter((name) => setAsideNames.test(name));
    const problems = [
      ...oddities.slice(0, 3),
      ...(oddities.length > 3 ? [`and ${oddities.length - 3} more`] : []),
      ...aside.map((name) => `${name} was set aside because it made no sense; take from it what you need`),
    ];
    const entries = inTurn(new QueueBook(items).entries, this.#now());
    return { entries, malformed: false, ...(problems.length > 0 && { problem: problems.join('; ') }) };
  }

  /**
   * Adds an entry; a task that is in the queue already is not added again, but is due at once even if it had failed too
   * often; only its provider's limit is still waited for. Throws `invalid_input`, `too_large`.
   */
  async add(wanted: NewEntry): Promise<Added> {
    if (wanted.taskId === null && wanted.prompt.trim() === '')
      throw new BatonError('invalid_input', 'An entry needs a task or a prompt');
    if (wanted.prompt.length > longestPrompt)
      throw new BatonError('invalid_input', `The prompt is longer than ${longestPrompt} characters`);
    return this.#update('queue.add', (book) => {
      const known = wanted.taskId === null ? undefined : book.ofTask(wanted.taskId);
      const entry = book.put(known === undefined ? this.#newEntry(wanted) : again(known, wanted));
      if (book.entries.length > maxEntries) throw tooMany();
      return { answer: { entry, added: known === undefined, total: book.entries.length }, about: entry };
    });
  }

  /** Takes an entry out, whatever it is at. Throws `not_found`. @returns the entry, and how many are left */
  remove(id: string): Promise<{ readonly entry: QueueEntry; readonly left: number }> {
    return this.#update('queue.remove', (book) => {
      const entry = book.require(id);
      book.remove(id);
      return { answer: { entry, left: book.entries.length }, about: entry };
    });
  }

  /**
   * Takes an entry for a start: until the claim runs out nobody else gets it. See `QueueBook.claim` for what it throws.
   *
   * **Invariant:** of any number of claims at once, from whatever process, one is given.
   */
  async claim(id: string, wanted: ClaimWanted): Promise<Claim> {
    const live = await this.#context.live();
    return this.#update('queue.claim', (book) => {
      const answer = book.claim(id, wanted, this.#now(), live);
      return { answer, about: book.find(id) };
    });
  }

  /**
   * The run goes on: the claim lasts so many milliseconds from now. Written down only when less than half of that is
   * left.
   *
   * @returns undefined when the entry is gone, as when the task has been completed. Throws `claimed` when the claim is
   * no longer this one.
   */
  async extend(id: string, rev: number, forMs: number): Promise<Claim | undefined> {
    const known = new QueueBook((await this.#read()).items);
    if (known.find(id) === undefined) return undefined;
    const { claim } = known.requireClaim(id, rev);
    if (Date.parse(claim.until) - this.#now().getTime() > forMs / 2) return claim;
    return this.#update('queue.extend', (book) => {
      if (book.find(id) === undefined) return { answer: undefined };
      const entry = book.requireClaim(id, rev);
      const answer = { ...entry.claim, until: later(this.#now(), forMs) };
      return { answer, about: book.put({ ...entry, claim: answer }) };
    });
  }

  /** The run is this session. Throws `claimed` when the claim is no longer this one: the run must end. `not_found`. */
  started(id: string, rev: number, session: string): Promise<QueueEntry> {
    return this.#update('queue.start', (book) => {
      const entry = book.requireClaim(id, rev);
      const answer = book.put({ ...entry, claim: { ...entry.claim, session } });
      return { answer, about: answer };
    });
  }

  /**
   * The run under this claim did not end its task: it is tried again after a wait, or waits for a person when all
   * attempts are used up.
   *
   * **Invariant:** a run counts once; where its end has been counted, or another claim was given, nothing changes.
   *
   * @returns the entry as it is now; undefined when nothing was changed
   */
  fail(id: string, rev: number, run: string | FailedRun): Promise<QueueEntry | undefined> {
    const failed = typeof run === 'string' ? { error: run } : run;
    return this.#update('queue.fail', (book) => {
      const entry = book.find(id);
      if (entry?.claim?.rev !== rev) return { answer: undefined };
      const answer = book.failed(entry, failed, this.#now(), this.#rules());
      return { answer, about: answer };
    });
  }

  /** The claim was not used: the entry is free again and no attempt is counted. Nothing changes for another `rev`. */
  giveBack(id: string, rev: number): Promise<boolean> {
    return this.#update('queue.release', (book) => {
      const entry = book.find(id);
      if (entry?.claim?.rev !== rev) return { answer: false };
      return { answer: true, about: book.put({ ...entry, claim: null }) };
    });
  }

  /** What was queued is done. @returns false when there is no such entry any more */
  ack(id: string): Promise<boolean> {
    return this.#update('queue.ack', (book) => {
      const entry = book.find(id);
      book.remove(id);
      return { answer: entry !== undefined, about: entry };
    });
  }

  /** The task is done with, by whomever: all its entries go. @returns how many there were */
  async ackTask(task: TaskId): Promise<number> {
    if (new QueueBook((await this.#read()).items).ofTask(task) === undefined) return 0;
    return this.#update('queue.ack', (book) => {
      const own = book.entries.filter(({ taskId }) => taskId === task);
      for (const { id } of own) book.remove(id);
      return { answer: own.length, about: own[0] };
    });
  }

  /**
   * A person lets a failed entry start again: all its attempts are back and it is due at once; only its provider's limit is
   * still waited for. Throws `not_found`.
   */
  revive(id: string): Promise<QueueEntry> {
    return this.#update('queue.retry', (book) => {
      const answer = book.put(fresh(book.require(id)));
      return { answer, about: answer };
    });
  }

  /**
   * A session of the task has ended: queues it, counts a run of the queue as failed, or takes the task out when a person
   * wanted the end. May be told twice.
   *
   * @returns the entry as it is now; undefined when there is none
   */
  async ended(end: EndedSession): Promise<QueueEntry | undefined> {
    const known = new QueueBook((await this.#read()).items).ofTask(end.task);
    if (known === undefined && (end.reason === undefined || !end.first)) return undefined;
    return this.#update('queue.ended', (book) => {
      const before = book.ofTask(end.task);
      const entry = () =>
        this.#newEntry({ ...end, taskId: end.task, reason: end.reason ?? 'exit', source: 'session' });
      const answer = settleEnded(book, end, { entry, now: this.#now(), rules: this.#rules() });
      if (book.entries.length > maxEntries) throw tooMany();
      return { answer, about: answer ?? before, gone: answer === undefined };
    });
  }

  #now(): Date {
    return this.#context.ports.clock.now();
  }

  #rules(): RetryRules {
    const { limits, ports } = this.#context;
    const { maxAttempts, backoffSeconds } = limits;
    return { maxAttempts, backoffMs: backoffSeconds * 1000, chance: chanceOf(ports.ids.uuid()) };
  }

  #newEntry({ taskId, prompt, priority = defaultPriority, reason, source }: NewEntry): QueueEntry {
    return {
      id: `q-${this.#context.ports.ids.uuid().slice(0, 13)}`,
      taskId,
      prompt: prompt.slice(0, longestPrompt),
      priority,
      added_at: this.#now().toISOString(),
      reason,
      attempts: 0,
      nextRetryAt: null,
      notBefore: null,
      lastError: null,
      claim: null,
      claims: 0,
      deadAt: null,
      metadata: { source, retry_count: 0 },
    };
  }

  async #read(): Promise<ReadQueue> {
    try {
      return readQueue(await this.#context.file.read(), this.#now());
    } catch (error) {
      if (isUnreadable(error)) return readQueue(undefined, this.#now());
      throw error;
    }
  }

  /** Decides on the entries as they are on disk, and writes what came of it; nothing when nothing changed. */
  async #update<T>(type: string, decide: (book: QueueBook) => Decision<T>): Promise<T> {
    for (let turn = 1; ; turn++) {
      try {
        return await this.#once(type, decide);
      } catch (error) {
        const retries = turn < tries;
        if (retries && (error instanceof Malformed || isUnreadable(error))) await this.#setAside();
        else if (!(retries && isBatonError(error, 'conflict'))) throw error;
      }
    }
  }

  async #once<T>(type: string, decide: (book: QueueBook) => Decision<T>): Promise<T> {
    let made: Decision<T> | undefined;
    try {
      await this.#context.file.update((text) => {
        const { items, malformed } = readQueue(text, this.#now());
        if (malformed !== undefined) throw new Malformed(malformed);
        const book = new QueueBook(items);
        made = decide(book);
        const edits = book.items === items ? [] : singleEdit(text, queueText(book.items));
        if (edits.length === 0) throw new Unchanged();
        return { change: this.#change(type, made), edits };
      });
    } catch (error) {
      if (!(error instanceof Unchanged) || made === undefined) throw error;
    }
    if (made === undefined) throw new Error('The queue was updated without a decision');
    return made.answer;
  }

  #change(type: string, { about, gone = false }: Decision<unknown>) {
    const { actor, session } = this.#context.by;
    const now =
      about === undefined
        ? {}
        : {
            id: about.id,
            reason: about.reason,
            attempts: about.attempts,
            claim: about.claim,
            dead: about.deadAt !== null,
            ...(gone && { gone }),
          };
    return {
      type,
      actor,
      new: now,
      ...(about?.taskId != null && { task: about.taskId }),
      ...(session !== undefined && { session }),
    };
  }

  /** What makes no sense keeps every byte under another name; a queue in its place would write over it. */
  async #setAside(): Promise<void> {
    const name = await this.#nameAside();
    const isBad = (text: string | undefined) => readQueue(text, this.#now()).malformed !== undefined;
    const { actor } = this.#context.by;
    const moved = await this.#context.file.setAside(name, isBad, {
      type: 'queue.setAside',
      actor,
      new: { name },
    });
    if (moved) this.#context.ports.log.warn(`${fileName} made no sense and was set aside as ${name}`);
  }

  /** By the time; what was set aside at the same time keeps its name. */
  async #nameAside(): Promise<string> {
    const taken = new Set(await this.#context.beside());
    const stem = `pending_tasks.malformed-${this.#now().toISOString().replace(/[-:.]/g, '')}`;
    let name = `${stem}.json`;
    for (let next = 2; taken.has(name); next++) name = `${stem}-${next}.json`;
    return name;
  }
}

function isUnreadable(error: unknown): boolean {
  return isBatonError(error, 'invalid_state_file') || isBatonError(error, 'too_large');
}

/** What a person asks for goes before what was waiting, and is theirs from now on, whatever it waits for. */
function again(known: QueueEntry, { priority, prompt, source }: NewEntry): QueueEntry {
  const revived = fresh(known);
  return {
    ...revived,
    metadata: { ...revived.metadata, source },
    ...(priority !== undefined && { priority }),
    ...(prompt !== '' && { prompt }),
  };
}

function fresh(entry: QueueEntry): QueueEntry {
  const metadata = { ...entry.metadata, retry_count: 0 };
  return { ...entry, deadAt: null, attempts: 0, nextRetryAt: null, metadata };
}

function tooMany(): BatonError {
  return new BatonError('too_large', `The queue holds more than ${maxEntries} entries`, {
    hint: 'Remove what is not needed any more: see `baton queue list`.',
  });
}
