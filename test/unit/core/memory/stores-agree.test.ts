/** The law behind the interface: whatever is done to two kinds of store, in whatever order, both know the same. 001-38. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { JsonStore } from '../../../../src/core/memory/json-store';
import type { LongTermStore } from '../../../../src/core/memory/long-term-store';
import { SqliteStore } from '../../../../src/core/memory/sqlite-store';
import type { MemoryInput } from '../../../../src/core/model/memory';
import { NodeDatabases } from '../../../../src/node/node-databases';
import { memoryId, memoryInput } from '../../../support/memory-items';
import { MemoryLogger } from '../../../support/memory-logger';
import { testHasher, testPorts } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';

const names = [...'abcdef'];
const texts = [
  'alpha',
  'beta gamma',
  'alpha delta, which is long enough that one item of the task is enough for all who say the very same',
  'gamma and delta in a text that several items of the task may have, and only one of them is shown',
];
const task = taskId('101');

const input: fc.Arbitrary<MemoryInput> = fc
  .record({
    name: fc.constantFrom(...names),
    text: fc.constantFrom(...texts),
    session: fc.constantFrom(1, 2, null),
    day: fc.integer({ min: 1, max: 3 }),
    supersededBy: fc.constantFrom(null, null, memoryId('a')),
    pinned: fc.boolean(),
  })
  .map(({ name, day, ...given }) => memoryInput(name, { ...given, at: `2026-11-0${day}T00:00:00Z` }));

type Deed = (store: LongTermStore) => Promise<unknown>;
const path = fc.constantFrom('one.md', 'two.md', 'three.md');

const deed: fc.Arbitrary<readonly [string, Deed]> = fc.oneof(
  fc
    .tuple(path, fc.array(input, { maxLength: 5 }))
    .map(([from, items]): [string, Deed] => [
      `${from} holds ${items.map(({ id, text }) => `${id.slice(2, 3)} ${text.slice(0, 7)}`).join('; ')}`,
      (store) => store.takeIn({ path: from, stamp: String(items.length) }, items),
    ]),
  path.map((from): [string, Deed] => [`${from} is gone`, (store) => store.forgetSources([from])]),
  fc
    .tuple(fc.constantFrom(...names), fc.boolean())
    .map(([name, pinned]): [string, Deed] => [
      `${name} is ${pinned ? '' : 'not '}pinned`,
      (store) => store.pin(memoryId(name), pinned),
    ]),
);

/** All that somebody can learn from a store, apart from the weights of words. */
async function knowledge(store: LongTermStore): Promise<unknown> {
  const ids = names.map(memoryId);
  const older = await Promise.all(ids.flatMap((id) => [1, 2, 3].map((version) => store.item(id, version))));
  const found = async (word: string, past: boolean) => {
    const hits = await store.match({ words: [word], exact: [], limit: 20, filter: { past } });
    return hits.map(({ item }) => item.id).sort();
  };
  const sessions = await store.matchSessions({ words: ['alpha'], exact: [], limit: 20 });
  const listed = async (past: boolean) => (await store.itemsOf({ past }, 20)).map(({ id }) => id);
  return {
    items: await store.items(ids),
    older,
    count: await store.count(),
    stamps: [...(await store.stamps())].sort(),
    listed: [await listed(false), await listed(true)],
    found: [await found('alpha', false), await found('delta', true), await found('gamma', false)],
    exactly: (await store.match({ words: [], exact: ['beta gamma'], limit: 20 }))
      .map(({ item }) => item.id)
      .sort(),
    sessions: sessions.map(({ session }) => session).sort(),
    task: (await store.itemsOf({ task, session: { from: 2 } }, 20)).length,
  };
}

test('SQLite and JSON know the same after whatever was done to both', () =>
  fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 14 }), async (deeds) => {
      const db = await new NodeDatabases(new MemoryLogger(), 'native').open(':memory:');
      assert.ok(db);
      const ports = testPorts();
      const now = () => ports.clock.now().toISOString();
      const one: LongTermStore = new SqliteStore(db, { hasher: testHasher, now });
      const two: LongTermStore = await JsonStore.inRam(ports);
      for (const [, act] of deeds) {
        assert.deepEqual(await act(one), await act(two));
        assert.deepEqual(await knowledge(one), await knowledge(two));
        ports.clock.advance(1000);
      }
      await one.close();
    }),
    { numRuns: 60 },
  ));
