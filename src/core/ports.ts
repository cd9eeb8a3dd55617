/**
 * What the world supplies to the core. Implementations: `src/node` for real, `test/support` in memory; one contract
 * suite runs over both. All paths are absolute with `/` as separator; the workspace folder is a plain string.
 *
 * File operations are deliberately small (one system call each), so that fault injection reaches every step of a
 * write and the order of fsync and rename is decided in `core/store`, not hidden in a port.
 */
import type { CommitRef } from './model/task';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly size: number;
  /** Milliseconds since the epoch, with the file system's own precision. */
  readonly mtimeMs: number;
  /** When contents, name or permissions last changed, where the platform tells; unlike `mtimeMs`, nobody can set it. */
  readonly ctimeMs?: number;
  /** Permission bits, where the platform has them. */
  readonly mode?: number;
}

/** One entry a position in every list: ten thousand objects take longer to make than to look at the files. */
export interface FolderLook {
  readonly names: readonly string[];
  /** 1 for a plain file; 0 for a link, a folder, and what cannot be looked at. The numbers count for plain files only. */
  readonly plain: Uint8Array;
  readonly mtimeMs: Float64Array;
  readonly ctimeMs: Float64Array;
  /** Bytes. */
  readonly size: Float64Array;
}

export interface FileSystem {
  /** Undefined when there is no such file. Throws `io_failed` for everything else (permissions, a directory, I/O). */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Up to `length` bytes from `offset`; shorter at the end of the file, undefined when there is no such file. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array | undefined>;
  /** Undefined when nothing is there. Does not follow a symbolic link out: links report what they point to. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names (not paths) of a folder's entries, unordered; undefined when there is no such folder. A link is `other`. */
  list(
    path: string,
  ): Promise<readonly { readonly name: string; readonly kind: FileStat['kind'] }[] | undefined>;
  /**
   * A folder's entries with a look at each, in one call, where that is faster than one by one; in any order. Undefined
   * when there is no such folder. Throws `io_failed` when it cannot be listed.
   *
   * @param isWanted by name; nobody looks at the others
   */
  lookAt?(path: string, isWanted: (name: string) => boolean): Promise<FolderLook | undefined>;
  /** Creates missing parents too. `mode` counts for the folders that are made, where the platform has permissions. */
  mkdir(path: string, options?: { readonly mode?: number }): Promise<void>;
  /** Creates exclusively: throws `exists` when something is there. Written, and fsynced when asked. */
  createExclusive(
    path: string,
    data: Uint8Array,
    options: { readonly sync: boolean; readonly mode?: number },
  ): Promise<void>;
  /**
   * Gives a written file its final name, exclusively: throws `exists` when something is there, `not_found` when the
   * source is missing. In one step where the file system has hard links, so that nobody sees half a file.
   */
  link(from: string, to: string): Promise<void>;
  /**
   * Appends in one write, creating the file if needed; fsynced before it returns when asked. Does not follow a
   * symbolic link. Throws `SyncError` when the bytes were taken and the fsync failed.
   */
  append(path: string, data: Uint8Array, options: { readonly sync: boolean }): Promise<void>;
  /** Replaces the target atomically. Throws `not_found` when the source is missing. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; true when it was there. */
  remove(path: string): Promise<boolean>;
  /** Removes a folder with all it holds, or a file; true when something was there. A link goes, what it names stays. */
  removeTree(path: string): Promise<boolean>;
  /** Makes renames and creations in a folder durable; does nothing where the platform has no such call. */
  syncDirectory(path: string): Promise<void>;
  /** The path with all symbolic links resolved; undefined when it does not exist. */
  realPath(path: string): Promise<string | undefined>;
}

export interface Clock {
  /** Wall clock, for people and files. */
  now(): Date;
  /** Monotonic milliseconds, for intervals. */
  monotonicMs(): number;
  /** Resolves after so many milliseconds; a lock's waiter uses it between two tries. */
  delay(ms: number): Promise<void>;
}

export interface Ids {
  /** A random v4 UUID. */
  uuid(): string;
}

export interface Hasher {
  /** SHA-256 in lower-case hex. */
  sha256(data: Uint8Array): string;
}

/** One run of one program: the pid alone may be given to another program later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time as an opaque text. */
  readonly start: string;
  /** Where the pid means something: one machine, one container. Pids of another scope cannot be judged from here. */
  readonly scope: string;
}

export interface Processes {
  /** This process. */
  readonly self: ProcessIdentity;
  /** Whether that very run still goes on; undefined when it cannot be told (another scope, a failed probe). */
  isRunning(process: ProcessIdentity): Promise<boolean | undefined>;
  /**
   * Start time of a process as an opaque text, undefined when no such process runs. A process whose start the system
   * hides gets a text too, which `isRunning` does not judge. Throws `io_failed` when the system cannot be asked.
   */
  startOf(pid: number): Promise<string | undefined>;
  /**
   * Asks that very run to end (`terminate`), or ends it (`kill`); only the process itself, not what `treeOf` adds to it.
   * False when it is gone or cannot be told from another one, so that a recycled pid is never hit. Throws `io_failed`
   * when the system refuses.
   */
  signal(process: ProcessIdentity, how: 'terminate' | 'kill'): Promise<boolean>;
  /**
   * That very run and all that it, and what it started, has started and that runs now; the starter before the started.
   * Empty when it is gone or cannot be told from another one. This process and what it has started are left out. What
   * has outlived its own starter no longer tells where it comes from, so ask before you signal. Throws `io_failed`.
   */
  treeOf(process: ProcessIdentity): Promise<readonly ProcessIdentity[]>;
  /** Absolute path of a program found on PATH (or the path itself when absolute), undefined when there is none. */
  which(program: string): Promise<string | undefined>;
}

/** Programs that are asked something and answer at once, such as their version. Agents are started by surfaces. */
export interface Programs {
  /**
   * Runs a program to its end without a shell and without input, and ends it when it takes longer.
   *
   * @returns undefined when it cannot be started, takes too long, or is ended by a signal
   */
  run(
    executable: string,
    args: readonly string[],
    options: { readonly limitMs: number; readonly cwd?: string },
  ): Promise<ProgramAnswer | undefined>;
}

export interface ProgramAnswer {
  readonly exitCode: number;
  /** Standard output, then standard error; at most 64 KB of each. */
  readonly printed: string;
}

/** A command line that a person has seen whole and agreed to; the platform's own shell reads it. */
export interface CommandLine {
  readonly command: string;
  /** Absolute path. */
  readonly cwd: string;
  /** After so long it is ended, with all it has started. Milliseconds. */
  readonly limitMs: number;
  /** Where all of its output goes, up to a bound; an absolute path whose folder exists. */
  readonly logTo: string;
}

export interface CommandOutcome {
  /** Null when it did not end by itself. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** `exit`: by itself, or by a signal from elsewhere. `timeout`: by us. `interrupted`: by us, since we were asked to end. */
  readonly end: 'exit' | 'timeout' | 'interrupted';
  readonly durationMs: number;
  /** The end of what it printed, both outputs as they came; empty where the surface cannot see it. */
  readonly printed: string;
}

/**
 * Runs a command line to its end, or to the limit's: a child process of the command line, a task of the editor. Nothing
 * of what it has started is left running. Throws `io_failed` when it cannot be started.
 */
export type RunCommandLine = (line: CommandLine) => Promise<CommandOutcome>;

export interface GitState {
  readonly head: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
}

export interface FileChange {
  /** Relative to the workspace folder. */
  readonly path: string;
  readonly change: 'created' | 'modified' | 'deleted' | 'renamed';
}

export interface Git {
  /** Undefined where there is no repository or no git; never throws for that. */
  state(folder: string): Promise<GitState | undefined>;
  /** Newest last. From `since` (exclusive; null means the whole history) to HEAD, at most 500. */
  commitsSince(folder: string, since: string | null): Promise<readonly CommitRef[]>;
  /** HEAD's own commit; undefined without one. */
  lastCommit(folder: string): Promise<CommitRef | undefined>;
  /** Committed and uncommitted changes since `since`; untracked files count as created. */
  filesChangedSince(folder: string, since: string | null): Promise<readonly FileChange[]>;
  /** Whether HEAD's history holds the commit; false where there is no repository, or no commit in it. */
  isInHistory(folder: string, commit: string): Promise<boolean>;
  /** The last commit before a moment, null when there is none. */
  commitBefore(folder: string, at: string): Promise<string | null>;
  /**
   * Files below the folder that the repository knows, relative to the folder, `/` as separator; undefined where there is no
   * repository or no git.
   *
   * @param endings as `.md`; only names that end so
   */
  trackedFiles(folder: string, endings: readonly string[]): Promise<readonly string[] | undefined>;
}

export interface MachineLoad {
  /** Busy processors over all of them, as the last minute had it: 0 idle, 1 all busy, more when work waits. */
  readonly load1PerCore: number;
  /** Memory that can be had without swapping, of all there is: 0 to 1; 1 where the system does not tell. */
  readonly freeMemoryRatio: number;
}

/** How busy this machine is. */
export interface Machine {
  /** Takes up to a quarter of a second where the system keeps no average. Never throws. */
  load(): Promise<MachineLoad>;
}

/** The shape of VS Code's LogOutputChannel, so that the editor passes the channel itself. */
export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Where an editor holds a document open and dirty: edits go through it, never behind its back. */
export interface OpenDocuments {
  /** Text of an open document with unsaved changes, else undefined. */
  dirtyText(path: string): string | undefined;
  /**
   * Applies edits computed from `base` and saves; false when the document is no longer at `base`. Throws `io_failed` when
   * it cannot be saved.
   */
  apply(
    path: string,
    base: string,
    edits: readonly { start: number; end: number; text: string }[],
  ): Promise<boolean>;
}

export type SqlValue = string | number | null | Uint8Array;

/** One open SQLite file. Synchronous, as SQLite is: used in processes that may wait, never in the editor's own. */
export interface SqlDatabase {
  /** Which SQLite this is, for reports. */
  readonly engine: string;
  /** Several statements without parameters. */
  exec(sql: string): void;
  run(sql: string, params?: readonly SqlValue[]): { readonly changes: number };
  all(sql: string, params?: readonly SqlValue[]): readonly Readonly<Record<string, SqlValue>>[];
  close(): void;
}

export interface DatabaseEngine {
  /** For reports. */
  readonly name: string;
  /** Whether it sees who else has a file open. Where not, whoever opens one has to keep all others away before. */
  readonly shares: boolean;
}

export interface Databases {
  /** Undefined where this runtime has no SQLite that can search. Never throws. */
  engine(): Promise<DatabaseEngine | undefined>;
  /**
   * Opens or creates. Undefined where there is no engine. Throws `io_failed` when the file cannot be opened or written,
   * `locked` when somebody holds it for too long, `invalid_state_file` when it is no database or is damaged.
   */
  open(path: string): Promise<SqlDatabase | undefined>;
}

export interface Ports {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly processes: Processes;
  readonly programs: Programs;
  readonly machine: Machine;
  readonly git: Git;
  readonly log: Logger;
  readonly documents?: OpenDocuments;
  /** Missing in the editor's own process, which never waits for a database. */
  readonly databases?: Databases;
}
