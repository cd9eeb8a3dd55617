/** Reads one state file into what the index keeps of it. State files are untrusted: nothing here throws for them. */
import { decodeUtf8, decodeUtf8Lossy } from '../base/utf8';
import { outline } from '../markdown/outline';
import type { FileStat, Ports } from '../ports';
import { nameOf, relativeTo, taskIdOfFileName } from './paths';
import type { FileProblem } from './task-record';
import { RecordRow, type RowText, type TaskRow } from './task-row';
import type { WorkspaceGuard } from './workspace-guard';

/** Larger files are shown by their beginning and never written. */
export const maxTaskBytes = 8 * 1024 * 1024;
const headBytes = 65_536;
/** A file written again within one tick of the file system's clock keeps its time, so young files are read again. */
const settledAfterMs = 2000;

export interface FileEntry {
  readonly path: string;
  readonly mtimeMs: number;
  readonly ctimeMs: number | undefined;
  readonly size: number;
  /** Whether the same time and size mean the same contents. */
  readonly settled: boolean;
  /** Undefined for a Markdown file that is no task. */
  readonly task: TaskRow | undefined;
}

/** Whether an entry still tells what is in the plain file, by times and size alone. */
export function isCurrent(
  known: FileEntry | undefined,
  mtimeMs: number | undefined,
  ctimeMs: number | undefined,
  size: number | undefined,
): known is FileEntry {
  return (
    known?.settled === true && known.mtimeMs === mtimeMs && known.size === size && known.ctimeMs === ctimeMs
  );
}

type ReaderPorts = Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>;

export class StateFileReader {
  readonly #ports: ReaderPorts;
  readonly #root: string;
  readonly #guard: WorkspaceGuard;
  readonly #rowText: RowText | undefined;

  constructor(ports: ReaderPorts, root: string, guard: WorkspaceGuard, rowText?: RowText) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
    this.#rowText = rowText;
  }

  /**
   * The entry for a path; `known` comes back as it is when the file has not changed since. Undefined when nothing is
   * there. `kind` is what the folder listing said, so that only links cost a look at where they lead.
   */
  async load(path: string, kind: FileStat['kind'], known?: FileEntry): Promise<FileEntry | undefined> {
    try {
      const real = kind === 'other' ? await this.#guard.resolve(path) : undefined;
      if (real === 'outside') return this.#problem(path, 'outside_workspace', known);
      const isLinked = real !== undefined && this.#guard.isLinked(path, real);
      const stat = await this.#ports.fs.stat(path);
      if (stat?.kind !== 'file') return undefined;
      // What a link leads to now may look like what it led to before, or like the file that was there.
      if (!isLinked && isCurrent(known, stat.mtimeMs, stat.ctimeMs, stat.size)) return known;
      return await this.#read(path, stat, known);
    } catch (error) {
      this.#ports.log.warn(`Cannot read ${path}: ${String(error)}`);
      return this.#problem(path, 'unreadable', known);
    }
  }

  /** The entry for text whose bytes are known to be on disk. */
  entryOf(path: string, stat: FileStat, text: string, version: string): FileEntry {
    return this.#entry(path, stat, text, version, []);
  }

  async #read(path: string, stat: FileStat, known: FileEntry | undefined): Promise<FileEntry | undefined> {
    const tooLarge = stat.size > maxTaskBytes;
    const bytes = tooLarge
      ? await this.#ports.fs.readAt(path, 0, headBytes)
      : await this.#ports.fs.read(path);
    if (bytes === undefined) return undefined;
    const version = this.#ports.hasher.sha256(bytes);
    const before = known?.size === stat.size ? known.task?.record : undefined;
    if (before?.version === version) {
      // Touched or young, but the same: keep the outline.
      const { mtimeMs, ctimeMs, size } = stat;
      const task = new RecordRow({ ...before, mtimeMs }, this.#rowText);
      return { path, mtimeMs, ctimeMs, size, settled: this.#isSettled(stat), task };
    }
    const strict = tooLarge ? undefined : decodeUtf8(bytes);
    const problem: FileProblem = tooLarge ? 'too_large' : 'not_utf8';
    const text = strict ?? decodeUtf8Lossy(bytes);
    return this.#entry(path, stat, text, version, strict === undefined ? [problem] : []);
  }

  #entry(
    path: string,
    stat: FileStat,
    text: string,
    version: string,
    problems: readonly FileProblem[],
  ): FileEntry {
    const summary = outline(text);
    const id = summary.id ?? taskIdOfFileName(nameOf(path));
    if (id === undefined) this.#ports.log.debug(`${path} has no task id in its heading or name; skipped`);
    const { mtimeMs, ctimeMs, size } = stat;
    const file = { path, mtimeMs, ctimeMs, size, settled: this.#isSettled(stat) };
    if (id === undefined) return { ...file, task: undefined };
    const relativePath = relativeTo(this.#root, path);
    const about = { id, path, relativePath, version, mtimeMs, size };
    const record = { ...about, outline: summary, problems, duplicates: [] };
    return { ...file, task: new RecordRow(record, this.#rowText) };
  }

  #problem(path: string, problem: FileProblem, known: FileEntry | undefined): FileEntry {
    if (known?.task?.problems.includes(problem)) return known;
    const entry = this.#entry(path, { kind: 'file', size: 0, mtimeMs: 0 }, '', '', [problem]);
    return { ...entry, settled: false };
  }

  #isSettled(stat: FileStat): boolean {
    // The time of the contents can be set back, the other one cannot.
    const youngest = Math.max(stat.mtimeMs, stat.ctimeMs ?? stat.mtimeMs);
    return this.#ports.clock.now().getTime() - youngest > settledAfterMs;
  }
}
