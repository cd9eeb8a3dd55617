/** The Databases port over Node's own SQLite, in RAM: what is opened again under its path is what it was. */
import { DatabaseSync } from 'node:sqlite';
import type { DatabaseEngine, Databases, SqlDatabase, SqlValue } from '../../src/core/ports';

export class MemoryDatabases implements Databases {
  readonly #files = new Map<string, DatabaseSync>();

  async engine(): Promise<DatabaseEngine> {
    return { name: 'SQLite in RAM', shares: true };
  }

  async open(path: string): Promise<SqlDatabase> {
    const db = this.#files.get(path) ?? new DatabaseSync(':memory:');
    this.#files.set(path, db);
    return {
      engine: 'SQLite in RAM',
      exec: (sql) => db.exec(sql),
      run: (sql, params = []) => ({ changes: Number(db.prepare(sql).run(...params).changes) }),
      all: (sql, params = []) =>
        db
          .prepare(sql)
          .all(...params)
          .map(plain),
      close: () => undefined,
    };
  }

  /** Ends all of it. */
  dispose(): void {
    for (const db of this.#files.values()) db.close();
  }
}

type Row = ReturnType<ReturnType<DatabaseSync['prepare']>['all']>[number];

function plain(row: Row): Record<string, SqlValue> {
  const columns = Object.entries(row).map(([name, value]): [string, SqlValue] => [
    name,
    typeof value === 'bigint' ? Number(value) : value,
  ]);
  return Object.fromEntries(columns);
}
