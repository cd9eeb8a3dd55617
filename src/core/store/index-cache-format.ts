/**
 * The bytes of the index cache: what the index keeps of each state file, as a table. Numbers and the ends of the texts
 * are typed arrays that need no parsing, and all texts are one, taken apart by slices: ten thousand files are three
 * megabytes and some ten milliseconds, where JSON takes three times as long.
 *
 * ```
 * header   4 × float64   format, rows, checksum of what follows, bytes of text
 * numbers  rows × numbersInRow × float64      NaN: none
 * ends     rows × textsInRow × uint32         where each text ends, in UTF-16 units
 * text     UTF-8: the words for statuses, then the texts of all rows; zeros up to a multiple of eight
 * ```
 */
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { statuses } from '../model/status';
import { isTaskId, type TaskId, type TaskOutline } from '../model/task';
import { decodeMore, encodeMore, UnexpectedCell } from './index-cache-more';
import { join, relativeTo } from './paths';
import type { FileEntry } from './state-file';
import type { TaskRecord } from './task-record';

/**
 * Goes up with every change to what `outline` makes of a text, or to the order of values below: an older cache is then
 * left aside. A test holds the outlines of sample files against the number.
 */
export const indexCacheFormat = 2;

const headerBytes = 32;
const numbersInRow = 15;
const textsInRow = 13;
/** Rows hold positions in this list, so a list of other words is another format. */
const statusWords = statuses.join();

/** Entries that are no settled file, or a file with problems, are left out: reading those again is right or cheap. */
export function encodeEntries(entries: Iterable<FileEntry>, root: string): Uint8Array {
  const numbers: number[] = [];
  const texts: string[] = [];
  for (const entry of entries) {
    if (!isCacheable(entry)) continue;
    const row = rowOf(entry, root);
    // Half a character would not come back from UTF-8 as it was.
    if (row.texts.some((text) => /\p{Surrogate}/u.test(text))) continue;
    numbers.push(...row.numbers);
    texts.push(...row.texts);
  }
  return tableOf(numbers, texts);
}

export function isCacheable({ settled, task }: FileEntry): boolean {
  return settled && (task === undefined || (task.problems.length === 0 && task.duplicates.length === 0));
}

/** By absolute path. Undefined when the bytes are anything but what `encodeEntries` of this format writes. */
export function decodeEntries(bytes: Uint8Array, root: string): Map<string, FileEntry> | undefined {
  try {
    const rows = RowReader.of(bytes);
    if (rows === undefined) return undefined;
    const entries = new Map<string, FileEntry>();
    // Joined once: the root may end with a slash.
    const prefix = join(root, 'x').slice(0, -1);
    while (rows.next()) {
      const entry = decodeEntry(rows, prefix);
      entries.set(entry.path, entry);
    }
    return entries;
  } catch (error) {
    if (error instanceof UnexpectedCell || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function tableOf(numbers: readonly number[], texts: readonly string[]): Uint8Array {
  const text = encodeUtf8(statusWords + texts.join(''));
  const endsAt = headerBytes + numbers.length * 8;
  const textAt = endsAt + texts.length * 4;
  const bytes = new Uint8Array(Math.ceil((textAt + text.length) / 8) * 8);
  new Float64Array(bytes.buffer, headerBytes, numbers.length).set(numbers);
  const ends = new Uint32Array(bytes.buffer, endsAt, texts.length);
  let end = statusWords.length;
  texts.forEach((one, at) => {
    end += one.length;
    ends[at] = end;
  });
  bytes.set(text, textAt);
  new Float64Array(bytes.buffer, 0, 4).set([
    indexCacheFormat,
    numbers.length / numbersInRow,
    checksum(bytes),
    text.length,
  ]);
  return bytes;
}

/** Of everything behind the header, in whole words (FNV-1a): a torn file is noticed; nobody is kept from forging one. */
export function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(
    bytes.buffer,
    bytes.byteOffset + headerBytes,
    (bytes.length - headerBytes) / 4,
  );
  let sum = 0x811c9dc5;
  for (let at = 0; at < words.length; at++) sum = Math.imul(sum ^ (words[at] ?? 0), 0x01000193);
  return sum >>> 0;
}

interface Row {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

/** The order of `decodeEntry` and `decodeOutline`. */
function rowOf({ path, mtimeMs, ctimeMs, size, task }: FileEntry, root: string): Row {
  const file = [mtimeMs, ctimeMs ?? Number.NaN, size];
  const relativePath = relativeTo(root, path);
  if (task === undefined) {
    return { numbers: padded(file, numbersInRow, 0), texts: padded([relativePath], textsInRow, '') };
  }
  const { outline, id, version } = task;
  const { criteria, features, sessions } = outline;
  return {
    numbers: [
      ...file,
      Number(outline.id !== undefined),
      statuses.indexOf(outline.status),
      Number(outline.statusSource === 'stored'),
      ...[outline.priority ?? Number.NaN, outline.estimateMinutes ?? Number.NaN],
      ...[criteria.done, criteria.total, features.passed, features.total],
      ...[sessions.count, sessions.lastNumber, outline.size],
    ],
    texts: [
      ...[relativePath, id, version, outline.title, outline.dependsOn.join()],
      ...[outline.created, outline.agent, outline.epic].map(optional),
      ...[features.next?.id, features.next?.description].map(optional),
      ...[sessions.lastAt, outline.output?.hash, encodeMore(outline)].map(optional),
    ],
  };
}

function padded<T>(values: readonly T[], length: number, filler: T): readonly T[] {
  return [...values, ...new Array<T>(length - values.length).fill(filler)];
}

/** A sign in front tells an empty text from none. */
function optional(text: string | undefined): string {
  return text === undefined ? '' : `=${text}`;
}

function decodeEntry(row: RowReader, prefix: string): FileEntry {
  const [mtimeMs, ctimeMs, size] = [row.number(), row.optionalNumber(), row.number()];
  const relativePath = row.text();
  const path = prefix + relativePath;
  const id = row.text();
  let task: TaskRecord | undefined;
  if (id !== '') {
    if (!isTaskId(id)) throw new UnexpectedCell();
    const version = row.text();
    const outline = decodeOutline(row, id);
    task = { id, path, relativePath, outline, version, mtimeMs, size, problems: none, duplicates: none };
  }
  return { path, mtimeMs, ctimeMs, size, settled: true, task };
}

/** The order of the properties is the order of the cells, numbers and texts each. */
function decodeOutline(row: RowReader, id: TaskId): TaskOutline {
  const outline = {
    id: row.number() === 0 ? undefined : id,
    title: row.text(),
    status: statuses[row.number()] ?? unexpected(),
    statusSource: row.number() === 0 ? ('derived' as const) : ('stored' as const),
    dependsOn: decodeIds(row.text()),
    priority: row.optionalNumber(),
    estimateMinutes: row.optionalNumber(),
    created: row.optionalText(),
    agent: row.optionalText(),
    epic: row.optionalText(),
    criteria: { done: row.number(), total: row.number() },
    features: { passed: row.number(), total: row.number(), next: decodeNext(row) },
    sessions: { count: row.number(), lastNumber: row.number(), lastAt: row.optionalText() },
    inputs: none,
    output: decodeOutput(row),
    size: row.number(),
  };
  const more = row.optionalText();
  if (more === undefined) return outline;
  const { inputs = none, passedAt, tracking } = decodeMore(more);
  const features = passedAt === undefined ? outline.features : { ...outline.features, passedAt };
  return { ...outline, features, inputs, ...(tracking === undefined ? {} : { tracking }) };
}

const none: readonly never[] = [];

function decodeIds(text: string): readonly TaskId[] {
  if (text === '') return none;
  const ids = text.split(',');
  if (!ids.every(isTaskId)) throw new UnexpectedCell();
  return ids;
}

function decodeNext(row: RowReader): TaskOutline['features']['next'] {
  const [id, description] = [row.optionalText(), row.optionalText()];
  return id === undefined || description === undefined ? undefined : { id, description };
}

function decodeOutput(row: RowReader): TaskOutline['output'] {
  const hash = row.optionalText();
  return hash === undefined ? undefined : { hash };
}

function unexpected(): never {
  throw new UnexpectedCell();
}

/** Goes through a table row by row, and in each through its numbers and its texts. */
class RowReader {
  readonly #numbers: Float64Array;
  readonly #ends: Uint32Array;
  readonly #text: string;
  readonly #rows: number;
  #row = -1;
  #number = 0;
  #cell = 0;
  /** Where the next text begins. */
  #begin = 0;

  private constructor(numbers: Float64Array, ends: Uint32Array, text: string) {
    this.#numbers = numbers;
    this.#ends = ends;
    this.#text = text;
    this.#rows = numbers.length / numbersInRow;
  }

  /** Undefined when the bytes are no table of this format. Holds on to `bytes`. */
  static of(bytes: Uint8Array): RowReader | undefined {
    if (bytes.length < headerBytes || bytes.length % 8 !== 0) return undefined;
    // Numbers must start at a multiple of eight in memory.
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
    const { buffer, byteOffset } = aligned;
    const [format, rows = -1, sum, textBytes = -1] = new Float64Array(buffer, byteOffset, 4);
    if (format !== indexCacheFormat || sum !== checksum(aligned)) return undefined;
    const endsAt = headerBytes + rows * numbersInRow * 8;
    const textAt = endsAt + rows * textsInRow * 4;
    if (
      !(Number.isSafeInteger(rows) && rows >= 0 && textBytes >= 0) ||
      Math.ceil((textAt + textBytes) / 8) * 8 !== bytes.length
    )
      return undefined;
    const text = decodeUtf8(aligned.subarray(textAt, textAt + textBytes));
    if (text?.startsWith(statusWords) !== true) return undefined;
    const numbers = new Float64Array(buffer, byteOffset + headerBytes, rows * numbersInRow);
    return new RowReader(numbers, new Uint32Array(buffer, byteOffset + endsAt, rows * textsInRow), text);
  }

  /** To the next row; false when there is none. */
  next(): boolean {
    this.#row++;
    this.#number = this.#row * numbersInRow;
    this.#cell = this.#row * textsInRow;
    this.#begin = this.#cell === 0 ? statusWords.length : (this.#ends[this.#cell - 1] ?? 0);
    return this.#row < this.#rows;
  }

  number(): number {
    const value = this.#numbers[this.#number++];
    if (value === undefined || Number.isNaN(value)) throw new UnexpectedCell();
    return value;
  }

  optionalNumber(): number | undefined {
    const value = this.#numbers[this.#number++];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  text(): string {
    const begin = this.#begin;
    this.#begin = this.#ends[this.#cell++] ?? 0;
    return this.#text.slice(begin, this.#begin);
  }

  optionalText(): string | undefined {
    const begin = this.#begin;
    this.#begin = this.#ends[this.#cell++] ?? 0;
    // Behind the sign that tells an empty text from none.
    return begin === this.#begin ? undefined : this.#text.slice(begin + 1, this.#begin);
  }
}
