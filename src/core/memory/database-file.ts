/**
 * `memory.db` as a file: opened under its access rules, checked when there is a suspicion, and given another name when it is
 * damaged. Requirement 001-76.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import type { DatabaseEngine, Databases, Ports, SqlDatabase } from '../ports';
import type { HeldLock } from '../store/lock';
import { paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import { type AccessPorts, MemoryAccess } from './memory-access';
import { checkThrough } from './sqlite-check';
import { headerBytes, migrate, migrations, newerVersion, versionInHeader } from './sqlite-schema';
import { SqliteStore } from './sqlite-store';

export type DatabasePorts = AccessPorts & Pick<Ports, 'hasher'>;

/** What SQLite keeps beside a database while it is in use, and after a crash. */
const besides = ['-wal', '-shm', '-journal'] as const;

export interface OpenedDatabase {
  readonly store: SqliteStore;
  /** Where the damaged file is now, if there was one; absolute. */
  readonly setAside: string | undefined;
  /** What was wrong with it. */
  readonly damage: string | undefined;
}

export class DatabaseFile {
  readonly #ports: DatabasePorts;
  readonly #databases: Databases;
  readonly #engine: DatabaseEngine;
  readonly #access: MemoryAccess;
  readonly #guard: WorkspaceGuard;
  readonly #path: string;
  /** There while somebody has met damage in the file and nobody has looked through it since. */
  readonly #suspicion: string;

  /** Does no I/O. @param root absolute path of the workspace folder, whose runtime folders are there */
  constructor(
    ports: DatabasePorts,
    root: string,
    databases: Databases,
    engine: DatabaseEngine,
    waitMs?: number,
  ) {
    this.#ports = ports;
    this.#databases = databases;
    this.#engine = engine;
    this.#access = new MemoryAccess(ports, root, waitMs);
    this.#guard = new WorkspaceGuard(ports.fs, root);
    this.#path = paths.memoryDatabase(root);
    this.#suspicion = `${this.#path}.damaged`;
  }

  /** Throws `locked`, `read_only` (written by a newer Baton), `untrusted`, `io_failed`. */
  async open(): Promise<OpenedDatabase> {
    await this.#checkLinks();
    try {
      const store = await this.#openStore();
      return { store, setAside: undefined, damage: undefined };
    } catch (error) {
      if (!isBatonError(error, 'invalid_state_file')) throw error;
      const setAside = await this.#replaceDamaged();
      return { store: await this.#openStore(), setAside, damage: error.message };
    }
  }

  /** Throws `invalid_state_file` too. */
  async #openStore(): Promise<SqliteStore> {
    const held = this.#engine.shares ? await this.#access.shared() : await this.#access.alone();
    try {
      return await this.#openHeld(held);
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  async #openHeld(held: HeldLock): Promise<SqliteStore> {
    await this.#requireKnownVersion();
    const isSuspect = (await this.#ports.fs.stat(this.#suspicion)) !== undefined;
    const db = await this.#openDatabase();
    try {
      const store = new SqliteStore(db, {
        hasher: this.#ports.hasher,
        now: () => this.#ports.clock.now().toISOString(),
        onDamage: () => this.#suspect(),
        onClosed: () => held.release(),
      });
      if (isSuspect) {
        checkThrough(db);
        await this.#ports.fs.remove(this.#suspicion);
      }
      return store;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  async #openDatabase(): Promise<SqlDatabase> {
    const db = await this.#databases.open(this.#path);
    if (db === undefined) throw new BatonError('io_failed', 'SQLite cannot be loaded');
    return db;
  }

  /** Before SQLite sees it, since opening alone may write. */
  async #requireKnownVersion(): Promise<void> {
    const header = await this.#ports.fs.readAt(this.#path, 0, headerBytes);
    const found = header === undefined ? undefined : versionInHeader(header);
    if (found !== undefined && found > migrations.length) throw newerVersion(found);
  }

  /** A repository could bring links along, and SQLite would write through them. */
  async #checkLinks(): Promise<void> {
    for (const suffix of ['', ...besides]) await this.#guard.forWriting(`${this.#path}${suffix}`);
  }

  async #suspect(): Promise<void> {
    try {
      await this.#ports.fs.createExclusive(this.#suspicion, new Uint8Array(), { sync: false });
    } catch (error) {
      if (!isBatonError(error, 'exists')) this.#ports.log.warn(`Memory is damaged: ${String(error)}`);
    }
  }

  /** @returns its new name, undefined when somebody else was faster */
  async #replaceDamaged(): Promise<string | undefined> {
    const held = await this.#access.alone();
    try {
      return (await this.#isDamaged()) ? await this.#setAside() : undefined;
    } finally {
      await held.release();
    }
  }

  /** Asked again where nobody else has it open. */
  async #isDamaged(): Promise<boolean> {
    try {
      const db = await this.#openDatabase();
      try {
        migrate(db);
        checkThrough(db);
        return false;
      } finally {
        db.close();
      }
    } catch (error) {
      if (isBatonError(error, 'invalid_state_file')) return true;
      throw error;
    }
  }

  async #setAside(): Promise<string> {
    const { fs, clock, log } = this.#ports;
    const free = await this.#freeName(clock.now().getTime());
    // What lies beside it first: SQLite throws a log away that it finds without its database.
    for (const suffix of [...besides, '']) {
      if ((await fs.stat(`${this.#path}${suffix}`)) === undefined) continue;
      await fs.rename(`${this.#path}${suffix}`, `${free}${suffix}`);
    }
    await fs.remove(this.#suspicion);
    log.warn(`${this.#path} was damaged and is kept as ${free}`);
    return free;
  }

  async #freeName(from: number): Promise<string> {
    for (let n = from; ; n++) {
      const name = `${this.#path}.damaged-${n}`;
      if ((await this.#ports.fs.stat(name)) === undefined) return name;
    }
  }
}
