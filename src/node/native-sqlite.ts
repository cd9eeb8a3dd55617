/** SQLite as Node has it built in, loaded by the first who needs it. Source: vscode-api.md section 4. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SqlDatabase, SqlValue } from '../core/ports';
import { sqliteFailure } from './sqlite-errors';

type NodeSqlite = typeof import('node:sqlite');

/** Statements kept ready; the store has some fifty texts, and a filter makes a few more. */
const maxStatements = 200;

/** Undefined where this Node has none, or one that cannot search. */
export function loadNodeSqlite(): NodeSqlite | undefined {
  const sqlite = withoutWarning(() => process.getBuiltinModule?.('node:sqlite'));
  return sqlite !== undefined && canSearch(sqlite) ? sqlite : undefined;
}

/** Node calls its SQLite experimental on standard error, which belongs to our own words. */
function withoutWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function canSearch({ DatabaseSync }: NodeSqlite): boolean {
  try {
    const probe = new DatabaseSync(':memory:');
    probe.exec(`CREATE VIRTUAL TABLE probe USING fts5 (text, content = '', contentless_delete = 1)`);
    probe.close();
    return true;
  } catch {
    return false;
  }
}

export class NativeSqliteDatabase implements SqlDatabase {
  readonly engine: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Throws as `Databases.open`. @param busyMs how long to wait for other processes */
  constructor(sqlite: NodeSqlite, path: string, busyMs: number) {
    this.engine = `node:sqlite ${process.versions['sqlite'] ?? ''}`.trim();
    this.#db = attempt(() => new sqlite.DatabaseSync(path));
    this.exec(`PRAGMA busy_timeout = ${busyMs}`);
  }

  exec(sql: string): void {
    attempt(() => this.#db.exec(sql));
  }

  run(sql: string, params: readonly SqlValue[] = []): { readonly changes: number } {
    return attempt(() => ({ changes: Number(this.#statement(sql).run(...params).changes) }));
  }

  all(sql: string, params: readonly SqlValue[] = []): readonly Readonly<Record<string, SqlValue>>[] {
    return attempt(() =>
      this.#statement(sql)
        .all(...params)
        .map(withoutBigInts),
    );
  }

  close(): void {
    this.#statements.clear();
    attempt(() => this.#db.close());
  }

  #statement(sql: string): StatementSync {
    const kept = this.#statements.get(sql);
    if (kept !== undefined) return kept;
    const made = this.#db.prepare(sql);
    if (this.#statements.size >= maxStatements) this.#statements.clear();
    this.#statements.set(sql, made);
    return made;
  }
}

type NodeRow = ReturnType<StatementSync['all']>[number];

/** Node only answers with one when asked to; its type does not know. */
function withoutBigInts(row: NodeRow): Readonly<Record<string, SqlValue>> {
  const plain: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(row)) {
    plain[column] = typeof value === 'bigint' ? Number(value) : value;
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
