/** Databases of every released schema version open, and none is ever half migrated. Requirement 001-32. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBatonError } from '../../../../src/core/base/baton-error';
import {
  applicationId,
  headerBytes,
  migrate,
  migrations,
  versionInHeader,
} from '../../../../src/core/memory/sqlite-schema';
import { SqliteStore } from '../../../../src/core/memory/sqlite-store';
import type { MemoryId } from '../../../../src/core/model/memory';
import type { SqlDatabase } from '../../../../src/core/ports';
import { NodeDatabases } from '../../../../src/node/node-databases';
import { memoryId } from '../../../support/memory-items';
import { MemoryLogger } from '../../../support/memory-logger';
import { testHasher } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';

const folder = join(import.meta.dirname, '../../../fixtures/memory');
const versions = readdirSync(folder).map((name) => Number(/^version-(\d+)\.sql$/.exec(name)?.[1]));

async function empty(): Promise<SqlDatabase> {
  const db = await new NodeDatabases(new MemoryLogger(), 'native').open(':memory:');
  assert.ok(db);
  return db;
}

async function released(version: number): Promise<SqlDatabase> {
  const db = await empty();
  db.exec(readFileSync(join(folder, `version-${version}.sql`), 'utf8'));
  return db;
}

function schemaOf(db: SqlDatabase): readonly string[] {
  const rows = db.all(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name`);
  return rows.map(({ sql }) => String(sql).replace(/\s+/g, ' '));
}

suite('The schema of the memory', () => {
  test('there is a database of each released version', () => {
    assert.deepEqual(
      versions.sort((a, b) => a - b),
      migrations.map((_, n) => n + 1),
    );
  });

  for (const version of versions) {
    test(`a database of version ${version} becomes what a new one is, and keeps all it knows`, async () => {
      const db = await released(version);
      const store = new SqliteStore(db, { hasher: testHasher, now: () => '2026-11-21T12:00:00.000Z' });
      const fresh = await empty();
      migrate(fresh);
      assert.deepEqual(schemaOf(db), schemaOf(fresh));
      await requireAll(store);
      await store.close();
      fresh.close();
    });
  }

  test('has sessions, snapshots, summaries, events, and words of items and sessions in FTS5', async () => {
    const db = await empty();
    migrate(db);
    const tables = new Map(
      db
        .all(`SELECT name, sql FROM sqlite_schema WHERE type = 'table'`)
        .map(({ name, sql }) => [name, String(sql)]),
    );
    for (const name of ['sessions', 'ram_snapshots', 'summaries', 'events'])
      assert.ok(tables.has(name), name);
    for (const name of ['item_words', 'session_words']) assert.match(tables.get(name) ?? '', /USING fts5/);
    assert.equal(db.all('PRAGMA user_version')[0]?.['user_version'], migrations.length);
    db.close();
  });

  test('steps run in their order, once, and the version follows them', async () => {
    const db = await empty();
    const steps = ['CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)', 'ALTER TABLE a ADD COLUMN y DEFAULT 2'];
    migrate(db, steps.slice(0, 1));
    migrate(db, steps);
    migrate(db, steps);
    assert.deepEqual(
      db.all('SELECT * FROM a').map((row) => ({ ...row })),
      [{ x: 1, y: 2 }],
    );
    assert.deepEqual(db.all('PRAGMA user_version')[0]?.['user_version'], 3);
    assert.deepEqual(db.all('PRAGMA application_id')[0]?.['application_id'], applicationId);
  });

  test('a step that fails leaves the database as it was', async () => {
    const db = await released(1);
    const before = schemaOf(db);
    const steps = [...migrations, 'CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)'];
    assert.throws(() => migrate(db, steps), /nowhere/);
    assert.deepEqual(schemaOf(db), before);
    assert.equal(db.all('PRAGMA user_version')[0]?.['user_version'], 1);
    migrate(db);
  });

  test('a newer database is left alone', async () => {
    const db = await released(1);
    db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    assert.throws(
      () => migrate(db),
      (error) => isBatonError(error, 'read_only'),
    );
    assert.equal(db.all('SELECT count(*) AS n FROM items')[0]?.['n'], 4);
  });

  test('the header of a file tells its version only where the file is ours', () => {
    const header = Buffer.alloc(headerBytes);
    header.write('SQLite format 3\0', 'latin1');
    header.writeUInt32BE(5, 60);
    assert.equal(versionInHeader(header), undefined);
    header.writeUInt32BE(applicationId, 68);
    assert.equal(versionInHeader(header), 5);
    assert.equal(versionInHeader(header.subarray(0, 99)), undefined);
    header.write('x');
    assert.equal(versionInHeader(header), undefined);
  });
});

async function requireAll(store: SqliteStore): Promise<void> {
  const progress = memoryId('progress');
  const decided = memoryId('decision') satisfies MemoryId;
  const latest = await store.item(progress);
  assert.deepEqual([latest?.version, latest?.pinned, latest?.current], [2, true, true]);
  assert.equal((await store.item(progress, 1))?.text, 'The migration is running');
  assert.deepEqual(await store.count(), { items: 4, current: 2, versions: 5 });
  const [port] = await store.match({ words: ['gateway'], exact: [], limit: 5 });
  assert.equal(port?.item.title, 'Port 9090');
  assert.equal((await store.item(decided))?.supersededBy, port?.item.id);
  const [session] = await store.matchSessions({ words: ['migrate'], exact: [], limit: 5 });
  assert.deepEqual([session?.task, session?.session], [taskId('101'), 1]);
  assert.equal((await store.summariesOf(progress))[0]?.text, 'Migrations ran');
  const snapshot = await store.snapshot(taskId('101'), null);
  assert.deepEqual([snapshot?.generation, snapshot?.tombstones[0]?.title], [3, 'Session 1']);
  assert.deepEqual((await store.events(0, 5)).last, 7);
  assert.deepEqual([...(await store.stamps()).values()], ['1|165-1', '1|abc']);
}
