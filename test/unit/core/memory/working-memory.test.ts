// The RAM tier by example; its laws are in ram-laws.test.ts.
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { LongTermStore } from '../../../../src/core/memory/long-term-store';
import { bytesIn } from '../../../../src/core/memory/memory-limits';
import type { WorkingMemory } from '../../../../src/core/memory/working-memory';
import {
  atHand,
  exampleInput,
  exampleStore,
  idOf,
  ramLimits,
  ramTask,
  storeKinds,
  takeIn,
} from '../../../support/ram-examples';

const idsOf = (...ns: readonly number[]) => ns.map(idOf);
const held = (ram: WorkingMemory) => ram.state.items.map(({ id }) => id);

for (const kind of storeKinds) {
  suite(`what is at hand of a task, over ${kind}`, () => {
    let store: LongTermStore;
    let ram: WorkingMemory;

    setup(async () => {
      store = await exampleStore(kind);
      ram = atHand(store);
      for (let n = 1; n <= 12; n++) await takeIn(store, exampleInput(n));
    });

    teardown(() => store.close());

    test('is loaded in order up to the limit, and what has no room is told', async () => {
      const { done, kept } = await ram.load(idsOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
      assert.deepEqual(done, idsOf(1, 2, 3, 4, 5, 6, 7, 8));
      assert.deepEqual(kept, [
        { id: idOf(9), why: 'full' },
        { id: idOf(10), why: 'full' },
      ]);
      assert.deepEqual((await ram.items()).map(({ title }) => title)[0], 'Item 1 of session 1');
      assert.equal((await store.snapshot(ramTask, null))?.items.length, 8);
    });

    test('counts bytes of UTF-8, not characters', async () => {
      await takeIn(store, exampleInput(20, { title: 'wide', text: 'ü'.repeat(510) }));
      await takeIn(store, exampleInput(21, { title: 'wider', text: '🛟'.repeat(300) }));
      assert.deepEqual((await ram.load([idOf(21), idOf(1)])).kept, [{ id: idOf(21), why: 'too_large' }]);
      assert.deepEqual((await ram.load([idOf(20)])).kept, [{ id: idOf(20), why: 'full' }]);
      await ram.evict([idOf(1)]);
      await ram.load([idOf(20)]);
      assert.equal(bytesIn(ram.state.items), 1024);
    });

    test('does not take up what is unknown or holds no more', async () => {
      await takeIn(store, exampleInput(1, { supersededBy: idOf(2) }));
      assert.deepEqual(await ram.load([idOf(1), idOf(99)]), {
        done: [],
        kept: [
          { id: idOf(1), why: 'past' },
          { id: idOf(99), why: 'unknown' },
        ],
      });
      assert.equal(await store.snapshot(ramTask, null), undefined, 'nothing changed, so nothing was written');
    });

    test('an evicted item leaves a tombstone, and is recalled with its summary and whole record, also after a restart', async () => {
      await ram.load(idsOf(1, 2, 3));
      const summary = await ram.summarize(idsOf(1, 2));
      assert.ok(summary);
      await ram.evict(idsOf(1, 3));
      assert.deepEqual(held(ram), [idOf(2)]);
      assert.deepEqual(ram.state.tombstones, [
        { id: idOf(1), version: 1, title: 'Item 1 of session 1', summary: summary.id },
        { id: idOf(3), version: 1, title: 'Item 3 of session 2', summary: null },
      ]);
      const later = atHand(store);
      const [one, two, three] = await Promise.all(idsOf(1, 2, 3).map((id) => later.recall(id)));
      assert.deepEqual([one?.item?.text, one?.atHand], [exampleInput(1).text, false]);
      assert.deepEqual(one?.summaries, [summary]);
      assert.deepEqual([two?.summaries.length, two?.atHand], [1, true]);
      assert.deepEqual([three?.summaries.length, three?.item?.title], [0, 'Item 3 of session 2']);
      assert.deepEqual((await later.recall(summary.id))?.summaries, [summary]);
      assert.equal(await later.recall(idOf(99)), undefined);
    });

    test('what is put away is summarised in the same step, whether it was at hand or not', async () => {
      await ram.load(idsOf(1, 2));
      const { summary, done } = await ram.putAway(idsOf(1, 5));
      assert.deepEqual(done, idsOf(1, 5));
      assert.deepEqual(
        summary?.of.map(({ id }) => id),
        idsOf(1, 5),
      );
      assert.deepEqual(
        ram.state.tombstones.map((stone) => [stone.id, stone.summary]),
        [
          [idOf(1), summary?.id],
          [idOf(5), summary?.id],
        ],
      );
      assert.equal((await store.summariesOf(idOf(5)))[0]?.id, summary?.id);
    });

    test('summarising the same again makes no second summary', async () => {
      await ram.load(idsOf(1, 2));
      const first = await ram.summarize(idsOf(1, 2));
      assert.deepEqual(await atHand(store).summarize(idsOf(2, 1)), first);
      assert.equal((await ram.putAway(idsOf(1, 2))).summary?.id, first?.id);
      assert.equal((await store.summariesOf(idOf(1))).length, 1);
    });

    test('loaded again, an item leaves its tombstone behind', async () => {
      await ram.load(idsOf(1));
      await ram.evict(idsOf(1));
      await ram.load(idsOf(1));
      assert.deepEqual([held(ram), ram.state.tombstones], [idsOf(1), []]);
    });

    test('what is pinned or in use is never touched', async () => {
      await ram.load(idsOf(1, 2, 3));
      assert.equal(await ram.pin(idOf(1), true), true);
      assert.equal(await ram.pin(idOf(99), true), false);
      const use = await ram.use(idOf(2));
      const second = await ram.use(idOf(2));
      await takeIn(store, exampleInput(2, { text: 'Another text' }));
      const kept = [
        { id: idOf(1), why: 'pinned' },
        { id: idOf(2), why: 'in_use' },
      ];
      assert.deepEqual((await ram.evict(idsOf(1, 2))).kept, kept);
      assert.deepEqual((await ram.putAway(idsOf(1, 2))).kept, kept);
      assert.deepEqual((await ram.update({ id: idOf(2), version: 2 })).kept, [
        { id: idOf(2), why: 'in_use' },
      ]);
      assert.deepEqual((await ram.clear()).done, [idOf(3)]);
      use?.release();
      use?.release();
      assert.deepEqual(
        (await ram.evict(idsOf(2))).kept,
        [{ id: idOf(2), why: 'in_use' }],
        'the other use goes on',
      );
      second?.release();
      assert.deepEqual((await ram.evict(idsOf(2))).done, [idOf(2)]);
      await ram.pin(idOf(1), false);
      assert.deepEqual((await ram.evict(idsOf(1))).done, [idOf(1)]);
      assert.equal(await ram.use(idOf(1)), undefined);
    });

    test('an item that was pinned by hand elsewhere is seen pinned', async () => {
      await ram.load(idsOf(1));
      await ram.items();
      await store.pin(idOf(1), true);
      assert.deepEqual((await ram.evict(idsOf(1))).kept, [{ id: idOf(1), why: 'pinned' }]);
    });

    test('an item that is superseded or pinned meanwhile says so', async () => {
      await ram.load(idsOf(1, 2));
      await ram.items();
      await takeIn(store, exampleInput(1, { supersededBy: idOf(2) }));
      await store.pin(idOf(2), true);
      assert.deepEqual(
        (await ram.items()).map(({ current, pinned }) => [current, pinned]),
        [
          [false, false],
          [true, true],
        ],
      );
    });

    test('a new version takes the place of the old one, and older items make room for it', async () => {
      await ram.load(idsOf(1, 2, 3, 4));
      await takeIn(store, exampleInput(4, { text: 'x'.repeat(920) }));
      await ram.pin(idOf(1), true);
      assert.deepEqual((await ram.update({ id: idOf(4), version: 2 })).done, [idOf(4)]);
      assert.deepEqual(
        ram.state.items.map(({ id, version }) => [id, version]),
        [
          [idOf(1), 1],
          [idOf(4), 2],
        ],
      );
      assert.equal((await ram.items())[1]?.text.length, 920);
      assert.deepEqual(
        ram.state.tombstones.map(({ id }) => id),
        idsOf(2, 3),
      );
    });

    test('a new version that outgrows the limits goes, and is there in long-term memory', async () => {
      await ram.load(idsOf(1, 2));
      await takeIn(store, exampleInput(1, { text: 'x'.repeat(2000) }));
      assert.deepEqual((await ram.update({ id: idOf(1), version: 2 })).kept, [
        { id: idOf(1), why: 'too_large' },
      ]);
      assert.deepEqual(held(ram), [idOf(2)]);
      assert.equal((await ram.recall(idOf(1)))?.item?.text.length, 2000);
    });

    test('nothing is at hand that long-term memory does not have', async () => {
      await ram.load(idsOf(1));
      await assert.rejects(ram.update({ id: idOf(1), version: 7 }), (error: unknown) =>
        isBatonError(error, 'not_found'),
      );
    });

    test('a new session begins with nothing at hand, and long-term memory keeps everything', async () => {
      await ram.load(idsOf(1, 2, 3));
      await ram.clear();
      assert.deepEqual([held(ram), ram.held], [[], []]);
      assert.equal((await store.count()).items, 12);
      assert.equal((await ram.recall(idOf(2)))?.item?.text, exampleInput(2).text);
    });

    test('of a task and of each of its sessions is held apart, also after a restart', async () => {
      const [one, two] = [1, 2].map((session) => atHand(store, ramLimits, session));
      assert.ok(one && two);
      await ram.load(idsOf(1, 2));
      await one.load(idsOf(1));
      await two.load(idsOf(3));
      await one.putAway(idsOf(1));
      const again = [null, 1, 2].map((session) => atHand(store, ramLimits, session));
      for (const tier of again) await tier.items();
      assert.deepEqual(again.map(held), [idsOf(1, 2), [], idsOf(3)]);
      assert.deepEqual(
        again.map(({ state }) => state.tombstones.map(({ id }) => id)),
        [[], idsOf(1), []],
      );
      await ram.clear();
      await two.items();
      assert.deepEqual(held(two), idsOf(3));
    });

    test('texts leave this process with their items', async () => {
      await ram.load(idsOf(1, 2));
      assert.equal((await ram.items()).length, 2);
      await ram.evict(idsOf(1));
      assert.deepEqual(
        ram.held.map(({ id }) => id),
        idsOf(2),
      );
    });
  });
}
