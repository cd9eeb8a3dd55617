/** Taking a source's items into SQLite: versions, what is gone, what is only said again, and both word indexes. */
import type { MemoryId, MemoryInput } from '../model/memory';
import type { Hasher, SqlDatabase } from '../ports';
import { distinctInputs, type ItemKeys, itemKeys, timeOf } from './item-keys';
import type { SourceStamp, TakenIn } from './long-term-store';
import { indexSession } from './sqlite-sessions';
import { inTransaction, numberIn, type SqlRow, textIn } from './sqlite-values';

/** What is compared before anything is written; the texts stay where they are. */
const known = `seq, id, version, kind, detail, task, session, provenance, at, superseded_by, pinned, source_path,
  source_anchor, gone, repeated, taken_from, content, sameness`;

const insert = `INSERT INTO items (id, version, kind, detail, task, session, provenance, at, superseded_by, pinned,
  source_path, source_anchor, stored_at, at_ms, hand_pinned, gone, repeated, taken_from, content, sameness, title, text)
  VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, ?, ?, ?, ?, ?, ?) RETURNING seq`;

const update = `UPDATE items SET version = ?, kind = ?, detail = ?, task = ?, session = ?, provenance = ?, at = ?,
  superseded_by = ?, pinned = ?, source_path = ?, source_anchor = ?, stored_at = ?, at_ms = ?, gone = 0, repeated = ?,
  taken_from = ?, content = ?, sameness = ?, title = ?, text = ? WHERE seq = ?`;

/** Apart from `update`, so that a text of 64 KB is not written again for a new time. */
const touch = `UPDATE items SET provenance = ?, at = ?, superseded_by = ?, pinned = ?, source_path = ?,
  source_anchor = ?, at_ms = ?, gone = 0, repeated = ?, taken_from = ? WHERE seq = ?`;

const keep = `INSERT INTO versions (id, version, kind, detail, task, session, provenance, at, superseded_by, pinned,
  source_path, source_anchor, stored_at, title, text) SELECT id, version, kind, detail, task, session, provenance, at,
  superseded_by, coalesce(hand_pinned, pinned), source_path, source_anchor, stored_at, title, text
  FROM items WHERE seq = ?`;

const indexWords = `INSERT OR REPLACE INTO item_words (rowid, title, text) SELECT seq, title, text FROM items WHERE seq = ?`;

export class SqliteIntake {
  readonly #db: SqlDatabase;
  readonly #hasher: Hasher;
  readonly #now: () => string;

  /** @param now UTC */
  constructor(db: SqlDatabase, hasher: Hasher, now: () => string) {
    this.#db = db;
    this.#hasher = hasher;
    this.#now = now;
  }

  takeIn(source: SourceStamp, items: readonly MemoryInput[]): TakenIn {
    const inputs = distinctInputs(items);
    return inTransaction(this.#db, () => {
      const pass = new IntakePass(this.#db, source.path, this.#now());
      for (const input of inputs) pass.take(input, itemKeys(this.#hasher, input));
      pass.dropOthers(new Set(inputs.map(({ id }) => id)));
      pass.finish();
      this.#stamp(source);
      return pass.result();
    });
  }

  forget(paths: readonly string[]): void {
    inTransaction(this.#db, () => {
      for (const path of paths) {
        const pass = new IntakePass(this.#db, path, this.#now());
        pass.dropOthers(new Set());
        pass.finish();
        this.#db.run('DELETE FROM sources WHERE path = ?', [path]);
      }
    });
  }

  #stamp({ path, stamp }: SourceStamp): void {
    const write = `INSERT INTO sources (path, stamp) VALUES (?, ?)
      ON CONFLICT (path) DO UPDATE SET stamp = excluded.stamp WHERE stamp <> excluded.stamp`;
    this.#db.run(write, [path, stamp]);
  }
}

/** One source's items within one transaction. */
class IntakePass {
  readonly #db: SqlDatabase;
  readonly #path: string;
  readonly #now: string;
  readonly #added: MemoryId[] = [];
  readonly #changed: MemoryId[] = [];
  #unchanged = 0;
  #repeated = 0;
  /** Texts that one item less stands for; another one that says the same may have to come forward. */
  readonly #freed = new Set<string>();
  /** Sessions whose text is another now, by task and number. */
  readonly #sessions = new Map<string, readonly [task: string, session: number]>();

  constructor(db: SqlDatabase, path: string, now: string) {
    this.#db = db;
    this.#path = path;
    this.#now = now;
  }

  take(input: MemoryInput, keys: ItemKeys): void {
    const row = this.#db.all(`SELECT ${known} FROM items WHERE id = ?`, [input.id])[0];
    const repeated = this.#isSaidElsewhere(input, keys.sameness);
    if (row === undefined) this.#add(input, keys, repeated);
    else if (row['content'] !== keys.content) this.#change(row, input, keys, repeated);
    else this.#same(row, input, repeated);
    if (repeated) this.#repeated += 1;
  }

  /** What the source no longer holds ceases to be current. */
  dropOthers(held: ReadonlySet<string>): void {
    const rows = this.#db.all(
      'SELECT seq, id, task, session, sameness, repeated FROM items WHERE taken_from = ? AND gone = 0',
      [this.#path],
    );
    for (const row of rows.filter(({ id }) => typeof id !== 'string' || !held.has(id))) {
      this.#db.run('UPDATE items SET gone = 1 WHERE seq = ?', [numberIn(row, 'seq')]);
      this.#left(row);
    }
  }

  finish(): void {
    for (const sameness of this.#freed) this.#bringForward(sameness);
    for (const [task, session] of this.#sessions.values()) indexSession(this.#db, task, session);
  }

  result(): TakenIn {
    return {
      added: this.#added,
      changed: this.#changed,
      unchanged: this.#unchanged,
      repeated: this.#repeated,
    };
  }

  #add(input: MemoryInput, keys: ItemKeys, repeated: boolean): void {
    const { id, kind, detail, task, session, provenance, at, title, text, source, pinned } = input;
    const row = this.#db.all(insert, [
      ...[id, kind, detail, task, session, provenance, at, input.supersededBy, flag(pinned)],
      ...[source.path, source.anchor, this.#now, timeOf(at), flag(repeated), this.#path],
      ...[keys.content, keys.sameness, title, text],
    ])[0];
    if (repeated) return;
    this.#db.run(indexWords, [numberIn(row, 'seq')]);
    this.#touched(task, session);
    this.#added.push(id);
  }

  #change(row: SqlRow, input: MemoryInput, keys: ItemKeys, repeated: boolean): void {
    const { id, kind, detail, task, session, provenance, at, title, text, source, pinned } = input;
    const seq = numberIn(row, 'seq');
    this.#db.run(keep, [seq]);
    this.#db.run(update, [
      ...[numberIn(row, 'version') + 1, kind, detail, task, session, provenance, at, input.supersededBy],
      ...[flag(pinned), source.path, source.anchor, this.#now, timeOf(at), flag(repeated), this.#path],
      ...[keys.content, keys.sameness, title, text, seq],
    ]);
    this.#reindex(seq, repeated);
    this.#left(row);
    this.#touched(task, session);
    if (!repeated) this.#changed.push(id);
  }

  /** Its text is the same. What else changed is written over; a new version would say nothing new. */
  #same(row: SqlRow, input: MemoryInput, repeated: boolean): void {
    if (!repeated) this.#unchanged += 1;
    if (isAsKept(row, input, this.#path, repeated)) return;
    const { provenance, at, supersededBy, pinned, source } = input;
    if (row['superseded_by'] === null && supersededBy !== null) this.#left(row);
    const seq = numberIn(row, 'seq');
    this.#db.run(touch, [
      ...[provenance, at, supersededBy, flag(pinned), source.path, source.anchor],
      ...[timeOf(at), flag(repeated), this.#path, seq],
    ]);
    if (row['repeated'] !== flag(repeated)) this.#reindex(seq, repeated);
    this.#touched(input.task, input.session);
  }

  #reindex(seq: number, repeated: boolean): void {
    if (repeated) this.#db.run('DELETE FROM item_words WHERE rowid = ?', [seq]);
    else this.#db.run(indexWords, [seq]);
  }

  /** What is superseded neither stands for what holds nor steps back for it: somebody may go back to what was decided first. */
  #isSaidElsewhere({ id, supersededBy }: MemoryInput, sameness: string): boolean {
    if (supersededBy !== null) return false;
    const one = `SELECT 1 FROM items
      WHERE sameness = ? AND id <> ? AND gone = 0 AND repeated = 0 AND superseded_by IS NULL LIMIT 1`;
    return this.#db.all(one, [sameness, id]).length > 0;
  }

  #left(row: SqlRow): void {
    if (row['repeated'] === 0) this.#freed.add(textIn(row, 'sameness'));
    this.#touched(row['task'], row['session']);
  }

  #touched(task: unknown, session: unknown): void {
    if (typeof task !== 'string' || typeof session !== 'number') return;
    this.#sessions.set(JSON.stringify([task, session]), [task, session]);
  }

  /** Where the item that spoke for several is gone, the next one speaks. */
  #bringForward(sameness: string): void {
    const rows = this.#db.all(
      `SELECT seq, task, session, repeated FROM items
       WHERE sameness = ? AND gone = 0 AND superseded_by IS NULL ORDER BY repeated, seq LIMIT 1`,
      [sameness],
    );
    for (const row of rows.filter(({ repeated }) => repeated === 1)) {
      const seq = numberIn(row, 'seq');
      this.#db.run('UPDATE items SET repeated = 0 WHERE seq = ?', [seq]);
      this.#db.run(indexWords, [seq]);
      this.#touched(row['task'], row['session']);
    }
  }
}

function isAsKept(row: SqlRow, input: MemoryInput, path: string, repeated: boolean): boolean {
  return (
    row['provenance'] === input.provenance &&
    row['at'] === input.at &&
    row['superseded_by'] === input.supersededBy &&
    row['pinned'] === flag(input.pinned) &&
    row['source_path'] === input.source.path &&
    row['source_anchor'] === input.source.anchor &&
    row['gone'] === 0 &&
    row['repeated'] === flag(repeated) &&
    row['taken_from'] === path
  );
}

function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
