/**
 * The working buffer on disk and its flush into the daily notes. All of it is made from the change log, which is the only
 * truth here: whatever crash comes between two steps, reading the log again gives the same entries, and the flush id in
 * the daily notes keeps them from being appended twice. Requirements 000-12, 000-28 … 000-37.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { type BufferEntry, type BufferState, bufferStateSchema } from '../model/buffer-state';
import type { Ports } from '../ports';
import { createFile, replaceFile } from '../store/atomic-file';
import type { ChangeLog, LogContents, LogPosition, PlacedRecord } from '../store/change-log';
import type { ChangeRecord } from '../store/change-record';
import { paths } from '../store/paths';
import { requireHash } from '../store/replay';
import { WorkspaceGuard } from '../store/workspace-guard';
import { describeChange } from './describe-change';
import { bufferText, dailyNotesHeader, dayOf, flushBlock, isFlushed } from './working-buffer';

type BufferPorts = Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>;

/** What the buffer holds after the log was read to its end. */
export interface Caught {
  readonly state: BufferState;
  /** Entries of changes under way: told, but read again next time, since they may still come to nothing. */
  readonly open: readonly BufferEntry[];
  /** Types of the records read for the first time. */
  readonly newTypes: ReadonlySet<string>;
}

export interface FlushRequest {
  readonly reason: string;
  /** Only entries of days before this one; all of them unless given. */
  readonly before?: string | undefined;
}

export interface Flushed {
  /** Without what was flushed; to be written by `write`. */
  readonly state: BufferState;
  /** How many entries that were. */
  readonly flushed: number;
  /** Why the entries of a day are still in the state; undefined when none had to stay. */
  readonly trouble: BatonError | undefined;
}

const nothing: BufferState = { v: 1, position: null, entries: [], recent: [], touched: [] };
/** How many of the last changes the session state tells. */
export const maxRecent = 5;
const maxTouched = 10;

/** To be used under the renderings' lock. */
export class WorkingBufferStore {
  readonly #ports: BufferPorts;
  readonly #root: string;
  readonly #changeLog: ChangeLog;
  readonly #guard: WorkspaceGuard;

  constructor(ports: BufferPorts, root: string, changeLog: ChangeLog) {
    this.#ports = ports;
    this.#root = root;
    this.#changeLog = changeLog;
    this.#guard = new WorkspaceGuard(ports.fs, root);
  }

  /** Reads what is new in the change log; all of it when the kept state is lost or does not fit the log. */
  async catchUp(): Promise<Caught> {
    const known = await this.#readState();
    const contents = await this.#changeLog.read(known.position ?? undefined);
    if (known.position !== null && !continues(contents, known.position)) {
      return caughtUp(nothing, await this.#changeLog.read());
    }
    return caughtUp(known, contents);
  }

  /**
   * Moves entries into the notes of their days, each day in one durable step, and one that fails does not stop the others.
   *
   * **Invariant:** a crash at any moment, and flushing again, neither loses an entry nor tells it twice.
   */
  async flush(state: BufferState, { reason, before }: FlushRequest): Promise<Flushed> {
    const due = state.entries.filter((entry) => before === undefined || dayOf(entry) < before);
    const days = [...new Set(due.map(dayOf))];
    const sessionState = await this.#readText(paths.sessionState(this.#root));
    const moved = new Set<BufferEntry>();
    let flushed = 0;
    let trouble: BatonError | undefined;
    for (const day of days) {
      const entries = due.filter((entry) => dayOf(entry) === day);
      const latest = day === days.at(-1);
      try {
        flushed += await this.#appendToDay(day, entries, reason, latest ? sessionState : undefined);
        for (const entry of entries) moved.add(entry);
      } catch (error) {
        if (!isBatonError(error)) throw error;
        trouble ??= error;
      }
    }
    const entries = state.entries.filter((entry) => !moved.has(entry));
    return { state: { ...state, entries }, flushed, trouble };
  }

  /** The state first: what the buffer shows can always be made from it, never the other way round. */
  async write(state: BufferState, open: readonly BufferEntry[]): Promise<void> {
    await this.#rewrite(paths.bufferState(this.#root), `${JSON.stringify(state)}\n`);
    const today = this.#ports.clock.now().toISOString().slice(0, 10);
    await this.#rewrite(paths.workingBuffer(this.#root), bufferText(today, [...state.entries, ...open]));
  }

  async writeSessionState(text: string): Promise<void> {
    await this.#rewrite(paths.sessionState(this.#root), text);
  }

  async #appendToDay(
    day: string,
    entries: readonly BufferEntry[],
    reason: string,
    sessionState: string | undefined,
  ): Promise<number> {
    const target = await this.#guard.forWriting(paths.dailyNotes(this.#root, day));
    const bytes = await this.#ports.fs.read(target);
    const present = bytes === undefined ? '' : decodeUtf8(bytes);
    if (present === undefined) {
      // Somebody's own file; the entries stay in the buffer, where they are not lost.
      throw new BatonError(
        'invalid_state_file',
        `${target} is not UTF-8 text, so nothing is appended to it`,
        {
          hint: 'Move it away or save it as UTF-8, then run `baton flush`.',
        },
      );
    }
    const told = isFlushed(present);
    const fresh = entries.filter((entry) => !told(entry));
    if (fresh.length === 0) return 0;
    const at = this.#ports.clock.now().toISOString();
    const block = flushBlock({ entries: fresh, at, reason, sessionState });
    const start = present === '' ? dailyNotesHeader(day) : present.replace(/\n*$/, '\n');
    const text = encodeUtf8(`${start}\n${block}`);
    if (bytes === undefined) await createFile(this.#ports.fs, target, text);
    else {
      const expected = this.#ports.hasher.sha256(bytes);
      await replaceFile(this.#ports.fs, target, text, {
        // A person may be writing their own notes into the same file.
        beforeRename: () => requireHash(this.#ports, target, expected),
      });
    }
    return fresh.length;
  }

  async #readState(): Promise<BufferState> {
    const text = await this.#readText(paths.bufferState(this.#root));
    if (text === undefined) return nothing;
    try {
      const parsed = bufferStateSchema.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    this.#ports.log.info(
      'The working buffer is made again from the change log: its kept state does not read',
    );
    return nothing;
  }

  async #readText(path: string): Promise<string | undefined> {
    const bytes = await this.#ports.fs.read(path);
    return bytes === undefined ? undefined : decodeUtf8(bytes);
  }

  /** Whole to every reader; not fsynced, since it can be made again. */
  async #rewrite(path: string, text: string): Promise<void> {
    const target = await this.#guard.forWriting(path);
    await replaceFile(this.#ports.fs, target, encodeUtf8(text), { durable: false });
  }
}

/** Whether what was read begins where the state ended: segments are rewritten when damage is put aside. */
function continues({ records, segments, end }: LogContents, { segment, offset, seq }: LogPosition): boolean {
  const first = records[0]?.record.seq;
  if (first !== undefined) return first === seq + 1;
  return segments.includes(segment) && end !== undefined && (end.segment > segment || end.offset >= offset);
}

function caughtUp(known: BufferState, contents: LogContents): Caught {
  const settledUpTo = firstOpen(contents);
  const told = (placed: readonly PlacedRecord[]) => placed.filter(({ record }) => happened(contents, record));
  const settled = told(contents.records.slice(0, settledUpTo)).map(entryOf);
  const open = told(contents.records.slice(settledUpTo)).map(entryOf);
  const all = told(contents.records).map(({ record }) => record);
  const tasks = all.map(({ task }) => task).filter((task) => task !== null);
  return {
    state: {
      v: 1,
      position: nextPosition(known, contents, settledUpTo),
      entries: [...known.entries, ...settled],
      recent: [...known.recent, ...settled].slice(-maxRecent),
      touched: [...new Set([...tasks.reverse(), ...known.touched])].slice(0, maxTouched),
    },
    open,
    newTypes: new Set(all.map(({ type }) => type)),
  };
}

function entryOf({ record }: PlacedRecord): BufferEntry {
  return describeChange(record);
}

/**
 * A change without an outcome is told as well: it is durable, and replay will make it. One that was superseded was made,
 * and its outcome lost with the power, unless the next writer found the file as it was before.
 */
function happened({ outcomes, records }: LogContents, { seq, path, before }: ChangeRecord): boolean {
  const outcome = outcomes.get(seq);
  if (outcome !== 'superseded') return outcome === undefined || outcome === 'done';
  const next = records.find(({ record }) => record.path === path && record.seq > seq);
  return next?.record.before !== before;
}

/** Index of the first record that must be read again: one under way, or the last before a line that is being written. */
function firstOpen({ records, outcomes, torn, end }: LogContents): number {
  const open = records.findIndex(({ record }) => record.via === 'file' && !outcomes.has(record.seq));
  if (open >= 0) return open;
  const unfinished = torn.some(
    ({ segment, offset, length }) => segment === end?.segment && offset + length === end.offset,
  );
  return unfinished ? Math.max(0, records.length - 1) : records.length;
}

function nextPosition(
  known: BufferState,
  { records, end, torn }: LogContents,
  settledUpTo: number,
): LogPosition | null {
  const first = records[settledUpTo];
  if (first !== undefined) {
    return { segment: first.segment, offset: first.offset, seq: first.record.seq - 1 };
  }
  return end === undefined || (records.length === 0 && torn.length > 0) ? known.position : end;
}
