/** The text of an answer, with long lists made as they are written, so that they are never there as objects at once. */

/** A list in an answer whose items are made one by one, as the JSON texts they are. Reads like an array in JSON. */
export class Rows {
  /** Each is what `JSON.stringify` makes of an item. */
  readonly texts: Iterable<string>;

  /** @param texts can be gone through more than once. */
  constructor(texts: Iterable<string>) {
    this.texts = texts;
  }

  toJSON(): readonly unknown[] {
    return Array.from(this.texts, (text): unknown => JSON.parse(text));
  }
}

/** So many that handing them on costs little, and few enough to be forgotten before they are moved about in memory. */
const unitsInPiece = 65_536;

/**
 * Pieces of JSON text.
 *
 * **Invariant:** joined they are `JSON.stringify(value)`, for every value that this makes a text of. `Rows` are found
 * in objects, not in arrays.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  if (value instanceof Rows) yield* rowPieces(value.texts);
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

function* rowPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  let before = '[';
  for (const text of texts) {
    piece += before + text;
    before = ',';
    if (piece.length < unitsInPiece) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}${before === '[' ? '[]' : ']'}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsRows(value: object): boolean {
  return Object.values(value).some((part) => part instanceof Rows || (isObject(part) && holdsRows(part)));
}
