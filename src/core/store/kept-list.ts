/**
 * A text that a surface made of all tasks, kept with all that it was made from: as long as nothing of that changes, the
 * next process prints it without making a task of any file.
 *
 * ```
 * header     6 × float64   format, bytes of what it was made from, checksum of what follows, bytes of the text, 0, 0
 * made from  JSON of what the surface tells and of folders and names, zeros up to a multiple of eight;
 *            then for each folder times of contents, times of change, sizes: float64 each
 * text       zeros up to a multiple of eight
 * ```
 */
import { encodeUtf8 } from '../base/utf8';
import type { FolderLook, Ports } from '../ports';
import { CacheFile, worthFiles } from './cache-file';
import { checksum, headerBytes, headerNumbers } from './index-cache-columns';
import { paths, relativeTo } from './paths';
import type { WorkspaceGuard } from './workspace-guard';

/** Goes up with every change to the bytes above. */
const keptListFormat = 1;

export interface LookedAt {
  /** Absolute. */
  readonly folder: string;
  readonly look: FolderLook;
}

/**
 * **Invariant:** a text comes back only for the very bytes it was made from; a wrong, old or torn file costs time and
 * nothing else.
 */
export class KeptList {
  readonly #log: Ports['log'];
  readonly #file: CacheFile;

  constructor(ports: Pick<Ports, 'fs' | 'clock' | 'log'>, root: string, guard: WorkspaceGuard) {
    this.#log = ports.log;
    this.#file = new CacheFile(ports, root, guard, paths.keptList(root));
  }

  /** UTF-8; undefined when there is none for that. Never throws. */
  async load(madeFrom: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      const textAt = headerBytes + madeFrom.length;
      // Most of the file is the text, and after a change nobody needs it.
      const head = await this.#file.readHead(textAt);
      if (head === undefined || !isHeadOf(head, madeFrom)) return undefined;
      const whole = await this.#file.read();
      return whole && textOf(whole, madeFrom);
    } catch (error) {
      this.#log.debug(`The kept list was not read: ${String(error)}`);
      return undefined;
    }
  }

  /**
   * Writes it in the background. Never throws.
   *
   * @param madeFrom asked then; undefined where the text cannot be kept
   * @param text UTF-8, in pieces that nobody changes any more
   */
  save(madeFrom: () => Uint8Array | undefined, text: readonly Uint8Array[]): void {
    if (this.#file.isWriting) return;
    this.#file.write(() => {
      const made = madeFrom();
      return made && encode(made, text);
    });
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }
}

/**
 * What a text is made from, byte for byte: a hash could be the same for something else. Undefined where it is not worth
 * it, and where names, times and sizes do not tell what the files hold.
 *
 * @param about all else that the text is made from
 */
export function madeFrom(about: string, root: string, folders: readonly LookedAt[]): Uint8Array | undefined {
  if (folders.reduce((sum, { look }) => sum + look.names.length, 0) < worthFiles) return undefined;
  if (folders.some(({ look }) => look.plain.includes(0))) return undefined;
  const names = folders.map(({ folder, look }) => [relativeTo(root, folder), look.names]);
  const head = encodeUtf8(JSON.stringify([about, names]));
  const columns = folders.flatMap(({ look }) => [look.mtimeMs, look.ctimeMs, look.size]);
  const headLength = wholeNumbers(head.length);
  const bytes = new Uint8Array(headLength + columns.reduce((sum, { byteLength }) => sum + byteLength, 0));
  bytes.set(head);
  let at = headLength;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return bytes;
}

function encode(madeFrom: Uint8Array, text: readonly Uint8Array[]): Uint8Array {
  const textBytes = text.reduce((sum, { length }) => sum + length, 0);
  let at = headerBytes + madeFrom.length;
  const bytes = new Uint8Array(at + wholeNumbers(textBytes));
  bytes.set(madeFrom, headerBytes);
  for (const piece of text) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const header = [keptListFormat, madeFrom.length, checksum(bytes), textBytes];
  new Float64Array(bytes.buffer, 0, headerNumbers).set(header);
  return bytes;
}

function isHeadOf(head: Uint8Array, madeFrom: Uint8Array): boolean {
  if (head.length !== headerBytes + madeFrom.length) return false;
  const [format, length] = header(head);
  if (format !== keptListFormat || length !== madeFrom.length) return false;
  const [kept, now] = [wordsOf(head.subarray(headerBytes)), wordsOf(madeFrom)];
  for (let at = 0; at < now.length; at++) if (kept[at] !== now[at]) return false;
  return true;
}

/** The file was looked at twice, so all of it is checked. */
function textOf(whole: Uint8Array, madeFrom: Uint8Array): Uint8Array | undefined {
  const textAt = headerBytes + madeFrom.length;
  const bytes = aligned(whole);
  if (bytes.length < textAt || !isHeadOf(bytes.subarray(0, textAt), madeFrom)) return undefined;
  const [, , sum, textBytes = -1] = header(bytes);
  if (bytes.length !== textAt + wholeNumbers(textBytes) || sum !== checksum(bytes)) return undefined;
  return bytes.subarray(textAt, textAt + textBytes);
}

function header(bytes: Uint8Array): Float64Array {
  const { buffer, byteOffset } = aligned(bytes);
  return new Float64Array(buffer, byteOffset, headerNumbers);
}

/** Signed: such numbers need no memory of their own, of which a hundred thousand would take milliseconds. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset, length } = aligned(bytes);
  return new Int32Array(buffer, byteOffset, length / 4);
}

/** Numbers must start at a multiple of eight in memory. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
}

/** So many bytes that numbers may follow. */
function wholeNumbers(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
