/** Long-term memory in SQLite's own RAM, for tests and benches of recall. */
import type { LongTermStore } from '../../src/core/memory/long-term-store';
import { SqliteStore } from '../../src/core/memory/sqlite-store';
import type { MemoryInput } from '../../src/core/model/memory';
import { loadNodeSqlite, NativeSqliteDatabase } from '../../src/node/native-sqlite';
import { testHasher } from './memory-ports';

/** @param path a file, unless it shall be gone with the process */
export function recallStore(path = ':memory:'): SqliteStore {
  const sqlite = loadNodeSqlite();
  if (sqlite === undefined) throw new Error('This Node has no SQLite');
  const db = new NativeSqliteDatabase(sqlite, path, 1000);
  return new SqliteStore(db, { hasher: testHasher, now: () => '2026-11-21T12:00:00Z' });
}

export async function takeIn(
  store: Pick<LongTermStore, 'takeIn'>,
  sources: ReadonlyMap<string, readonly MemoryInput[]>,
): Promise<void> {
  for (const [path, items] of sources) await store.takeIn({ path, stamp: '1' }, items);
}
