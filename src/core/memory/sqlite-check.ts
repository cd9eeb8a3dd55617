/** Reading all of a database through, where there is a suspicion. */
import { BatonError } from '../base/baton-error';
import type { SqlDatabase } from '../ports';
import { eventOf, itemOf, snapshotOf, summaryOf } from './sqlite-rows';
import type { SqlRow } from './sqlite-values';

const rows: readonly (readonly [table: string, key: string, read: (row: SqlRow) => unknown])[] = [
  ['items', 'seq', itemOf],
  ['versions', 'id, version', itemOf],
  ['summaries', 'id', summaryOf],
  ['ram_snapshots', 'task, session, generation', snapshotOf],
  ['events', 'seq', eventOf],
];
const page = 500;

/** Pages and word indexes first, then what the rows say. Throws `invalid_state_file`. */
export function checkThrough(db: SqlDatabase): void {
  const answer = db.all('PRAGMA integrity_check(1)')[0]?.['integrity_check'];
  if (answer !== 'ok') {
    const told = String(answer).split('\n').at(-1);
    throw new BatonError('invalid_state_file', `The memory database is damaged (${told})`);
  }
  for (const [table, key, read] of rows) {
    for (let offset = 0; ; offset += page) {
      const found = db.all(`SELECT * FROM ${table} ORDER BY ${key} LIMIT ${page} OFFSET ?`, [offset]);
      for (const row of found) read(row);
      if (found.length < page) break;
    }
  }
}
