/** Rows of SQLite as typed values, and transactions. What does not fit the schema is damage, and said so. */
import { BatonError } from '../base/baton-error';
import type { SqlDatabase, SqlValue } from '../ports';

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** All or nothing. Waits for writers of other processes; throws `locked` when they take too long. */
export function inTransaction<T>(db: SqlDatabase, body: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = body();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(db, error);
    throw error;
  }
}

function rollBack(db: SqlDatabase, failure: unknown): void {
  try {
    db.exec('ROLLBACK');
  } catch (error) {
    // SQLite has rolled back by itself after some failures; the first one is the one to report.
    if (failure instanceof Error && failure.cause === undefined) failure.cause = error;
  }
}

export function textIn(row: SqlRow | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw unfit(column);
  return value;
}

export function numberIn(row: SqlRow | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw unfit(column);
  return value;
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : textIn(row, column);
}

export function numberOrNull(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : numberIn(row, column);
}

export function jsonIn(row: SqlRow, column: string): unknown {
  try {
    return JSON.parse(textIn(row, column));
  } catch (error) {
    if (error instanceof SyntaxError) throw unfit(column);
    throw error;
  }
}

export function unfit(column: string): BatonError {
  return new BatonError('invalid_state_file', `The memory is damaged: a row makes no sense (${column})`, {
    hint: 'Try again: Baton sets the damaged file aside and makes memory anew from the task files.',
  });
}
