/** The Databases port: Node's own SQLite where it has one, else the WebAssembly build, else none. Requirement 001-9. */
import type { DatabaseEngine, Databases, Logger, SqlDatabase } from '../core/ports';
import { loadNodeSqlite, NativeSqliteDatabase } from './native-sqlite';
import { isOnNetwork } from './network-disk';
import { removeLeftLock, WasmSqliteDatabase } from './wasm-sqlite';

const usualBusyMs = 5000;

export type SqliteChoice = 'native' | 'wasm' | 'none';

interface Loaded extends DatabaseEngine {
  readonly open: (path: string) => Promise<SqlDatabase>;
}

export class NodeDatabases implements Databases {
  readonly #log: Logger;
  readonly #choices: readonly SqliteChoice[];
  readonly #busyMs: number;
  #loaded: Promise<Loaded | undefined> | undefined;

  /**
   * @param only one of them, whatever else there is (BATON_SQLITE)
   * @param busyMs how long a writer waits for another one's transaction
   */
  constructor(log: Logger, only?: SqliteChoice, busyMs: number = usualBusyMs) {
    this.#log = log;
    this.#busyMs = busyMs;
    this.#choices = only === undefined ? ['native', 'wasm'] : [only];
  }

  engine(): Promise<DatabaseEngine | undefined> {
    return this.#load();
  }

  async open(path: string): Promise<SqlDatabase | undefined> {
    const engine = await this.#load();
    if (engine === undefined) return undefined;
    const db = await engine.open(path);
    try {
      await prepare(db, path);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #load(): Promise<Loaded | undefined> {
    this.#loaded ??= this.#firstThatLoads();
    return this.#loaded;
  }

  async #firstThatLoads(): Promise<Loaded | undefined> {
    for (const choice of this.#choices) {
      const loaded =
        choice === 'native'
          ? loadNative(this.#busyMs)
          : choice === 'wasm'
            ? await this.#loadWasm()
            : undefined;
      if (loaded !== undefined) return loaded;
    }
    return undefined;
  }

  async #loadWasm(): Promise<Loaded | undefined> {
    try {
      const { openWasmDatabase } = await import('./sqlite-library.js');
      const open = async (path: string) => {
        await removeLeftLock(path);
        return new WasmSqliteDatabase(() => openWasmDatabase(path));
      };
      return { name: 'SQLite (WebAssembly)', shares: false, open };
    } catch (error) {
      this.#log.warn(`SQLite cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}

function loadNative(busyMs: number): Loaded | undefined {
  const sqlite = loadNodeSqlite();
  if (sqlite === undefined) return undefined;
  const open = async (path: string) => new NativeSqliteDatabase(sqlite, path, busyMs);
  return { name: 'node:sqlite', shares: true, open };
}

/** A write-ahead log wants memory that all processes share, which no network disk has: there it is a rollback journal. */
async function prepare(db: SqlDatabase, path: string): Promise<void> {
  db.exec('PRAGMA trusted_schema = OFF');
  db.exec('PRAGMA cache_size = -16000');
  const wanted = (await isOnNetwork(path)) ? 'delete' : 'wal';
  const mode = db.all(`PRAGMA journal_mode`)[0]?.['journal_mode'];
  const now = mode === wanted ? mode : db.all(`PRAGMA journal_mode = ${wanted}`)[0]?.['journal_mode'];
  // With a log, what a killed process has acknowledged stays; what a power cut takes is made again from the sources.
  if (now === 'wal') db.exec('PRAGMA synchronous = NORMAL');
}

/** What BATON_SQLITE says, if it says something. */
export function sqliteChoice(value: string | undefined): SqliteChoice | undefined {
  const choices: readonly SqliteChoice[] = ['native', 'wasm', 'none'];
  return choices.find((choice) => choice === value);
}
