/** Reads one state file into what the index keeps of it. State files are untrusted: nothing here throws for them. */
import { decodeUtf8, decodeUtf8Lossy } from '../base/utf8';
import { outline } from '../markdown/outline';
import type { FileStat, Ports } from '../ports';
import { nameOf, relativeTo, taskIdOfFileName } from './paths';
import type { FileProblem, TaskRecord } from './task-record';
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
  readonly task: TaskRecord | undefined;
}

/** Whether an entry still tells what is in the file, by times and size alone. */
export function isCurrent(known: FileEntry | undefined, stat: FileStat): known is FileEntry {
  return (
    known?.settled === true &&
    stat.kind === 'file' &&
    known.mtimeMs === stat.mtimeMs &&
    known.size === stat.size &&
    known.ctimeMs === stat.ctimeMs
  );
}

type ReaderPorts = Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>;

export class StateFileReader {
  readonly #ports: ReaderPorts;
  readonly #root: string;
  readonly #guard: WorkspaceGuard;

  constructor(ports: ReaderPorts, root: string, guard: WorkspaceGuard) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
  }

  /**
   * The entry for a path; `known` comes back as it is when the file has not changed since. Undefined when nothing is
   * there. `kind` is what the folder listing said, so that only links cost a look at where they lead.
   */
  async load(path: string, kind: FileStat['kind'], known?: FileEntry): Promise<FileEntry | undefined> {
    try {
      if (kind === 'other' && (await this.#guard.resolve(path)) === 'outside') {
        return this.#problem(path, 'outside_workspace', known);
      }
      const stat = await this.#ports.fs.stat(path);
      if (stat?.kind !== 'file') return undefined;
      if (isCurrent(known, stat)) return known;
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
    if (known?.task?.version === version && known.size === stat.size) {
      // Touched or young, but the same: keep the outline.
      const task = { ...known.task, mtimeMs: stat.mtimeMs };
      const { mtimeMs, ctimeMs } = stat;
      return { ...known, mtimeMs, ctimeMs, settled: this.#isSettled(stat), task };
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
    const task: TaskRecord | undefined =
      id === undefined
        ? undefined
        : {
            id,
            path,
            relativePath: relativeTo(this.#root, path),
            outline: summary,
            version,
            mtimeMs,
            size,
            problems,
            duplicates: [],
          };
    return { path, mtimeMs, ctimeMs, size, settled: this.#isSettled(stat), task };
  }

  #problem(path: string, problem: FileProblem, known: FileEntry | undefined): FileEntry {
    if (known?.task?.problems.includes(problem)) return known;
    const entry = this.#entry(path, { kind: 'file', size: 0, mtimeMs: 0 }, '', '', [problem]);
    return { ...entry, settled: false };
  }

  #isSettled(stat: FileStat): boolean {
    return this.#ports.clock.now().getTime() - stat.mtimeMs > settledAfterMs;
  }
}
