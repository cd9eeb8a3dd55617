/**
 * The one way a text file of ours is written: announce in the change log, look once more, replace, note the outcome.
 * Knows nothing of tasks; works under the caller's lock. Source: product.md section 5.
 */
import { BatonError } from '../base/baton-error';
import { SyncError } from '../base/sync-error';
import { applyEdits, type TextEdit } from '../base/text-edit';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { TaskId } from '../model/task';
import type { FileStat, Ports } from '../ports';
import { createFile, replaceFile } from './atomic-file';
import type { ChangeLog } from './change-log';
import type { ChangeRecord, Outcome } from './change-record';
import { ensureRuntime } from './layout';
import { folderOf, join, nameOf, paths, relativeTo } from './paths';
import { requireHash } from './replay';
import { maxTaskBytes } from './state-file';
import type { TaskChange } from './task-record';
import type { WorkspaceGuard } from './workspace-guard';

export interface TextOnDisk {
  readonly text: string;
  /** SHA-256 of the bytes. */
  readonly version: string;
  readonly stat: FileStat;
  /** The path with links resolved. */
  readonly target: string;
}

export interface Written extends Omit<TextOnDisk, 'target'> {
  readonly change: ChangeRecord;
}

/** Which file is written, about which task, and what is told about it. */
export interface LoggedEntry {
  readonly path: string;
  readonly task: TaskId | null;
  readonly change: TaskChange;
}

export interface WriterContext {
  readonly ports: Ports;
  readonly root: string;
  readonly guard: WorkspaceGuard;
  readonly log: ChangeLog;
  /** Runs before the first write: it finishes what a crash cut short, so that nothing is written over it. */
  readonly finishEarlier: () => Promise<void>;
}

type Announcement = Pick<ChangeRecord, 'before' | 'after' | 'edits' | 'via'>;

/** **Invariant:** after a failed fsync nothing is written any more. */
export class LoggedWriter {
  readonly #ports: Ports;
  readonly #root: string;
  readonly #guard: WorkspaceGuard;
  readonly #log: ChangeLog;
  readonly #finishEarlier: () => Promise<void>;
  #preparing: Promise<void> | undefined;
  #prepared = false;
  #refusal: BatonError | undefined;

  constructor({ ports, root, guard, log, finishEarlier }: WriterContext) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
    this.#log = log;
    this.#finishEarlier = finishEarlier;
  }

  /** Why this writes no more. */
  get refusal(): BatonError | undefined {
    return this.#refusal;
  }

  /** A path as messages and the log name it. */
  nameOf(path: string): string {
    return relativeTo(this.#root, path);
  }

  /** To be called before a lock is taken: the locks' folder is among what it makes. Throws `read_only`. */
  async prepare(): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#prepared && (await this.#isStillThere())) return;
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = undefined;
    });
    await this.#preparing;
  }

  /** A window is open for days, and `git clean -fdx` takes away all that git ignores. */
  async #isStillThere(): Promise<boolean> {
    const folders = [paths.memory(this.#root), paths.locks(this.#root)];
    const stats = await Promise.all(folders.map((folder) => this.#ports.fs.stat(folder)));
    return stats.every((stat) => stat !== undefined);
  }

  /** Whether `prepare` has been through. */
  get isPrepared(): boolean {
    return this.#prepared;
  }

  async #prepare(): Promise<void> {
    await this.#noting(async () => {
      await ensureRuntime(this.#ports.fs, this.#root);
      await this.#finishEarlier();
    });
    this.#prepared = true;
  }

  /** The text of a file that may be edited. Throws `not_found`, `too_large`, `invalid_state_file`, `untrusted`. */
  async readText(path: string): Promise<TextOnDisk> {
    const found = await this.readIfAny(path);
    if (found === undefined) throw new BatonError('not_found', `${this.nameOf(path)} is gone`);
    return found;
  }

  /** As `readText`, but undefined when there is no such file. */
  async readIfAny(path: string): Promise<TextOnDisk | undefined> {
    const found = await this.#load(path);
    if (found === undefined) return undefined;
    const { bytes, ...disk } = found;
    return { ...disk, version: this.#ports.hasher.sha256(bytes) };
  }

  /** For readers who change nothing: no version is computed. Throws as `readText`; undefined when there is no file. */
  async textIfAny(path: string): Promise<string | undefined> {
    return (await this.#load(path))?.text;
  }

  async #load(path: string): Promise<(Omit<TextOnDisk, 'version'> & { bytes: Uint8Array }) | undefined> {
    const name = this.nameOf(path);
    const target = await this.#guard.forWriting(path);
    const stat = await this.#ports.fs.stat(target);
    if (stat !== undefined && stat.size > maxTaskBytes) throw tooLarge(name);
    const bytes = stat === undefined ? undefined : await this.#ports.fs.read(target);
    if (stat === undefined || bytes === undefined) return undefined;
    const text = decodeUtf8(bytes);
    if (text === undefined) {
      throw new BatonError('invalid_state_file', `${name} is not UTF-8 text`, {
        hint: 'Save it as UTF-8; Baton does not guess encodings.',
      });
    }
    return { text, bytes, stat, target };
  }

  /** Throws `exists` when the file is there. */
  async create(entry: LoggedEntry, text: string): Promise<Written> {
    const target = await this.#guard.forWriting(entry.path);
    await this.#ports.fs.mkdir(folderOf(target));
    const bytes = this.#encode(text, entry.path);
    const version = this.#ports.hasher.sha256(bytes);
    const edits = [{ start: 0, end: 0, text }];
    const record = await this.#announce(entry, { before: null, after: version, edits, via: 'file' });
    await this.#carryOut(record, target, () => createFile(this.#ports.fs, target, bytes));
    return { text, version, stat: await this.#statOf(target, bytes), change: record };
  }

  /**
   * Makes `edits` of what was read. `lastLook` runs when the new bytes are on disk and the old ones still stand; a
   * throw keeps the old ones. Throws `conflict` when somebody else wrote meanwhile.
   */
  async replace(
    entry: LoggedEntry,
    current: TextOnDisk,
    edits: readonly TextEdit[],
    lastLook: () => Promise<void> = async () => undefined,
  ): Promise<Written> {
    const text = applyEdits(current.text, edits);
    const bytes = this.#encode(text, entry.path);
    const version = this.#ports.hasher.sha256(bytes);
    const record = await this.#announce(entry, {
      before: current.version,
      after: version,
      edits,
      via: 'file',
    });
    await this.#carryOut(record, current.target, () =>
      replaceFile(this.#ports.fs, current.target, bytes, {
        beforeRename: async () => {
          await lastLook();
          // Agents write without our lock.
          await requireHash(this.#ports, current.target, current.version);
        },
      }),
    );
    return { text, version, stat: await this.#statOf(current.target, bytes), change: record };
  }

  /**
   * Gives a file another name beside it, so that its own name is free and none of its bytes is lost. Does nothing when it
   * is gone, or when `isWanted` says that it need not go; that is asked of its text, undefined when it has none to show
   * (not UTF-8, too large).
   *
   * @returns whether it was set aside. Throws `exists` when the other name is taken.
   */
  async setAside(
    entry: LoggedEntry,
    as: string,
    isWanted: (text: string | undefined) => boolean,
  ): Promise<ChangeRecord | undefined> {
    const target = await this.#guard.forWriting(entry.path);
    const stat = await this.#ports.fs.stat(target);
    if (stat === undefined) return undefined;
    const bytes = stat.size > maxTaskBytes ? undefined : await this.#ports.fs.read(target);
    if (!isWanted(bytes && decodeUtf8(bytes))) return undefined;
    const record = await this.recordEvent(entry);
    await this.#noting(async () => {
      await this.#ports.fs.link(target, join(folderOf(target), nameOf(as)));
      await this.#ports.fs.remove(target);
      await this.#ports.fs.syncDirectory(folderOf(target));
    });
    return record;
  }

  /**
   * An edit that somebody else carries out on text of their own; they answer whether they did. Throws `conflict`, and
   * what they throw, which counts as not done.
   */
  async editElsewhere(
    entry: LoggedEntry,
    before: string,
    text: string,
    edits: readonly TextEdit[],
    apply: () => Promise<boolean | undefined>,
  ): Promise<ChangeRecord> {
    const after = this.#ports.hasher.sha256(this.#encode(text, entry.path));
    const record = await this.#announce(entry, { before, after, edits, via: 'document' });
    let applied = false;
    try {
      applied = (await apply()) === true;
    } finally {
      await this.#settle(record, applied ? 'done' : 'aborted');
    }
    if (!applied) throw conflictOver(this.nameOf(entry.path));
    return record;
  }

  /** Something that happened without a file of this store changing. Durable when it returns. */
  recordEvent(entry: LoggedEntry): Promise<ChangeRecord> {
    return this.#announce(entry, { before: null, after: '', edits: [], via: 'event' });
  }

  #encode(text: string, path: string): Uint8Array {
    const bytes = encodeUtf8(text);
    if (bytes.length > maxTaskBytes) throw tooLarge(this.nameOf(path));
    return bytes;
  }

  async #announce({ path, task, change }: LoggedEntry, what: Announcement): Promise<ChangeRecord> {
    return this.#noting(() =>
      this.#log.append({
        type: change.type,
        task,
        actor: change.actor,
        session: change.session ?? null,
        path: this.nameOf(path),
        via: what.via,
        ...(change.old !== undefined && { old: change.old }),
        ...(change.new !== undefined && { new: change.new }),
        before: what.before,
        after: what.after,
        edits: what.edits,
      }),
    );
  }

  async #carryOut(record: ChangeRecord, target: string, write: () => Promise<void>): Promise<void> {
    try {
      await this.#noting(write);
    } catch (error) {
      await this.#settle(record, (await this.#isAt(target, record.after)) ? 'done' : 'aborted');
      throw error;
    }
    await this.#settle(record, 'done');
  }

  async #isAt(target: string, version: string): Promise<boolean> {
    try {
      const bytes = await this.#ports.fs.read(target);
      return bytes !== undefined && this.#ports.hasher.sha256(bytes) === version;
    } catch (error) {
      this.#ports.log.warn(`Cannot read ${target} after a failed write: ${String(error)}`);
      return false;
    }
  }

  /** Never throws: the change is made or not made already, and replay finds out by itself. */
  async #settle(record: ChangeRecord, as: Outcome): Promise<void> {
    try {
      await this.#log.settle(record.seq, as);
    } catch (error) {
      this.#ports.log.warn(`Cannot note the outcome of change ${record.seq}: ${String(error)}`);
    }
  }

  /** Only saves the next refresh a look at the file, so a failure costs no more than that look. */
  async #statOf(target: string, bytes: Uint8Array): Promise<FileStat> {
    const unknown: FileStat = { kind: 'file', size: bytes.length, mtimeMs: 0 };
    try {
      return (await this.#ports.fs.stat(target)) ?? unknown;
    } catch (error) {
      this.#ports.log.warn(`Cannot look at ${target} after writing it: ${String(error)}`);
      return unknown;
    }
  }

  async #noting<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof SyncError) {
        this.#refusal = new BatonError('read_only', `Baton writes no more: ${error.message}`, {
          hint: 'Check the disk, then reload Baton. What was confirmed before is safe.',
          cause: error,
        });
        this.#ports.log.error(this.#refusal.message);
      }
      throw error;
    }
  }
}

/** What a writer that came too late is told. */
export function conflictOver(name: string): BatonError {
  return new BatonError(
    'conflict',
    `${name} was changed by somebody else in the meantime; nothing was written`,
    {
      hint: 'Read the task again and repeat the change.',
    },
  );
}

function tooLarge(name: string): BatonError {
  return new BatonError('too_large', `${name} is or would be larger than ${maxTaskBytes / 1024 / 1024} MB`, {
    hint: 'Move old sessions to an archive file.',
  });
}
