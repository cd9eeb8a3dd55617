/** Everything that memory keeps, as plain values: the word indexes are made from it and are left out. 001-9. */
import type { SqlDatabase } from '../ports';
import { migrations } from './sqlite-schema';
import { jsonIn, type SqlRow } from './sqlite-values';

/** In the order of their keys; read in pages that go by these, since others may write between two of them. */
const tables: readonly { readonly name: string; readonly key: string; readonly json?: readonly string[] }[] =
  [
    { name: 'sources', key: 'path' },
    { name: 'items', key: 'id' },
    { name: 'versions', key: 'id, version' },
    { name: 'sessions', key: 'task, session' },
    { name: 'summaries', key: 'id', json: ['of'] },
    { name: 'ram_snapshots', key: 'task, session, generation', json: ['items', 'tombstones'] },
    { name: 'events', key: 'seq', json: ['ids'] },
  ];
/** Made from the others, or meaning something inside this file only. */
const inner: ReadonlySet<string> = new Set(['at_ms', 'first_ms', 'last_ms', 'content', 'sameness']);
const page = 500;

export interface ExportRecord {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export function* exportTables(db: SqlDatabase): Generator<ExportRecord, void> {
  yield { table: 'meta', row: { schema: migrations.length } };
  for (const { name, key, json = [] } of tables) {
    const columns = key.split(', ');
    const after = `WHERE (${key}) > (${columns.map(() => '?').join(', ')})`;
    const order = `ORDER BY ${key} LIMIT ${page}`;
    let rows = db.all(`SELECT * FROM ${name} ${order}`);
    for (;;) {
      for (const row of rows) yield { table: name, row: plain(row, json) };
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) break;
      const keys = columns.map((column) => last[column] ?? null);
      rows = db.all(`SELECT * FROM ${name} ${after} ${order}`, keys);
    }
  }
}

function plain(row: SqlRow, json: readonly string[]): Readonly<Record<string, unknown>> {
  const kept = Object.entries(row).filter(([column]) => !inner.has(column));
  return Object.fromEntries(
    kept.map(([column, value]) => [column, json.includes(column) ? jsonIn(row, column) : value]),
  );
}
