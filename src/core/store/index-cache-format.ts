/**
 * The text of the index cache: what the index keeps of each state file, as one flat list of plain values. Ten thousand
 * files take two megabytes and some ten milliseconds; objects with named keys take three times as much.
 */
import { isStatus } from '../model/status';
import { isRecurrence, isTaskId, type TaskId, type TaskOutline, type Tracking } from '../model/task';
import { join, relativeTo } from './paths';
import type { FileEntry } from './state-file';
import type { TaskRecord } from './task-record';

/**
 * Goes up with every change to what `outline` makes of a text, or to the order of values below: an older cache is then
 * left aside. A test holds the outlines of sample files against the number.
 */
export const indexCacheFormat = 1;

type Cell = string | number | null | readonly Cell[];

/** Entries that are no settled file, or a file with problems, are left out: reading those again is right or cheap. */
export function encodeEntries(entries: Iterable<FileEntry>, root: string): string {
  const cells: Cell[] = [indexCacheFormat];
  for (const entry of entries) if (isCacheable(entry)) encodeEntry(entry, root, cells);
  return JSON.stringify(cells);
}

export function isCacheable({ settled, task }: FileEntry): boolean {
  return settled && (task === undefined || (task.problems.length === 0 && task.duplicates.length === 0));
}

/** By absolute path. Undefined when the text is anything but what `encodeEntries` of this format writes. */
export function decodeEntries(text: string, root: string): Map<string, FileEntry> | undefined {
  try {
    const cells: unknown = JSON.parse(text);
    if (!Array.isArray(cells)) return undefined;
    const reader = new CellReader(cells);
    if (reader.number() !== indexCacheFormat) return undefined;
    const entries = new Map<string, FileEntry>();
    // Joined once: the root may end with a slash.
    const prefix = join(root, 'x').slice(0, -1);
    while (!reader.isAtEnd) {
      const entry = decodeEntry(reader, prefix);
      entries.set(entry.path, entry);
    }
    return entries;
  } catch (error) {
    if (error instanceof UnexpectedCell || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function encodeEntry({ path, mtimeMs, ctimeMs, size, task }: FileEntry, root: string, cells: Cell[]): void {
  cells.push(relativeTo(root, path), mtimeMs, ctimeMs ?? null, size, task?.id ?? null);
  if (task === undefined) return;
  cells.push(task.version);
  encodeOutline(task.outline, cells);
}

function decodeEntry(cells: CellReader, prefix: string): FileEntry {
  const relativePath = cells.text();
  const path = prefix + relativePath;
  const [mtimeMs, ctimeMs, size] = [cells.number(), cells.optionalNumber(), cells.number()];
  const id = cells.optional(isTaskId);
  let task: TaskRecord | undefined;
  if (id !== undefined) {
    const version = cells.text();
    const outline = decodeOutline(cells);
    task = { id, path, relativePath, outline, version, mtimeMs, size, problems: [], duplicates: [] };
  }
  return { path, mtimeMs, ctimeMs, size, settled: true, task };
}

function encodeOutline(outline: TaskOutline, cells: Cell[]): void {
  const { criteria, features, sessions } = outline;
  cells.push(outline.id ?? null, outline.title, outline.status, outline.statusSource);
  cells.push(outline.dependsOn.length === 0 ? null : outline.dependsOn);
  cells.push(outline.priority ?? null, outline.estimateMinutes ?? null, outline.created ?? null);
  cells.push(outline.agent ?? null, outline.epic ?? null);
  cells.push(criteria.done, criteria.total, features.passed, features.total);
  cells.push(features.next?.id ?? null, features.next?.description ?? null, features.passedAt ?? null);
  cells.push(sessions.count, sessions.lastNumber, sessions.lastAt ?? null);
  cells.push(
    outline.inputs.length === 0 ? null : outline.inputs.map(({ from, hash }) => [from, hash ?? null]),
  );
  cells.push(outline.output?.hash ?? null, outline.size);
  cells.push(outline.tracking === undefined ? null : encodeTracking(outline.tracking));
}

/** The order of the properties is the order of the cells. */
function decodeOutline(cells: CellReader): TaskOutline {
  const outline = {
    id: cells.optional(isTaskId),
    title: cells.text(),
    status: cells.one(isStatus),
    statusSource: cells.one(isStatusSource),
    dependsOn: cells.list((list) => list.one(isTaskId)) ?? noIds,
    priority: cells.optionalNumber(),
    estimateMinutes: cells.optionalNumber(),
    created: cells.optional(isText),
    agent: cells.optional(isText),
    epic: cells.optional(isText),
    criteria: { done: cells.number(), total: cells.number() },
    features: decodeFeatures(cells),
    sessions: { count: cells.number(), lastNumber: cells.number(), lastAt: cells.optional(isText) },
    inputs: cells.list(decodeInput) ?? noInputs,
    output: decodeOutput(cells),
    size: cells.number(),
  };
  const tracking = cells.row(decodeTracking);
  return tracking === undefined ? outline : { ...outline, tracking };
}

const noIds: readonly TaskId[] = [];
const noInputs: TaskOutline['inputs'] = [];

function decodeFeatures(cells: CellReader): TaskOutline['features'] {
  const [passed, total] = [cells.number(), cells.number()];
  const [id, description] = [cells.optional(isText), cells.optional(isText)];
  const next = id === undefined || description === undefined ? undefined : { id, description };
  const passedAt = cells.list((list) => list.text());
  return passedAt === undefined ? { passed, total, next } : { passed, total, next, passedAt };
}

function decodeInput(list: CellReader): TaskOutline['inputs'][number] {
  const input = list.row((cells) => ({ from: cells.one(isTaskId), hash: cells.optional(isText) }));
  if (input === undefined) throw new UnexpectedCell();
  return input;
}

function decodeOutput(cells: CellReader): TaskOutline['output'] {
  const hash = cells.optional(isText);
  return hash === undefined ? undefined : { hash };
}

function encodeTracking(tracking: Tracking): readonly Cell[] {
  const { spentMinutes, progress, blockedReason, question, recurs, recursDay, nextDue, completed } = tracking;
  const values = [spentMinutes, progress, blockedReason, question, recurs, recursDay, nextDue, completed];
  return values.map((value) => value ?? null);
}

function decodeTracking(cells: CellReader): Tracking {
  const [spentMinutes, progress] = [cells.optionalNumber(), cells.optionalNumber()];
  const [blockedReason, question] = [cells.optional(isText), cells.optional(isText)];
  const [recurs, recursDay] = [cells.optional(isRecurrence), cells.optionalNumber()];
  const [nextDue, completed] = [cells.optional(isText), cells.optional(isText)];
  return {
    ...(spentMinutes === undefined ? {} : { spentMinutes }),
    ...(progress === undefined ? {} : { progress }),
    ...(blockedReason === undefined ? {} : { blockedReason }),
    ...(question === undefined ? {} : { question }),
    ...(recurs === undefined ? {} : { recurs }),
    ...(recursDay === undefined ? {} : { recursDay }),
    ...(nextDue === undefined ? {} : { nextDue }),
    ...(completed === undefined ? {} : { completed }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isStatusSource(value: unknown): value is TaskOutline['statusSource'] {
  return value === 'stored' || value === 'derived';
}

/** A cell of another kind than this format has there. */
class UnexpectedCell extends Error {}

/** Goes through cells of unknown origin one by one; throws `UnexpectedCell` at the first that is not what was asked. */
class CellReader {
  readonly #cells: readonly unknown[];
  #next = 0;

  constructor(cells: readonly unknown[]) {
    this.#cells = cells;
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#cells.length;
  }

  text(): string {
    const cell = this.#cells[this.#next++];
    if (typeof cell !== 'string') throw new UnexpectedCell();
    return cell;
  }

  number(): number {
    const cell = this.#cells[this.#next++];
    if (typeof cell !== 'number') throw new UnexpectedCell();
    return cell;
  }

  optionalNumber(): number | undefined {
    const cell = this.#cells[this.#next++];
    if (cell === null) return undefined;
    if (typeof cell !== 'number') throw new UnexpectedCell();
    return cell;
  }

  one<T>(is: (cell: unknown) => cell is T): T {
    const cell = this.#cells[this.#next++];
    if (!is(cell)) throw new UnexpectedCell();
    return cell;
  }

  optional<T>(is: (cell: unknown) => cell is T): T | undefined {
    const cell = this.#cells[this.#next++];
    if (cell === null) return undefined;
    if (!is(cell)) throw new UnexpectedCell();
    return cell;
  }

  /** Any number of items, read one after the other; undefined for null. */
  list<T>(item: (list: CellReader) => T): readonly T[] | undefined {
    return this.row((list) => {
      const items: T[] = [];
      while (!list.isAtEnd) items.push(item(list));
      return items;
    });
  }

  /** A list of its own, taken apart as a whole; undefined for null. */
  row<T>(take: (cells: CellReader) => T): T | undefined {
    const cell = this.#cells[this.#next++];
    if (cell === null) return undefined;
    if (!Array.isArray(cell)) throw new UnexpectedCell();
    return take(new CellReader(cell));
  }
}
