/**
 * The write-ahead log: one JSON object a line in a segment per UTC day, fsynced before the file it speaks of is
 * touched. Appends are ordered by a lock, settlements are not (they only save replay a look at the file).
 * Source: product.md section 5; issue 3 "Change log"; requirements 000-14 … 000-27.
 */
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { Ports } from '../ports';
import { replaceFile } from './atomic-file';
import {
  type BadBytes,
  type ChangeRecord,
  encodeLine,
  isSettlement,
  type Outcome,
  type ParsedLog,
  parseLog,
} from './change-record';
import type { Locks } from './lock';
import { join, paths } from './paths';

/** What a caller knows of a change; the log adds sequence and time. */
export type ChangeEntry = Omit<ChangeRecord, 'v' | 'seq' | 'time'>;

/** A place between two lines; `seq` is the highest sequence before it. */
export interface LogPosition {
  readonly segment: string;
  /** Bytes. */
  readonly offset: number;
  readonly seq: number;
}

export interface PlacedRecord {
  readonly record: ChangeRecord;
  readonly segment: string;
  readonly offset: number;
}

export interface LogContents {
  readonly records: readonly PlacedRecord[];
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly torn: readonly (BadBytes & { readonly segment: string })[];
  readonly damaged: readonly (BadBytes & { readonly segment: string })[];
  readonly segments: readonly string[];
  /** Undefined when there is no segment. */
  readonly end: LogPosition | undefined;
}

export interface LogReport {
  readonly segments: readonly string[];
  readonly records: number;
  readonly lastSeq: number;
  /** Records whose outcome is open: in progress right now, or cut short. */
  readonly pending: number;
  readonly torn: number;
  readonly damaged: readonly (BadBytes & { readonly segment: string })[];
  /** Sequences of which nothing is left, inclusive. A record that was withdrawn has left its outcome. */
  readonly missing: readonly { readonly from: number; readonly to: number }[];
}

type LogPorts = Pick<Ports, 'fs' | 'clock' | 'log'>;

const segmentPattern = /^WAL-\d{4}-\d{2}-\d{2}\.log$/;
const lockName = 'change-log';
const dayMs = 86_400_000;
const checkpointName = 'change-log.checkpoint.json';
/** Enough for the last record of almost every log; a longer one costs one more read. */
const tailBytes = 65_536;

/** **Invariant:** records in segment order, and within a segment in file order, have rising sequences. */
export class ChangeLog {
  readonly #ports: LogPorts;
  readonly #folder: string;
  readonly #locks: Locks;
  #cursor: LogPosition | undefined;
  /** The segment whose folder entry this instance has made durable. */
  #durableSegment: string | undefined;

  constructor(ports: LogPorts, root: string, locks: Locks) {
    this.#ports = ports;
    this.#folder = paths.memory(root);
    this.#locks = locks;
  }

  /** Durable when it returns. Throws what the file system throws: nothing may be changed then. */
  append(entry: ChangeEntry): Promise<ChangeRecord> {
    return this.#locks.with(lockName, async () => {
      const end = await this.#findEnd();
      const now = this.#ports.clock.now().toISOString();
      const today = `WAL-${now.slice(0, 10)}.log`;
      // A clock set back must not put a later record into an earlier segment.
      const segment = end !== undefined && end.segment > today ? end.segment : today;
      const record: ChangeRecord = { v: 1, seq: (end?.seq ?? 0) + 1, ...entry, time: now };
      const bytes = encodeLine(record);
      await this.#appendDurably(segment, bytes, record.seq);
      const before = end?.segment === segment ? end.offset : 0;
      this.#cursor = { segment, offset: before + bytes.length, seq: record.seq };
      return record;
    });
  }

  /** Notes what became of a record. Not fsynced: after a power loss replay finds out from the file itself. */
  async settle(seq: number, as: Outcome): Promise<void> {
    const segment = this.#cursor?.segment ?? (await this.#segments()).at(-1);
    if (segment === undefined) return;
    const time = this.#ports.clock.now().toISOString();
    const bytes = encodeLine({ v: 1, settles: seq, as, time });
    await this.#ports.fs.append(join(this.#folder, segment), bytes, { sync: false });
  }

  /** Everything since `from`, or since the beginning. */
  async read(from?: LogPosition): Promise<LogContents> {
    const segments = await this.#segments();
    const records: PlacedRecord[] = [];
    const outcomes = new Map<number, Outcome>();
    const torn: (BadBytes & { segment: string })[] = [];
    const damaged: (BadBytes & { segment: string })[] = [];
    let end: LogPosition | undefined;
    let seq = from?.seq ?? 0;
    for (const segment of segments) {
      if (from !== undefined && segment < from.segment) continue;
      const start = segment === from?.segment ? from.offset : 0;
      const { parsed, size } = await this.#parse(segment, start);
      for (const { line, offset } of parsed.lines) {
        if (isSettlement(line)) outcomes.set(line.settles, line.as);
        else records.push({ record: line, segment, offset: start + offset });
      }
      torn.push(...place(parsed.torn, segment, start));
      damaged.push(...place(parsed.damaged, segment, start));
      seq = Math.max(seq, lastSeq(parsed));
      end = { segment, offset: size, seq };
    }
    return { records, outcomes, torn, damaged, segments, end };
  }

  /** The bytes of each segment, for who looks for single lines; read when they are asked for. */
  async *newestFirst(): AsyncGenerator<Uint8Array, void> {
    for (const segment of [...(await this.#segments())].reverse()) {
      const bytes = await this.#ports.fs.read(join(this.#folder, segment));
      if (bytes !== undefined) yield bytes;
    }
  }

  async verify(): Promise<LogReport> {
    return reportOn(await this.read());
  }

  /** Where replay may begin: every record before it is settled. Undefined means at the beginning. */
  async checkpoint(): Promise<LogPosition | undefined> {
    const bytes = await this.#ports.fs.read(join(this.#folder, checkpointName));
    const position = bytes === undefined ? undefined : parsePosition(bytes);
    if (position === undefined) return undefined;
    const segment = await this.#ports.fs.stat(join(this.#folder, position.segment));
    // A segment that is gone or shorter is not the one the checkpoint was made for.
    return segment !== undefined && segment.size >= position.offset ? position : undefined;
  }

  async setCheckpoint(position: LogPosition): Promise<void> {
    const bytes = encodeUtf8(`${JSON.stringify(position)}\n`);
    await replaceFile(this.#ports.fs, join(this.#folder, checkpointName), bytes);
  }

  /**
   * Removes segments that are older than `keptDays` and lie wholly before the checkpoint.
   *
   * **Invariant:** pruning never removes what replay needs: without a checkpoint nothing goes, and of what lies
   * before it the newest segment stays, so that the last sequence is always found.
   *
   * @returns the names of the segments that were removed
   */
  prune(keptDays = 30): Promise<readonly string[]> {
    return this.#locks.with(lockName, async () => {
      const checkpoint = await this.checkpoint();
      if (checkpoint === undefined) return [];
      const oldest = new Date(this.#ports.clock.now().getTime() - keptDays * dayMs)
        .toISOString()
        .slice(0, 10);
      const before = (await this.#segments()).filter((segment) => segment < checkpoint.segment);
      const due = before.slice(0, -1).filter((segment) => segment < `WAL-${oldest}.log`);
      for (const segment of due) await this.#ports.fs.remove(join(this.#folder, segment));
      return due;
    });
  }

  /**
   * Moves damaged lines of a segment to `<segment>.damaged` beside it, so that they are reported once and kept.
   * Returns how many were moved.
   */
  quarantine(segment: string): Promise<number> {
    return this.#locks.with(lockName, async () => {
      const path = join(this.#folder, segment);
      const bytes = (await this.#ports.fs.read(path)) ?? new Uint8Array();
      const { damaged } = parseLog(bytes);
      if (damaged.length === 0) return 0;
      const { bad, good } = separate(bytes, damaged);
      await this.#ports.fs.append(`${path}.damaged`, bad, { sync: true });
      await replaceFile(this.#ports.fs, path, good);
      this.#cursor = undefined;
      return damaged.length;
    });
  }

  async #appendDurably(segment: string, bytes: Uint8Array, seq: number): Promise<void> {
    const path = join(this.#folder, segment);
    try {
      await this.#ports.fs.append(path, bytes, { sync: true });
      if (this.#durableSegment !== segment) await this.#ports.fs.syncDirectory(this.#folder);
      this.#durableSegment = segment;
    } catch (error) {
      await this.#withdraw(path, seq);
      throw error;
    }
  }

  /** The record may stand in the log although its writer is told that it failed; then it must not be replayed. */
  async #withdraw(path: string, seq: number): Promise<void> {
    const time = this.#ports.clock.now().toISOString();
    try {
      await this.#ports.fs.append(path, encodeLine({ v: 1, settles: seq, as: 'aborted', time }), {
        sync: false,
      });
    } catch (error) {
      this.#ports.log.warn(`Change ${seq} could not be withdrawn from ${path}: ${String(error)}`);
    }
  }

  async #segments(): Promise<readonly string[]> {
    const entries = (await this.#ports.fs.list(this.#folder)) ?? [];
    return entries
      .filter(({ name, kind }) => kind === 'file' && segmentPattern.test(name))
      .map(({ name }) => name)
      .sort();
  }

  async #parse(segment: string, start: number): Promise<{ parsed: ParsedLog; size: number }> {
    const path = join(this.#folder, segment);
    const size = (await this.#ports.fs.stat(path))?.size ?? 0;
    const length = Math.max(0, size - start);
    const bytes = length === 0 ? undefined : await this.#ports.fs.readAt(path, start, length);
    return { parsed: parseLog(bytes ?? new Uint8Array()), size: start + (bytes?.length ?? 0) };
  }

  /** The last sequence, from the cursor onward when there is one, else from the tail backward. */
  async #findEnd(): Promise<LogPosition | undefined> {
    const segments = await this.#segments();
    const last = segments.at(-1);
    if (last === undefined) return undefined;
    const cursor = this.#cursor;
    if (cursor !== undefined && segments.includes(cursor.segment)) {
      const size = (await this.#ports.fs.stat(join(this.#folder, cursor.segment)))?.size ?? 0;
      if (size >= cursor.offset) return (await this.read(cursor)).end;
    }
    return this.#findEndBackward(segments, last);
  }

  async #findEndBackward(segments: readonly string[], last: string): Promise<LogPosition> {
    const size = (await this.#ports.fs.stat(join(this.#folder, last)))?.size ?? 0;
    const tail = await this.#parse(last, Math.max(0, size - tailBytes));
    // Without a record it may lie behind the beginning of a long one, and its settlements may be of earlier ones.
    const hasRecord = tail.parsed.lines.some(({ line }) => !isSettlement(line));
    let seq = hasRecord ? lastSeq(tail.parsed) : 0;
    for (const segment of [...segments].reverse()) {
      if (seq > 0) break;
      seq = lastSeq((await this.#parse(segment, 0)).parsed);
    }
    return { segment: last, offset: tail.size, seq };
  }
}

/** What `verify` tells, of a log that has been read from its beginning. */
export function reportOn({ records, outcomes, torn, damaged, segments, end }: LogContents): LogReport {
  const pending = records.filter(({ record }) => record.via === 'file' && !outcomes.has(record.seq)).length;
  return {
    segments,
    records: records.length,
    lastSeq: end?.seq ?? 0,
    pending,
    torn: torn.length,
    damaged,
    missing: gaps([...records.map(({ record }) => record.seq), ...outcomes.keys()]),
  };
}

function lastSeq({ lines }: ParsedLog): number {
  // A settlement counts too: its record may be damaged, and its sequence must not be given out again.
  return lines.reduce((max, { line }) => Math.max(max, isSettlement(line) ? line.settles : line.seq), 0);
}

function gaps(known: readonly number[]): { from: number; to: number }[] {
  const seqs = [...new Set(known)].sort((a, b) => a - b);
  return seqs.flatMap((seq, index) => {
    const last = seqs[index - 1] ?? seq - 1;
    return seq > last + 1 ? [{ from: last + 1, to: seq - 1 }] : [];
  });
}

function place(bad: readonly BadBytes[], segment: string, start: number): (BadBytes & { segment: string })[] {
  return bad.map(({ offset, length }) => ({ segment, offset: start + offset, length }));
}

function separate(bytes: Uint8Array, damaged: readonly BadBytes[]): { bad: Uint8Array; good: Uint8Array } {
  const badPieces = damaged.map(({ offset, length }) => bytes.subarray(offset, offset + length));
  const goodPieces: Uint8Array[] = [];
  let at = 0;
  for (const { offset, length } of damaged) {
    goodPieces.push(bytes.subarray(at, offset));
    at = offset + length;
  }
  goodPieces.push(bytes.subarray(at));
  return { bad: concat(badPieces), good: concat(goodPieces) };
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** A checkpoint only saves work, so one that does not read is as good as none. */
function parsePosition(bytes: Uint8Array): LogPosition | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes) ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { segment, offset, seq }: Partial<Record<keyof LogPosition, unknown>> = value;
  if (typeof segment !== 'string' || !segmentPattern.test(segment)) return undefined;
  if (typeof offset !== 'number' || typeof seq !== 'number' || offset < 0 || seq < 0) return undefined;
  return { segment, offset, seq };
}
