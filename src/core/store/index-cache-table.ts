/**
 * Reads the bytes of the index cache. All of it is checked at once; what a row says is put together when somebody asks
 * for it.
 */
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { type Status, statuses } from '../model/status';
import { isTaskId, type TaskId, type TaskOutline } from '../model/task';
import type { FolderLook } from '../ports';
import * as column from './index-cache-columns';
import { checksum, headerBytes, numberColumns, textColumns } from './index-cache-columns';
import { decodeMore, type More, UnexpectedCell } from './index-cache-more';
import { join } from './paths';
import type { FileEntry } from './state-file';
import type { FileProblem, TaskRecord } from './task-record';
import type { RowText, TaskRow } from './task-row';

/**
 * Undefined when the bytes are anything but what `encodeEntries` of this format writes. Holds on to `bytes`.
 *
 * @param root absolute; may end with a slash
 * @param rowText makes the texts that the table does not have
 */
export function decodeEntries(
  bytes: Uint8Array,
  root: string,
  rowText: RowText | undefined,
): CachedEntries | undefined {
  try {
    const columns = columnsOf(bytes);
    if (columns === undefined) return undefined;
    return new CachedEntries(new Table(columns, join(root, 'x').slice(0, -1), rowText));
  } catch (error) {
    if (error instanceof UnexpectedCell || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What the cache tells of the files, in the order in which they were listed. */
export class CachedEntries {
  readonly #table: Table;
  readonly #tasks: readonly (TaskRow | undefined)[];
  #list: readonly FileEntry[] | undefined;

  /** Throws `UnexpectedCell` or `SyntaxError` for a row that this format does not write. */
  constructor(table: Table) {
    this.#table = table;
    this.#tasks = Array.from({ length: table.rows }, (_, row) => CachedRow.of(table, row));
  }

  /** The rows carry the texts that were asked for. */
  get hasTexts(): boolean {
    return this.#table.hasTexts;
  }

  get size(): number {
    return this.#tasks.length;
  }

  /** One an entry; undefined for a file that is no task. */
  get tasks(): readonly (TaskRow | undefined)[] {
    return this.#tasks;
  }

  /** One per path, unless somebody forged it; the same at every call. */
  list(): readonly FileEntry[] {
    this.#list ??= this.#tasks.map((task, row) => new CachedEntry(this.#table, row, task));
    return this.#list;
  }

  at(row: number): FileEntry | undefined {
    return this.#list?.[row] ?? new CachedEntry(this.#table, row, this.#tasks[row]);
  }

  /**
   * The positions of the files that are not as they were, or no plain files any more. Undefined when the folder has
   * other names, or shows them in another order.
   *
   * @param folder absolute
   */
  changed(folder: string, look: FolderLook): readonly number[] | undefined {
    const table = this.#table;
    const inside = `${folder}/`.startsWith(table.prefix)
      ? `${folder}/`.slice(table.prefix.length)
      : undefined;
    if (inside === undefined || look.names.length !== this.size) return undefined;
    if (!table.arePaths(inside, look.names)) return undefined;
    const { mtimeMs, ctimeMs, size } = column.number;
    const pairs = [
      [look.mtimeMs, table.numbersOf(mtimeMs)],
      [look.ctimeMs, table.numbersOf(ctimeMs)],
      [look.size, table.numbersOf(size)],
    ] as const;
    const changed = new Set<number>();
    for (const [now, then] of pairs) addDifferences(now, then, changed);
    look.plain.forEach((isPlain, at) => {
      if (isPlain !== 1) changed.add(at);
    });
    return [...changed];
  }
}

function addDifferences(a: Float64Array, b: Float64Array, into: Set<number>): void {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) into.add(at);
}

const none: readonly never[] = [];

class Table {
  readonly rows: number;
  readonly hasTexts: boolean;
  /** Of all paths; ends with a slash. */
  readonly prefix: string;
  readonly rowText: RowText | undefined;
  readonly #columns: Columns;

  constructor(columns: Columns, prefix: string, rowText: RowText | undefined) {
    this.#columns = columns;
    this.rows = columns.rows;
    this.prefix = prefix;
    this.rowText = rowText;
    this.hasTexts = rowText === undefined || rowText.format === columns.rowTextFormat;
  }

  number(row: number, column: number): number {
    return this.#columns.numbers[column * this.rows + row] ?? Number.NaN;
  }

  optionalNumber(row: number, column: number): number | undefined {
    const value = this.number(row, column);
    return Number.isNaN(value) ? undefined : value;
  }

  numbersOf(column: number): Float64Array {
    return this.#columns.numbers.subarray(column * this.rows, (column + 1) * this.rows);
  }

  text(row: number, column: number): string {
    const cell = column * this.rows + row;
    const [begin, end] = [this.#begin(cell), this.#columns.ends[cell] ?? 0];
    return begin === end ? '' : this.#columns.text.slice(begin, end);
  }

  optionalText(row: number, column: number): string | undefined {
    const cell = column * this.rows + row;
    const [begin, end] = [this.#begin(cell), this.#columns.ends[cell] ?? 0];
    // Behind the sign that tells an empty text from none.
    return begin === end ? undefined : this.#columns.text.slice(begin + 1, end);
  }

  /** Relative to the workspace folder. */
  path(row: number): string {
    return this.text(row, column.text.path).slice(0, -column.pathEnd.length);
  }

  /** The surface's text, as UTF-8; undefined where there is none. */
  ownText(row: number): Uint8Array | undefined {
    const { rowEnds, rowTexts } = this.#columns;
    const begin = row === 0 ? 0 : (rowEnds[row - 1] ?? 0);
    const end = rowEnds[row] ?? 0;
    return begin === end ? undefined : rowTexts.subarray(begin, end);
  }

  /**
   * Whether the paths of all rows are these names, in this order; told without making a text.
   *
   * @param folder relative to the workspace folder; ends with a slash unless it is empty
   */
  arePaths(folder: string, names: readonly string[]): boolean {
    const { text } = this.#columns;
    const first = column.text.path * this.rows;
    let at = this.#begin(first);
    for (const name of names) {
      const nameAt = at + folder.length;
      const endAt = nameAt + name.length;
      const isThere = text.startsWith(folder, at) && text.startsWith(name, nameAt);
      if (!isThere || !text.startsWith(column.pathEnd, endAt)) return false;
      at = endAt + column.pathEnd.length;
    }
    return at === this.#begin(first + this.rows);
  }

  #begin(cell: number): number {
    return cell === 0 ? this.#columns.headLength : (this.#columns.ends[cell - 1] ?? 0);
  }
}

interface Columns {
  readonly rows: number;
  readonly numbers: Float64Array;
  readonly ends: Uint32Array;
  readonly rowEnds: Uint32Array;
  readonly text: string;
  readonly rowTexts: Uint8Array;
  readonly headLength: number;
  readonly rowTextFormat: string;
}

/** Undefined when the bytes are no table of this format; throws `SyntaxError` for some. */
function columnsOf(bytes: Uint8Array): Columns | undefined {
  if (bytes.length < headerBytes || bytes.length % 8 !== 0) return undefined;
  // Numbers must start at a multiple of eight in memory.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  const { buffer, byteOffset } = aligned;
  const header = new Float64Array(buffer, byteOffset, column.headerNumbers);
  const [format, rows = -1, sum, textBytes = -1, headLength = -1, rowBytes = -1] = header;
  if (format !== column.indexCacheFormat || sum !== checksum(aligned)) return undefined;
  const endsAt = headerBytes + rows * numberColumns * 8;
  const rowEndsAt = endsAt + rows * textColumns * 4;
  const textAt = rowEndsAt + rows * 4;
  const rowsAt = textAt + textBytes;
  if (!(areCounts(rows, textBytes, rowBytes) && Math.ceil((rowsAt + rowBytes) / 8) * 8 === bytes.length))
    return undefined;
  const text = decodeUtf8(aligned.subarray(textAt, rowsAt));
  const rowTextFormat = text && formatOfHead(text.slice(0, headLength));
  if (text === undefined || rowTextFormat === undefined) return undefined;
  const numbers = new Float64Array(buffer, byteOffset + headerBytes, rows * numberColumns);
  const ends = new Uint32Array(buffer, byteOffset + endsAt, rows * textColumns);
  const rowEnds = new Uint32Array(buffer, byteOffset + rowEndsAt, rows);
  if (!areInOrder(ends, headLength, text.length) || !areInOrder(rowEnds, 0, rowBytes)) return undefined;
  if (lacksNumbers(numbers, rows)) return undefined;
  const rowTexts = aligned.subarray(rowsAt, rowsAt + rowBytes);
  return { rows, numbers, ends, rowEnds, text, rowTexts, headLength, rowTextFormat };
}

function areCounts(...numbers: readonly number[]): boolean {
  return numbers.every((one) => Number.isSafeInteger(one) && one >= 0);
}

/** The format of the surface's texts; undefined when the head is none, or of other statuses. */
function formatOfHead(head: string): string | undefined {
  const parsed: unknown = JSON.parse(head);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if (!('statuses' in parsed && 'rowText' in parsed)) return undefined;
  const isOurs = Array.isArray(parsed.statuses) && parsed.statuses.join() === statuses.join();
  return isOurs && typeof parsed.rowText === 'string' ? parsed.rowText : undefined;
}

/** Each text begins where the one before ends, and the last ends where all do. */
function areInOrder(ends: Uint32Array, begin: number, end: number): boolean {
  let before = begin;
  for (let at = 0; at < ends.length; at++) {
    const one = ends[at] ?? 0;
    if (one < before) return false;
    before = one;
  }
  return before === end;
}

function lacksNumbers(numbers: Float64Array, rows: number): boolean {
  for (let at = 0; at < numberColumns; at++) {
    if (column.optionalNumbers.includes(at)) continue;
    if (numbers.subarray(at * rows, (at + 1) * rows).includes(Number.NaN)) return true;
  }
  return false;
}

/** A settled file. */
class CachedEntry implements FileEntry {
  readonly settled = true;
  readonly task: TaskRow | undefined;
  readonly #table: Table;
  readonly #row: number;

  constructor(table: Table, row: number, task: TaskRow | undefined) {
    this.#table = table;
    this.#row = row;
    this.task = task;
  }

  get path(): string {
    return this.#table.prefix + this.#table.path(this.#row);
  }

  get mtimeMs(): number {
    return this.#table.number(this.#row, column.number.mtimeMs);
  }

  get ctimeMs(): number | undefined {
    return this.#table.optionalNumber(this.#row, column.number.ctimeMs);
  }

  get size(): number {
    return this.#table.number(this.#row, column.number.size);
  }
}

class CachedRow implements TaskRow {
  readonly id: TaskId;
  readonly dependsOn: readonly TaskId[];
  readonly #status: Status;
  readonly #table: Table;
  readonly #row: number;
  readonly #more: More | undefined;
  #record: TaskRecord | undefined;

  private constructor(table: Table, row: number, id: TaskId, status: Status) {
    this.id = id;
    this.#status = status;
    this.dependsOn = decodeIds(table.text(row, column.text.dependsOn));
    const more = table.optionalText(row, column.text.more);
    this.#more = more === undefined ? undefined : decodeMore(more);
    this.#table = table;
    this.#row = row;
  }

  /** Undefined for a file that is no task; throws `UnexpectedCell` or `SyntaxError` for no row of this format. */
  static of(table: Table, row: number): CachedRow | undefined {
    const id = table.text(row, column.text.id);
    if (id === '') return undefined;
    const status = statuses[table.number(row, column.number.status)];
    if (!isTaskId(id) || status === undefined) throw new UnexpectedCell();
    return new CachedRow(table, row, id, status);
  }

  get status(): Status {
    return this.#status;
  }

  get inputs(): TaskOutline['inputs'] {
    return this.#more?.inputs ?? none;
  }

  get output(): TaskOutline['output'] {
    const hash = this.#optionalText(column.text.outputHash);
    return hash === undefined ? undefined : { hash };
  }

  get lastSession(): number {
    return this.#number(column.number.lastSession);
  }

  get problems(): readonly FileProblem[] {
    return none;
  }

  get text(): Uint8Array | undefined {
    const { hasTexts, rowText } = this.#table;
    if (rowText === undefined) return undefined;
    return (hasTexts ? this.#table.ownText(this.#row) : undefined) ?? encodeUtf8(rowText.of(this.record));
  }

  get record(): TaskRecord {
    this.#record ??= this.#makeRecord();
    return this.#record;
  }

  #makeRecord(): TaskRecord {
    const relativePath = this.#table.path(this.#row);
    return {
      id: this.id,
      path: this.#table.prefix + relativePath,
      relativePath,
      outline: this.#outline(),
      version: this.#table.text(this.#row, column.text.version),
      mtimeMs: this.#number(column.number.mtimeMs),
      size: this.#number(column.number.size),
      problems: none,
      duplicates: none,
    };
  }

  #outline(): TaskOutline {
    const { number, text } = column;
    const { passedAt, tracking } = this.#more ?? {};
    return {
      id: this.#number(number.hasOwnId) === 0 ? undefined : this.id,
      title: this.#table.text(this.#row, text.title),
      status: this.status,
      statusSource: this.#number(number.isStored) === 0 ? 'derived' : 'stored',
      dependsOn: this.dependsOn,
      priority: this.#table.optionalNumber(this.#row, number.priority),
      estimateMinutes: this.#table.optionalNumber(this.#row, number.estimateMinutes),
      created: this.#optionalText(text.created),
      agent: this.#optionalText(text.agent),
      epic: this.#optionalText(text.epic),
      criteria: { done: this.#number(number.criteriaDone), total: this.#number(number.criteriaTotal) },
      features: {
        passed: this.#number(number.featuresPassed),
        total: this.#number(number.featuresTotal),
        next: this.#nextFeature(),
        ...(passedAt === undefined ? {} : { passedAt }),
      },
      sessions: {
        count: this.#number(number.sessionCount),
        lastNumber: this.lastSession,
        lastAt: this.#optionalText(text.lastSessionAt),
      },
      inputs: this.inputs,
      output: this.output,
      size: this.#number(number.outlineSize),
      ...(tracking === undefined ? {} : { tracking }),
    };
  }

  #nextFeature(): TaskOutline['features']['next'] {
    const id = this.#optionalText(column.text.nextFeatureId);
    const description = this.#optionalText(column.text.nextFeature);
    return id === undefined || description === undefined ? undefined : { id, description };
  }

  #number(at: number): number {
    return this.#table.number(this.#row, at);
  }

  #optionalText(at: number): string | undefined {
    return this.#table.optionalText(this.#row, at);
  }
}

function decodeIds(text: string): readonly TaskId[] {
  if (text === '') return none;
  const ids = text.split(',');
  if (!ids.every(isTaskId)) throw new UnexpectedCell();
  return ids;
}
