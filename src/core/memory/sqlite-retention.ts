/** What goes by and by: earlier snapshots and events. Items, their versions and summaries stay. Requirement 001-37. */
import type { SqlDatabase } from '../ports';
import { timeOf } from './item-keys';
import type { RetentionPolicy } from './long-term-store';

/** The latest snapshot of a task and session is what it has at hand, however old. To be called within a transaction. */
export function prune(db: SqlDatabase, { keepSnapshots, before }: RetentionPolicy): number {
  const snapshots = db.run(
    `DELETE FROM ram_snapshots WHERE (task, session, generation) IN (
       SELECT task, session, generation FROM (
         SELECT task, session, generation, at_ms,
           row_number() OVER (PARTITION BY task, session ORDER BY generation DESC) AS place
         FROM ram_snapshots
       ) WHERE place > 1 AND (place > ? OR at_ms < ?)
     )`,
    [keepSnapshots, timeOf(before)],
  );
  const events = db.run('DELETE FROM events WHERE at_ms < ?', [timeOf(before)]);
  return snapshots.changes + events.changes;
}
