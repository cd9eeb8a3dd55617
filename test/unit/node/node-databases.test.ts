/** Which SQLite there is, what it answers when it cannot, and where no write-ahead log may be. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isBatonError } from '../../../src/core/base/baton-error';
import type { SqlDatabase } from '../../../src/core/ports';
import { isOnNetwork } from '../../../src/node/network-disk';
import { NodeDatabases, type SqliteChoice, sqliteChoice } from '../../../src/node/node-databases';
import { MemoryLogger } from '../../support/memory-logger';

async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-sqlite-'));
  try {
    await body(join(folder, 'memory.db'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openAt(choice: SqliteChoice, path: string, busyMs?: number): Promise<SqlDatabase> {
  const db = await new NodeDatabases(new MemoryLogger(), choice, busyMs).open(path);
  assert.ok(db);
  return db;
}

suite('The Databases port', () => {
  test('where there is none, that is an answer', async () => {
    const databases = new NodeDatabases(new MemoryLogger(), 'none');
    assert.equal(await databases.engine(), undefined);
    assert.equal(await databases.open('/nowhere/memory.db'), undefined);
  });

  test('Node’s own comes first, and it alone sees who else has a file open', async () => {
    const shares = async (only?: SqliteChoice) =>
      (await new NodeDatabases(new MemoryLogger(), only).engine())?.shares;
    assert.deepEqual([await shares(), await shares('native'), await shares('wasm')], [true, true, false]);
  });

  test('only a known word chooses', () => {
    assert.deepEqual(['wasm', 'none', 'native', 'x', '', undefined].map(sqliteChoice), [
      'wasm',
      'none',
      'native',
      undefined,
      undefined,
      undefined,
    ]);
  });

  for (const choice of ['native', 'wasm'] as const) {
    suite(choice, () => {
      test('values come back as they went in', () =>
        withFile(async (path) => {
          const db = await openAt(choice, path);
          db.exec('CREATE TABLE t (a, b, c, d); CREATE TABLE u (a)');
          assert.deepEqual(
            db.run('INSERT INTO t VALUES (?, ?, ?, ?), (1, 2, 3, 4)', ['ä😀', 1.5, null, 2 ** 45]),
            {
              changes: 2,
            },
          );
          const rows = db.all('SELECT * FROM t').map((row) => ({ ...row }));
          assert.deepEqual(rows[0], { a: 'ä😀', b: 1.5, c: null, d: 2 ** 45 });
          assert.deepEqual(db.all('SELECT * FROM u'), []);
          db.close();
        }));

      test('a statement that failed works at the next try', () =>
        withFile(async (path) => {
          const db = await openAt(choice, path);
          db.exec('CREATE TABLE t (a UNIQUE)');
          const insert = 'INSERT INTO t VALUES (?)';
          db.run(insert, [1]);
          assert.throws(() => db.run(insert, [1]), /UNIQUE/);
          db.run(insert, [2]);
          assert.equal(db.all('SELECT count(*) AS n FROM t')[0]?.['n'], 2);
          assert.throws(() => db.all('SELECT nonsense FROM t'), /nonsense/);
          db.close();
        }));

      test('what is no database, and what cannot be opened, is told apart', () =>
        withFile(async (path) => {
          await writeFile(path, 'no database at all, but long enough to be looked at '.repeat(20));
          await assert.rejects(openAt(choice, path), (error) => isBatonError(error, 'invalid_state_file'));
          await assert.rejects(openAt(choice, join(path, 'below', 'a', 'file.db')), (error) =>
            isBatonError(error, 'io_failed'),
          );
        }));

      test('more texts than are kept ready work as well', () =>
        withFile(async (path) => {
          const db = await openAt(choice, path);
          for (let n = 0; n < 450; n++) assert.equal(db.all(`SELECT ${n} AS n`)[0]?.['n'], n);
          db.close();
        }));
    });
  }

  test('a writer who waits for too long is told that it is locked', () =>
    withFile(async (path) => {
      const one = await openAt('native', path);
      const two = await openAt('native', path, 10);
      one.exec('CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)');
      assert.throws(
        () => two.exec('BEGIN IMMEDIATE'),
        (error) => isBatonError(error, 'locked'),
      );
      one.exec('COMMIT');
      two.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (2); COMMIT');
      assert.equal(one.all('SELECT count(*) AS n FROM t')[0]?.['n'], 2);
      two.close();
      one.close();
    }));

  test('a local file has a write-ahead log', () =>
    withFile(async (path) => {
      const db = await openAt('native', path);
      assert.equal(db.all('PRAGMA journal_mode')[0]?.['journal_mode'], 'wal');
      db.close();
    }));

  test('paths of other machines are told from local ones', async () => {
    assert.equal(await isOnNetwork('\\\\server\\share\\memory.db', 'win32'), true);
    assert.equal(await isOnNetwork('//server/share/memory.db', 'win32'), true);
    assert.equal(await isOnNetwork('//?/C:/project/memory.db', 'win32'), false);
    assert.equal(await isOnNetwork('C:/project/memory.db', 'win32'), false);
    assert.equal(await isOnNetwork('/Volumes/team/memory.db', 'darwin'), true);
    assert.equal(await isOnNetwork('/Users/ada/memory.db', 'darwin'), false);
    assert.equal(await isOnNetwork(join(tmpdir(), 'memory.db'), 'linux'), false);
    assert.equal(await isOnNetwork('/nowhere/at/all/memory.db', 'linux'), false);
  });
});
