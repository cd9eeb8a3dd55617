/** Items and stores for tests of what is held at hand. */
import assert from 'node:assert/strict';
import { JsonStore } from '../../src/core/memory/json-store';
import type { LongTermStore } from '../../src/core/memory/long-term-store';
import { memoryId } from '../../src/core/memory/memory-id';
import { SqliteStore } from '../../src/core/memory/sqlite-store';
import { WorkingMemory } from '../../src/core/memory/working-memory';
import type { MemoryId, MemoryInput } from '../../src/core/model/memory';
import { loadNodeSqlite, NativeSqliteDatabase } from '../../src/node/native-sqlite';
import { MemoryClock } from './memory-clock';
import { testHasher, testPorts } from './memory-ports';
import { taskId } from './state-text';

export const ramTask = taskId('101');
export const ramLimits = { items: 8, bytes: 1024 } as const;

/** The n-th item of the task. */
export function idOf(n: number): MemoryId {
  return memoryId(testHasher, 'test', ramTask, n);
}

/** Of about 60 bytes, unless it says more. */
export function exampleInput(n: number, more: Partial<MemoryInput> = {}): MemoryInput {
  const session = Math.floor(n / 3) + 1;
  const minute = String(n % 60).padStart(2, '0');
  const hour = String(Math.floor(n / 60) % 24).padStart(2, '0');
  return {
    id: idOf(n),
    kind: 'progress',
    detail: null,
    task: ramTask,
    session,
    provenance: 'agent',
    at: `2026-11-21T${hour}:${minute}:00Z`,
    title: `Item ${n} of session ${session}`,
    text: `Did number ${n}\n\nNext steps:\n- go on after ${n}`,
    source: { path: `task-states/task-${ramTask}-state.md`, anchor: `Item ${n}` },
    pinned: false,
    supersededBy: null,
    ...more,
  };
}

/** Each from a source of its own, so that one can change without the others. */
export async function takeIn(store: LongTermStore, ...inputs: readonly MemoryInput[]): Promise<void> {
  for (const input of inputs) await store.takeIn({ path: `source/${input.id}`, stamp: input.text }, [input]);
}

export type StoreKind = 'sqlite' | 'json';
export const storeKinds: readonly StoreKind[] = ['sqlite', 'json'];

/** An empty one; gone when it is closed. */
export async function exampleStore(kind: StoreKind = 'json'): Promise<LongTermStore> {
  const clock = new MemoryClock();
  if (kind === 'json') return JsonStore.inRam(testPorts({ clock }));
  const sqlite = loadNodeSqlite();
  assert.ok(sqlite, 'the Node that tests run on has SQLite');
  const db = new NativeSqliteDatabase(sqlite, ':memory:', 0);
  return new SqliteStore(db, { hasher: testHasher, now: () => clock.now().toISOString() });
}

/** What one process has at hand. @param session null for the task as a whole */
export function atHand(
  store: LongTermStore,
  limits: WorkingMemory['limits'] = ramLimits,
  session: number | null = null,
): WorkingMemory {
  const ports = { clock: new MemoryClock(), hasher: testHasher };
  return new WorkingMemory(store, ports, { task: ramTask, session, limits });
}
