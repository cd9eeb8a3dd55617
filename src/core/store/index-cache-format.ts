/**
 * The bytes of the index cache: what the index keeps of each state file, as a table. Numbers and the ends of the texts
 * are typed arrays that need no parsing, and all texts are one, taken apart by slices where they are asked for: who
 * lists ten thousand tasks looks at a few columns of them.
 *
 * ```
 * header   6 × float64   format, rows, checksum of what follows, bytes of text, UTF-16 units of its head,
 *                        bytes of the surface's texts
 * numbers  numberColumns × rows × float64     NaN: none
 * ends     textColumns × rows × uint32        where each text ends, in UTF-16 units
 * rowEnds  rows × uint32                      where each row's text of the surface ends, in bytes
 * text     UTF-8: the head, then column by column the texts of all rows
 * rowText  UTF-8: the surface's texts of all rows, one behind the other (`RowText`); zeros up to a multiple of eight
 * ```
 *
 * The head is JSON: the words for statuses, and the format of the surface's texts. Those are most of the bytes, and are
 * handed out as they are: whoever prints them needs no text.
 */
import { encodeUtf8 } from '../base/utf8';
import { statuses } from '../model/status';
import {
  checksum,
  headerBytes,
  headerNumbers,
  indexCacheFormat,
  numberColumns,
  pathEnd,
  textColumns,
} from './index-cache-columns';
import { encodeMore } from './index-cache-more';
import { relativeTo } from './paths';
import type { FileEntry } from './state-file';
import type { RowText } from './task-row';

/** Rows hold positions in the list of statuses, so a list of other words is another format. */
export interface TableHead {
  readonly statuses: readonly string[];
  /** `RowText.format`; empty when the rows have no texts of a surface. */
  readonly rowText: string;
}

/**
 * Entries that are no settled file, or a file with problems, are left out: reading those again is right or cheap.
 *
 * @param rowText what the rows' texts come from; without it none are kept
 */
export function encodeEntries(
  entries: Iterable<FileEntry>,
  root: string,
  rowText: RowText | undefined,
): Uint8Array {
  const rows: Row[] = [];
  for (const entry of entries) {
    if (!isCacheable(entry)) continue;
    const row = rowOf(entry, root, rowText !== undefined);
    // Half a character would not come back from UTF-8 as it was.
    if (row.texts.some((text) => /\p{Surrogate}/u.test(text))) continue;
    rows.push(row);
  }
  const head: TableHead = { statuses, rowText: rowText?.format ?? '' };
  const numbers = columns(numberColumns, (at) => rows.map((row) => row.numbers[at] ?? Number.NaN));
  const texts = columns(textColumns, (at) => rows.map((row) => row.texts[at] ?? ''));
  const rowTexts = rows.map(({ rowText }) => rowText ?? nothing);
  return tableOf(JSON.stringify(head), numbers, texts, rowTexts);
}

export function isCacheable({ settled, task }: FileEntry): boolean {
  // A file that another one shares its id with is known by the index alone.
  return settled && (task === undefined || task.problems.length === 0);
}

/** One behind the other. */
function columns<T>(count: number, column: (at: number) => readonly T[]): readonly T[] {
  return Array.from({ length: count }, (_, at) => column(at)).flat();
}

const nothing = new Uint8Array(0);

function tableOf(
  head: string,
  numbers: readonly number[],
  texts: readonly string[],
  rowTexts: readonly Uint8Array[],
): Uint8Array {
  const text = encodeUtf8(head + texts.join(''));
  const rowBytes = rowTexts.reduce((sum, { length }) => sum + length, 0);
  const endsAt = headerBytes + numbers.length * 8;
  const rowEndsAt = endsAt + texts.length * 4;
  const textAt = rowEndsAt + rowTexts.length * 4;
  const rowsAt = textAt + text.length;
  const bytes = new Uint8Array(Math.ceil((rowsAt + rowBytes) / 8) * 8);
  new Float64Array(bytes.buffer, headerBytes, numbers.length).set(numbers);
  putEnds(new Uint32Array(bytes.buffer, endsAt, texts.length), texts, head.length);
  putEnds(new Uint32Array(bytes.buffer, rowEndsAt, rowTexts.length), rowTexts, 0);
  bytes.set(text, textAt);
  let at = rowsAt;
  for (const one of rowTexts) {
    bytes.set(one, at);
    at += one.length;
  }
  const header = [indexCacheFormat, rowTexts.length, checksum(bytes), text.length, head.length, rowBytes];
  new Float64Array(bytes.buffer, 0, headerNumbers).set(header);
  return bytes;
}

function putEnds(ends: Uint32Array, parts: readonly { readonly length: number }[], begin: number): void {
  let end = begin;
  for (const [at, { length }] of parts.entries()) {
    end += length;
    ends[at] = end;
  }
}

interface Row {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  /** Undefined where the surface has none. */
  readonly rowText: Uint8Array | undefined;
}

/** In the order of the columns. */
function rowOf(entry: FileEntry, root: string, withText: boolean): Row {
  const { path, mtimeMs, ctimeMs, size, task } = entry;
  const file = [mtimeMs, ctimeMs ?? Number.NaN, size];
  const relativePath = relativeTo(root, path) + pathEnd;
  if (task === undefined) {
    const texts = padded([relativePath], textColumns, '');
    return { numbers: padded(file, numberColumns, 0), texts, rowText: undefined };
  }
  const { outline, id, version } = task.record;
  const { criteria, features, sessions } = outline;
  return {
    numbers: [
      ...file,
      Number(outline.id !== undefined),
      statuses.indexOf(outline.status),
      Number(outline.statusSource === 'stored'),
      ...[criteria.done, criteria.total, features.passed, features.total],
      ...[sessions.count, sessions.lastNumber, outline.size],
      ...[outline.priority ?? Number.NaN, outline.estimateMinutes ?? Number.NaN],
    ],
    texts: [
      ...[relativePath, id, version, outline.title, outline.dependsOn.join()],
      ...[outline.created, outline.agent, outline.epic].map(optional),
      ...[features.next?.id, features.next?.description].map(optional),
      ...[sessions.lastAt, outline.output?.hash, encodeMore(outline)].map(optional),
    ],
    rowText: withText ? task.text : undefined,
  };
}

function padded<T>(values: readonly T[], length: number, filler: T): readonly T[] {
  return [...values, ...new Array<T>(length - values.length).fill(filler)];
}

/** A sign in front tells an empty text from none. */
function optional(text: string | undefined): string {
  return text === undefined ? '' : `=${text}`;
}
