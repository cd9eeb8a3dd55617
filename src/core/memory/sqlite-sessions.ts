/** Sessions as one text each: rank fusion's second look. Requirement 001-32. */
import type { SqlDatabase } from '../ports';
import { numberIn, textIn } from './sqlite-values';

/** A session that says more is known well enough by so much of it. Characters. */
const maxText = 256 * 1024;

const holding = `FROM items WHERE task = ? AND session = ? AND gone = 0 AND repeated = 0 AND superseded_by IS NULL`;

/** Makes a session's text anew from the items that hold. To be called within a transaction. */
export function indexSession(db: SqlDatabase, task: string, session: number): void {
  const seq = db.all('SELECT seq FROM sessions WHERE task = ? AND session = ?', [task, session])[0];
  const totals = db.all(`SELECT count(*) AS n, min(at_ms) AS first, max(at_ms) AS last ${holding}`, [
    task,
    session,
  ])[0];
  if (seq !== undefined) db.run('DELETE FROM session_words WHERE rowid = ?', [numberIn(seq, 'seq')]);
  if (numberIn(totals, 'n') === 0) {
    if (seq !== undefined) db.run('DELETE FROM sessions WHERE seq = ?', [numberIn(seq, 'seq')]);
    return;
  }
  const kept = db.all(
    `INSERT INTO sessions (task, session, items, first_ms, last_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT (task, session)
     DO UPDATE SET items = excluded.items, first_ms = excluded.first_ms, last_ms = excluded.last_ms RETURNING seq`,
    [task, session, numberIn(totals, 'n'), numberIn(totals, 'first'), numberIn(totals, 'last')],
  )[0];
  const text = sessionText(db, task, session);
  db.run('INSERT INTO session_words (rowid, text) VALUES (?, ?)', [numberIn(kept, 'seq'), text]);
}

function sessionText(db: SqlDatabase, task: string, session: number): string {
  const rows = db.all(`SELECT title, text ${holding} ORDER BY at_ms, seq`, [task, session]);
  return rows
    .map((row) => `${textIn(row, 'title')}\n${textIn(row, 'text')}`)
    .join('\n')
    .slice(0, maxText);
}
