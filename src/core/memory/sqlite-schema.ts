/**
 * Tables of `memory.db`, one step a released version. A released step is never edited: `test/fixtures/memory` keeps a
 * database of each, and a test opens them all. Requirement 001-32.
 */
import { BatonError } from '../base/baton-error';
import type { SqlDatabase } from '../ports';
import { inTransaction, numberIn } from './sqlite-values';

/** Says in the file's header that it is ours. */
export const applicationId = 0x42544e4d;

const words = `tokenize = 'porter unicode61 remove_diacritics 2'`;
const version = `
  version INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT, task TEXT, session INTEGER, provenance TEXT NOT NULL,
  at TEXT NOT NULL, superseded_by TEXT, pinned INTEGER NOT NULL, source_path TEXT NOT NULL, source_anchor TEXT,
  stored_at TEXT NOT NULL`;

/** What is filtered by is in one index, so that nobody reads the texts for it. */
const first = `
CREATE TABLE sources (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE items (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ${version},
  at_ms INTEGER NOT NULL, hand_pinned INTEGER, gone INTEGER NOT NULL, repeated INTEGER NOT NULL,
  taken_from TEXT NOT NULL, content TEXT NOT NULL, sameness TEXT NOT NULL,
  title TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX items_by_facts ON items (task, session, at_ms, kind, gone, repeated, superseded_by, id);
CREATE INDEX items_by_time ON items (at_ms);
CREATE INDEX items_by_source ON items (taken_from);
CREATE INDEX items_by_sameness ON items (sameness);

CREATE TABLE versions (
  id TEXT NOT NULL, ${version}, title TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (id, version)
) WITHOUT ROWID;

CREATE TABLE sessions (
  seq INTEGER PRIMARY KEY, task TEXT NOT NULL, session INTEGER NOT NULL, items INTEGER NOT NULL,
  first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, UNIQUE (task, session)
);

CREATE TABLE summaries (
  id TEXT PRIMARY KEY, task TEXT, session INTEGER, at TEXT NOT NULL, at_ms INTEGER NOT NULL, of TEXT NOT NULL,
  text TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE summarized (
  item TEXT NOT NULL, summary TEXT NOT NULL, PRIMARY KEY (item, summary)
) WITHOUT ROWID;

CREATE TABLE ram_snapshots (
  task TEXT NOT NULL, session INTEGER NOT NULL, generation INTEGER NOT NULL, at TEXT NOT NULL, at_ms INTEGER NOT NULL,
  items TEXT NOT NULL, tombstones TEXT NOT NULL, PRIMARY KEY (task, session, generation)
) WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at TEXT NOT NULL, at_ms INTEGER NOT NULL, task TEXT,
  ids TEXT NOT NULL, text TEXT NOT NULL
);

CREATE VIRTUAL TABLE item_words USING fts5 (title, text, content = '', contentless_delete = 1, ${words});
CREATE VIRTUAL TABLE session_words USING fts5 (text, content = '', contentless_delete = 1, ${words});
`;

/** The step at place n leads from version n to version n + 1. */
export const migrations: readonly string[] = [first];

/**
 * Brings a database to the newest version, in one transaction. Throws `read_only` when it is newer than we are and leaves
 * it alone then, and `invalid_state_file` when it is somebody else's.
 */
export function migrate(db: SqlDatabase, steps: readonly string[] = migrations): void {
  if (versionOf(db) === steps.length) return;
  // Others may be doing the same, so it is looked at again once they cannot.
  inTransaction(db, () => {
    const from = versionOf(db);
    if (from > steps.length) throw newerVersion(from);
    for (const step of steps.slice(from)) db.exec(step);
    db.exec(`PRAGMA application_id = ${applicationId}`);
    db.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** Throws when the file is no memory of ours. */
function versionOf(db: SqlDatabase): number {
  const own = pragma(db, 'application_id');
  const found = pragma(db, 'user_version');
  const tables = numberIn(db.all('SELECT count(*) AS n FROM sqlite_schema')[0], 'n');
  if (own !== applicationId && (own !== 0 || found !== 0 || tables !== 0)) {
    throw new BatonError('invalid_state_file', 'The memory file is another program’s database');
  }
  return found;
}

function pragma(db: SqlDatabase, name: 'application_id' | 'user_version'): number {
  return numberIn(db.all(`PRAGMA ${name}`)[0], name);
}

export function newerVersion(found: number): BatonError {
  return new BatonError('read_only', `Memory was written by a newer Baton (its version ${found})`, {
    hint: 'Update Baton here. Until then nothing is written to it.',
  });
}

/** How much of a file tells what it is. */
export const headerBytes = 100;
const magic = 'SQLite format 3\0';

/** The schema's version as a file of ours has it in its first bytes; undefined for any other file. */
export function versionInHeader(header: Uint8Array): number | undefined {
  if (header.length < headerBytes) return undefined;
  if (![...magic].every((sign, n) => header[n] === sign.charCodeAt(0))) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  return view.getUint32(68) === applicationId ? view.getUint32(60) : undefined;
}
