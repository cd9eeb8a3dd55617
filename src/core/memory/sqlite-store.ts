/** Long-term memory in SQLite. Synchronous inside, as SQLite is; one call is one transaction at most. 001-32 … 001-39. */
import { isBatonError } from '../base/baton-error';
import type {
  MemoryEvent,
  MemoryId,
  MemoryInput,
  MemoryItem,
  MemorySummary,
  RamSnapshot,
} from '../model/memory';
import type { TaskId } from '../model/task';
import type { Hasher, SqlDatabase } from '../ports';
import { timeOf } from './item-keys';
import type {
  LongTermStore,
  MemoryFilter,
  MemoryHit,
  MemoryMatch,
  RetentionPolicy,
  SessionHit,
  SourceStamp,
  TakenIn,
} from './long-term-store';
import { exportTables } from './sqlite-export';
import { SqliteIntake } from './sqlite-intake';
import { prune } from './sqlite-retention';
import { eventOf, itemOf, snapshotOf, summaryOf, wholeTask } from './sqlite-rows';
import { migrate } from './sqlite-schema';
import { conditionOf, matchItems, matchSessions, wholeLimit } from './sqlite-search';
import { inTransaction, numberIn, textIn } from './sqlite-values';

export interface SqliteStoreOptions {
  readonly hasher: Hasher;
  /** UTC. */
  readonly now: () => string;
  /** Told when the file turns out to be damaged, before whoever asked is; for setting it aside at the next start. */
  readonly onDamage?: () => Promise<void>;
  /** Runs when the database is closed. */
  readonly onClosed?: () => Promise<void>;
}

export class SqliteStore implements LongTermStore {
  readonly mode = 'sqlite';
  readonly #db: SqlDatabase;
  readonly #options: SqliteStoreOptions;
  readonly #intake: SqliteIntake;
  #closed = false;

  /** Brings the file to the newest schema. Throws `read_only` when it is newer, `invalid_state_file` when it is none of ours. */
  constructor(db: SqlDatabase, options: SqliteStoreOptions) {
    migrate(db);
    this.#db = db;
    this.#options = options;
    this.#intake = new SqliteIntake(db, options.hasher, options.now);
  }

  takeIn(source: SourceStamp, items: readonly MemoryInput[]): Promise<TakenIn> {
    return this.#do(() => this.#intake.takeIn(source, items));
  }

  stamps(): Promise<ReadonlyMap<string, string>> {
    return this.#do(() => {
      const rows = this.#db.all('SELECT path, stamp FROM sources ORDER BY path');
      return new Map(rows.map((row) => [textIn(row, 'path'), textIn(row, 'stamp')]));
    });
  }

  forgetSources(paths: readonly string[]): Promise<void> {
    return this.#do(() => this.#intake.forget(paths));
  }

  item(id: MemoryId, version?: number): Promise<MemoryItem | undefined> {
    return this.#do(() => {
      const latest = this.#latest(id);
      if (version === undefined || version === latest?.version) return latest;
      const row = this.#db.all('SELECT * FROM versions WHERE id = ? AND version = ?', [id, version])[0];
      return row === undefined ? undefined : itemOf(row);
    });
  }

  items(ids: readonly MemoryId[]): Promise<readonly MemoryItem[]> {
    return this.#do(() => ids.map((id) => this.#latest(id)).filter((item) => item !== undefined));
  }

  itemsOf(filter: MemoryFilter, limit: number): Promise<readonly MemoryItem[]> {
    return this.#do(() => {
      const where = conditionOf(filter);
      // The newest are found in an index; their texts are read afterwards.
      const rows = this.#db.all(
        `SELECT i.* FROM (
           SELECT seq, at_ms, id FROM items WHERE ${where.sql} ORDER BY at_ms DESC, id DESC LIMIT ?
         ) newest CROSS JOIN items i ON i.seq = newest.seq ORDER BY newest.at_ms, newest.id`,
        [...where.params, wholeLimit(limit)],
      );
      return rows.map(itemOf);
    });
  }

  pin(id: MemoryId, pinned: boolean): Promise<boolean> {
    return this.#do(() => {
      const { changes } = this.#db.run('UPDATE items SET hand_pinned = ? WHERE id = ?', [pinned ? 1 : 0, id]);
      return changes > 0;
    });
  }

  match(match: MemoryMatch): Promise<readonly MemoryHit[]> {
    return this.#do(() => matchItems(this.#db, match));
  }

  matchSessions(match: MemoryMatch): Promise<readonly SessionHit[]> {
    return this.#do(() => matchSessions(this.#db, match));
  }

  count(): Promise<{ readonly items: number; readonly current: number; readonly versions: number }> {
    return this.#do(() => {
      const [row] = this.#db.all(`SELECT count(*) AS items, (SELECT count(*) FROM versions) AS older,
        count(CASE WHEN gone = 0 AND superseded_by IS NULL THEN 1 END) AS current FROM items WHERE repeated = 0`);
      const items = numberIn(row, 'items');
      return { items, current: numberIn(row, 'current'), versions: items + numberIn(row, 'older') };
    });
  }

  addSummary(summary: MemorySummary): Promise<void> {
    return this.#do(() => inTransaction(this.#db, () => this.#putSummary(summary)));
  }

  summariesOf(id: MemoryId): Promise<readonly MemorySummary[]> {
    return this.#do(() => {
      const rows = this.#db.all(
        `SELECT * FROM summaries WHERE id = ? OR id IN (SELECT summary FROM summarized WHERE item = ?)
         ORDER BY at_ms DESC, id DESC`,
        [id, id],
      );
      return rows.map(summaryOf);
    });
  }

  snapshot(task: TaskId, session: number | null): Promise<RamSnapshot | undefined> {
    return this.#do(() => this.#snapshot(task, session));
  }

  putSnapshot(snapshot: RamSnapshot, summaries: readonly MemorySummary[] = []): Promise<boolean> {
    return this.#do(() =>
      inTransaction(this.#db, () => {
        const { task, session, generation, at, items, tombstones } = snapshot;
        if ((this.#snapshot(task, session)?.generation ?? 0) !== generation - 1) return false;
        this.#db.run(
          `INSERT INTO ram_snapshots (task, session, generation, at, at_ms, items, tombstones)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          [
            ...[task, session ?? wholeTask, generation, at, timeOf(at)],
            ...[JSON.stringify(items), JSON.stringify(tombstones)],
          ],
        );
        for (const summary of summaries) this.#putSummary(summary);
        return true;
      }),
    );
  }

  addEvents(events: readonly MemoryEvent[]): Promise<void> {
    return this.#do(() =>
      inTransaction(this.#db, () => {
        for (const { kind, at, task, ids, text } of events) {
          this.#db.run('INSERT INTO events (kind, at, at_ms, task, ids, text) VALUES (?, ?, ?, ?, ?, ?)', [
            ...[kind, at, timeOf(at), task, JSON.stringify(ids), text],
          ]);
        }
      }),
    );
  }

  events(
    after: number,
    limit: number,
  ): Promise<{ readonly events: readonly MemoryEvent[]; readonly last: number }> {
    return this.#do(() => {
      const rows = this.#db.all('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?', [
        after,
        wholeLimit(limit),
      ]);
      const last = rows.at(-1);
      return { events: rows.map(eventOf), last: last === undefined ? after : numberIn(last, 'seq') };
    });
  }

  prune(policy: RetentionPolicy): Promise<number> {
    return this.#do(() => inTransaction(this.#db, () => prune(this.#db, policy)));
  }

  async *export(): AsyncIterable<{
    readonly table: string;
    readonly row: Readonly<Record<string, unknown>>;
  }> {
    const records = exportTables(this.#db);
    for (;;) {
      const { done, value } = await this.#do(() => records.next());
      if (done) return;
      yield value;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#db.close();
    await this.#options.onClosed?.();
  }

  #latest(id: MemoryId): MemoryItem | undefined {
    const row = this.#db.all('SELECT * FROM items WHERE id = ?', [id])[0];
    return row === undefined ? undefined : itemOf(row);
  }

  #snapshot(task: TaskId, session: number | null): RamSnapshot | undefined {
    const row = this.#db.all(
      'SELECT * FROM ram_snapshots WHERE task = ? AND session = ? ORDER BY generation DESC LIMIT 1',
      [task, session ?? wholeTask],
    )[0];
    return row === undefined ? undefined : snapshotOf(row);
  }

  #putSummary({ id, task, session, of, text, at }: MemorySummary): void {
    this.#db.run(
      'INSERT OR REPLACE INTO summaries (id, task, session, at, at_ms, of, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [id, task, session, at, timeOf(at), JSON.stringify(of), text],
    );
    for (const item of of) {
      this.#db.run('INSERT OR IGNORE INTO summarized (item, summary) VALUES (?, ?)', [item.id, id]);
    }
  }

  async #do<T>(body: () => T): Promise<T> {
    try {
      return body();
    } catch (error) {
      if (isBatonError(error, 'invalid_state_file')) await this.#options.onDamage?.();
      throw error;
    }
  }
}
