/**
 * `memory.json`: the tables of several processes on one file. A change is a function on the tables; it is applied at once,
 * and again to what others have written meanwhile, before all of it is written under the lock.
 */
import { isBatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { Ports } from '../ports';
import { replaceFile } from '../store/atomic-file';
import { Locks } from '../store/lock';
import { paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import { decodeTables, emptyTables, encodeTables, type JsonTables, writingBytes } from './json-tables';
import { MutationQueue } from './mutation-queue';

export type JsonFilePorts = Pick<Ports, 'fs' | 'clock' | 'ids' | 'processes' | 'log'>;

const lockName = 'memory-json';
/** What a repository could bring along to fill our memory with. */
const maxBytes = 256 * 1024 * 1024;
/** Changes that can be made again from their sources wait so long for the next writing. */
const lazyMs = 2000;
/** Stands for no file: the tables are to be read anew. */
const unread = 'unread';

type Change = (tables: JsonTables) => void;

export class JsonFile {
  readonly #ports: JsonFilePorts;
  readonly #path: string;
  readonly #guard: WorkspaceGuard;
  readonly #locks: Locks;
  /** A reading must not put older tables in place while another caller of this process writes. */
  readonly #turns = new MutationQueue();
  readonly #replaced: () => void;
  #tables: JsonTables = emptyTables();
  /** Of the file that the tables come from; undefined: there was none. */
  #seen: string | undefined;
  /** Applied to the tables, and not written yet. */
  #pending: Change[] = [];
  #writtenAt: number;

  /** Does no I/O. @param replaced told when the tables are other ones */
  constructor(ports: JsonFilePorts, root: string, replaced: () => void) {
    this.#ports = ports;
    this.#path = paths.memoryJson(root);
    this.#guard = new WorkspaceGuard(ports.fs, root);
    this.#locks = new Locks(ports, paths.locks(root));
    this.#replaced = replaced;
    this.#writtenAt = ports.clock.monotonicMs();
  }

  get tables(): JsonTables {
    return this.#tables;
  }

  /** Reads what others have written. Throws `read_only` (a newer Baton), `invalid_state_file`, `untrusted`, `io_failed`. */
  refresh(): Promise<void> {
    return this.#turns.run(() => this.#refresh());
  }

  /** Applies a change; written at the latest when the file is closed. Throws as `refresh`, and `locked`. */
  async change(change: Change): Promise<void> {
    change(this.#tables);
    this.#pending.push(change);
    if (this.#ports.clock.monotonicMs() - this.#writtenAt >= lazyMs) await this.flush();
  }

  /**
   * A change that is on disk when this resolves. `decide` sees what everybody has written; undefined changes nothing.
   * Throws as `change`.
   */
  async changeNow(decide: (tables: JsonTables) => Change | undefined): Promise<boolean> {
    return this.#locked(async () => {
      await this.#refresh();
      const change = decide(this.#tables);
      if (change === undefined) return false;
      change(this.#tables);
      this.#pending.push(change);
      try {
        await this.#write();
      } catch (error) {
        // Whoever is told that it failed must not find it done, nor done later.
        this.#pending = this.#pending.filter((one) => one !== change);
        this.#seen = unread;
        throw error;
      }
      return true;
    });
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    await this.#locked(async () => {
      await this.#refresh();
      if (this.#pending.length > 0) await this.#write();
    });
  }

  /** Whether a file can be written here at all. Throws when not, as `change`. */
  async requireWritable(): Promise<void> {
    await this.#locked(async () => {
      // Somebody else may have written the first one since there was none.
      if (this.#seen === undefined) await this.#refresh();
      if (this.#seen === undefined) await this.#write();
    });
  }

  /** Gives a file that makes no sense another name, with all its bytes. @returns its new name, absolute */
  async setAside(): Promise<string | undefined> {
    return this.#locked(async () => {
      try {
        await this.#refresh();
        return undefined;
      } catch (error) {
        if (!isBatonError(error, 'invalid_state_file')) throw error;
      }
      const name = await this.#freeName();
      await this.#ports.fs.rename(this.#path, name);
      this.#ports.log.warn(`${this.#path} made no sense and is kept as ${name}`);
      await this.#refresh();
      return name;
    });
  }

  async #refresh(): Promise<void> {
    const path = await this.#guard.forWriting(this.#path);
    const now = await this.#look(path);
    if (now === this.#seen) return;
    const bytes = now === undefined ? undefined : await this.#ports.fs.read(path);
    const tables = bytes === undefined ? emptyTables() : decodeTables(readable(bytes));
    this.#seen = now;
    this.#tables = tables;
    for (const change of this.#pending) change(tables);
    this.#replaced();
  }

  async #write(): Promise<void> {
    const path = await this.#guard.forWriting(this.#path);
    // Others of this process may add changes while the disk works.
    const written = this.#pending.length;
    const bytes = encodeUtf8(encodeTables(this.#tables, this.#ports.ids.uuid()));
    await replaceFile(this.#ports.fs, path, bytes);
    this.#seen = await this.#look(path);
    this.#pending = this.#pending.slice(written);
    this.#writtenAt = this.#ports.clock.monotonicMs();
  }

  #locked<T>(body: () => Promise<T>): Promise<T> {
    return this.#locks.with(lockName, () => this.#turns.run(body));
  }

  /**
   * Two files of one size can be written within one tick of the file system's clock, so what the file says of its writing
   * counts too; a person's editor changes size and time. Undefined when there is no file.
   */
  async #look(path: string): Promise<string | undefined> {
    const stat = await this.#ports.fs.stat(path);
    if (stat === undefined) return undefined;
    const start = (await this.#ports.fs.readAt(path, 0, writingBytes)) ?? new Uint8Array();
    return `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs ?? ''} ${String.fromCharCode(...start)}`;
  }

  async #freeName(): Promise<string> {
    for (let n = this.#ports.clock.now().getTime(); ; n++) {
      const name = `${this.#path}.damaged-${n}`;
      if ((await this.#ports.fs.stat(name)) === undefined) return name;
    }
  }
}

/** Empty for what is no text of ours: the tables' reader says so. */
function readable(bytes: Uint8Array): string {
  return bytes.length > maxBytes ? '' : (decodeUtf8(bytes) ?? '');
}
