/** The text of an answer, with long lists made as they are written, so that they are never there as objects at once. */

/** A list in an answer whose items are made one by one. Reads like an array in JSON. */
export class Rows {
  readonly items: Iterable<unknown>;

  /** @param items can be gone through more than once. */
  constructor(items: Iterable<unknown>) {
    this.items = items;
  }

  toJSON(): readonly unknown[] {
    return [...this.items];
  }
}

/** Enough to make a call worth it, and few enough to be forgotten before they are moved about in memory. */
const rowsAtOnce = 256;

/**
 * Pieces of JSON text.
 *
 * **Invariant:** joined they are `JSON.stringify(value)`, for every value that this makes a text of. `Rows` are found
 * in objects, not in arrays.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  if (value instanceof Rows) yield* rowPieces(value.items);
  else if (isObject(value) && holdsRows(value)) {
    let before = '{';
    for (const [key, part] of Object.entries(value)) {
      if (part === undefined) continue;
      yield `${before}${JSON.stringify(key)}:`;
      yield* jsonPieces(part);
      before = ',';
    }
    yield '}';
  } else yield JSON.stringify(value);
}

function* rowPieces(items: Iterable<unknown>): Generator<string> {
  yield '[';
  let batch: unknown[] = [];
  let before = '';
  for (const item of items) {
    batch.push(item);
    if (batch.length < rowsAtOnce) continue;
    yield before + withoutBrackets(batch);
    before = ',';
    batch = [];
  }
  if (batch.length > 0) yield before + withoutBrackets(batch);
  yield ']';
}

function withoutBrackets(batch: readonly unknown[]): string {
  return JSON.stringify(batch).slice(1, -1);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsRows(value: object): boolean {
  return Object.values(value).some((part) => part instanceof Rows || (isObject(part) && holdsRows(part)));
}
