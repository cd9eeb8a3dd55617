/** What only some tasks have, as one JSON text of the index cache: inputs, when features passed, time and recurrence. */
import { isRecurrence, isTaskId, type TaskOutline, type Tracking } from '../model/task';

type Cell = string | number | null | readonly Cell[];

export interface More {
  readonly inputs?: TaskOutline['inputs'] | undefined;
  readonly passedAt?: readonly string[] | undefined;
  readonly tracking?: Tracking | undefined;
}

/** Undefined for a task that has nothing of it. */
export function encodeMore({ inputs, features, tracking }: TaskOutline): string | undefined {
  const cells: readonly Cell[] = [
    inputs.length === 0 ? null : inputs.map(({ from, hash }) => [from, hash ?? null]),
    features.passedAt ?? null,
    tracking === undefined ? null : encodeTracking(tracking),
  ];
  return cells.every((cell) => cell === null) ? undefined : JSON.stringify(cells);
}

/** Throws `UnexpectedCell` or `SyntaxError` for a text of any other kind. */
export function decodeMore(text: string): More {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new UnexpectedCell();
  const cells = new CellReader(parsed);
  return {
    inputs: cells.list(decodeInput),
    passedAt: cells.list((list) => list.text()),
    tracking: cells.row(decodeTracking),
  };
}

function decodeInput(list: CellReader): TaskOutline['inputs'][number] {
  const input = list.row((cells) => ({ from: cells.one(isTaskId), hash: cells.optional(isText) }));
  if (input === undefined) throw new UnexpectedCell();
  return input;
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

/** A cell of another kind than this format has there. */
export class UnexpectedCell extends Error {}

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
