/** Reads the change log as it grows, a bounded piece at a time, without a lock and without writing. */
import type { FileSystem } from '../ports';
import type { LogPosition } from './change-log';
import { isSettlement, type LogLine, parseLog } from './change-record';
import { join, paths } from './paths';

const segmentPattern = /^WAL-\d{4}-\d{2}-\d{2}\.log$/;
const newline = 0x0a;
/** Enough for the last record of almost every log. */
const tailBytes = 65_536;

export class LogFollower {
  readonly #fs: Pick<FileSystem, 'list' | 'stat' | 'readAt'>;
  readonly #folder: string;

  constructor(fs: Pick<FileSystem, 'list' | 'stat' | 'readAt'>, root: string) {
    this.#fs = fs;
    this.#folder = paths.memory(root);
  }

  /** Behind the last whole line there is; undefined when there is none. */
  async end(): Promise<LogPosition | undefined> {
    for (const segment of [...(await this.#segments())].reverse()) {
      const size = (await this.#fs.stat(join(this.#folder, segment)))?.size ?? 0;
      for (let length = Math.min(size, tailBytes); length > 0; length = Math.min(size, length * 2)) {
        const bytes = await this.#read(segment, size - length, length);
        const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
        const seq = lastSeq(parseLog(whole).lines.map(({ line }) => line));
        if (seq > 0) return { segment, offset: size - length + whole.length, seq };
        if (length === size) break;
      }
    }
    return undefined;
  }

  /**
   * The next lines from a place on, of at most so many bytes unless one line alone is longer. A line that is being written
   * is left for the next call; `next` equals `from` when there is nothing new. Throws `io_failed`.
   *
   * @param from undefined for the beginning
   */
  async read(
    from: LogPosition | undefined,
    maxBytes: number,
  ): Promise<{ readonly lines: readonly LogLine[]; readonly next: LogPosition | undefined }> {
    for (const segment of await this.#segments()) {
      if (from !== undefined && segment < from.segment) continue;
      const offset = segment === from?.segment ? from.offset : 0;
      const bytes = await this.#wholeLines(segment, offset, maxBytes);
      if (bytes.length === 0) continue;
      const lines = parseLog(bytes).lines.map(({ line }) => line);
      const seq = Math.max(from?.seq ?? 0, lastSeq(lines));
      return { lines, next: { segment, offset: offset + bytes.length, seq } };
    }
    return { lines: [], next: from };
  }

  /** As many whole lines as fit, at least one where there is one. */
  async #wholeLines(segment: string, offset: number, maxBytes: number): Promise<Uint8Array> {
    for (let size = maxBytes; ; size *= 2) {
      const bytes = await this.#read(segment, offset, size);
      const end = bytes.lastIndexOf(newline) + 1;
      if (end > 0 || bytes.length < size) return bytes.subarray(0, end);
    }
  }

  async #read(segment: string, offset: number, length: number): Promise<Uint8Array> {
    return (await this.#fs.readAt(join(this.#folder, segment), offset, length)) ?? new Uint8Array();
  }

  /** The oldest first. */
  async #segments(): Promise<readonly string[]> {
    const entries = (await this.#fs.list(this.#folder)) ?? [];
    return entries
      .filter(({ name, kind }) => kind === 'file' && segmentPattern.test(name))
      .map(({ name }) => name)
      .sort();
  }
}

/** A settlement counts too: its record may be damaged. */
function lastSeq(lines: readonly LogLine[]): number {
  return lines.reduce((max, line) => Math.max(max, isSettlement(line) ? line.settles : line.seq), 0);
}
