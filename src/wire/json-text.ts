/** The text of an answer, with long lists made as they are written, so that they are never there as objects at once. */

/** One item of a list as JSON: a text, or one whose beginning is kept as UTF-8. */
export type ItemJson = string | KeptJson;

export interface KeptJson {
  /** UTF-8; handed on without being read. */
  readonly kept: Uint8Array;
  readonly rest: string;
}

/** A list in an answer whose items are made one by one, as the JSON texts they are. Reads like an array in JSON. */
export class Rows {
  /** Each is what `JSON.stringify` makes of an item. */
  readonly items: Iterable<ItemJson>;

  /** @param items can be gone through more than once. */
  constructor(items: Iterable<ItemJson>) {
    this.items = items;
  }
}

/** A part of an answer whose JSON is at hand. Stands in objects, as `Rows` do; never goes through `JSON.stringify`. */
export class MadeJson {
  /** UTF-8, in pieces of whole characters. */
  readonly pieces: readonly Uint8Array[];

  constructor(pieces: readonly Uint8Array[]) {
    this.pieces = pieces;
  }
}

/** Where the text of an answer goes, piece by piece. */
export interface JsonSink {
  text(text: string): void;
  /** UTF-8 of whole characters, which nobody changes any more. */
  bytes(utf8: Uint8Array): void;
}

/**
 * **Invariant:** what the sink gets is `JSON.stringify(value)`, for every value that this makes a text of, with an array of
 * its items in the place of `Rows`, and in the place of `MadeJson` its value. Those are found in objects, not in arrays.
 */
export function writeJson(value: unknown, sink: JsonSink): void {
  if (value instanceof Rows) writeRows(value.items, sink);
  else if (value instanceof MadeJson) for (const piece of value.pieces) sink.bytes(piece);
  else if (isObject(value) && holdsRows(value)) {
    let before = '{';
    for (const [key, part] of Object.entries(value)) {
      if (part === undefined) continue;
      sink.text(`${before}${JSON.stringify(key)}:`);
      writeJson(part, sink);
      before = ',';
    }
    sink.text('}');
  } else sink.text(JSON.stringify(value));
}

function writeRows(items: Iterable<ItemJson>, sink: JsonSink): void {
  let before = '[';
  for (const item of items) {
    if (typeof item === 'string') sink.text(before + item);
    else {
      sink.text(before);
      sink.bytes(item.kept);
      sink.text(item.rest);
    }
    before = ',';
  }
  sink.text(before === '[' ? '[]' : ']');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsRows(value: object): boolean {
  return Object.values(value).some(
    (part) => part instanceof Rows || part instanceof MadeJson || (isObject(part) && holdsRows(part)),
  );
}
