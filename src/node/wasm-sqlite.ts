/**
 * SQLite compiled to WebAssembly. It has no locks that other processes see, and no memory that it could share with them:
 * whoever opens a file keeps all others away before (`DatabaseEngine.shares`).
 */
import type { SqlDatabase, SqlValue } from '../core/ports';
import { errnoOf, ioFailed } from './io-failure';
import { fsPromises } from './slow-modules';
import { sqliteFailure } from './sqlite-errors';
import type { WasmDatabase } from './sqlite-library';

type WasmStatement = ReturnType<WasmDatabase['prepare']>;

const maxStatements = 200;

export class WasmSqliteDatabase implements SqlDatabase {
  readonly engine: string;
  readonly #db: WasmDatabase;
  readonly #statements = new Map<string, WasmStatement>();

  constructor(open: () => WasmDatabase) {
    this.#db = attempt(open);
    // Before anything is read: only so can it go on with a file that Node's own SQLite has left in WAL mode.
    this.exec('PRAGMA locking_mode = EXCLUSIVE');
    this.engine = 'SQLite (WebAssembly)';
  }

  exec(sql: string): void {
    attempt(() => this.#db.exec(sql));
  }

  run(sql: string, params: readonly SqlValue[] = []): { readonly changes: number } {
    return this.#with(sql, (statement) => ({ changes: statement.run([...params]).changes }));
  }

  all(sql: string, params: readonly SqlValue[] = []): readonly Readonly<Record<string, SqlValue>>[] {
    return this.#with(sql, (statement) => statement.all([...params]).map(plainRow));
  }

  close(): void {
    for (const statement of this.#statements.values()) finalize(statement);
    this.#statements.clear();
    attempt(() => this.#db.close());
  }

  #with<T>(sql: string, body: (statement: WasmStatement) => T): T {
    return attempt(() => {
      const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
      // A statement that failed cannot be run again, so it is kept only once it is through.
      this.#statements.delete(sql);
      try {
        const result = body(statement);
        this.#keep(sql, statement);
        return result;
      } catch (error) {
        finalize(statement);
        throw error;
      }
    });
  }

  #keep(sql: string, statement: WasmStatement): void {
    if (this.#statements.size >= maxStatements) {
      for (const one of this.#statements.values()) finalize(one);
      this.#statements.clear();
    }
    this.#statements.set(sql, statement);
  }
}

/** What a killed process has left beside the file; nobody else has it open now. Throws `io_failed`. */
export async function removeLeftLock(path: string): Promise<void> {
  try {
    await fsPromises().rmdir(`${path}.lock`);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw ioFailed('remove', `${path}.lock`, error);
  }
}

/** Tells once more what the statement itself has told. */
function finalize(statement: WasmStatement): void {
  try {
    statement.finalize();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

type WasmRow = ReturnType<WasmStatement['all']>[number];

function plainRow(row: WasmRow): Readonly<Record<string, SqlValue>> {
  const plain: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(row)) {
    if (typeof value === 'bigint') plain[column] = Number(value);
    else if (typeof value !== 'object' || value === null || value instanceof Uint8Array)
      plain[column] = value;
  }
  return plain;
}

function attempt<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw sqliteFailure(error);
  }
}
