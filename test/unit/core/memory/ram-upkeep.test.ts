// What the manager does to what is at hand of one task.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LongTermStore } from '../../../../src/core/memory/long-term-store';
import { bytesIn, isNearlyFull, isWithin } from '../../../../src/core/memory/memory-limits';
import { type UpkeepReport, upkeep } from '../../../../src/core/memory/ram-upkeep';
import type { WorkingMemory } from '../../../../src/core/memory/working-memory';
import {
  atHand,
  exampleInput,
  exampleStore,
  idOf,
  ramTask,
  storeKinds,
  takeIn,
} from '../../../support/ram-examples';

const limits = { items: 16, bytes: 4096 } as const;

for (const kind of storeKinds) {
  suite(`the upkeep of a task, over ${kind}`, () => {
    let store: LongTermStore;
    let ram: WorkingMemory;

    setup(async () => {
      store = await exampleStore(kind);
      ram = atHand(store, limits);
    });

    teardown(() => store.close());

    const take = async (from: number, to: number) => {
      for (let n = from; n < to; n++) await takeIn(store, exampleInput(n));
    };
    const tend = (summaries = 2): Promise<UpkeepReport> => upkeep(store, ram, { task: ramTask, summaries });
    const held = () => ram.state.items.map(({ id }) => id);
    const generation = async () => (await store.snapshot(ramTask, null))?.generation;

    test('takes what is new to hand, and does nothing when nothing is', async () => {
      await take(0, 5);
      const first = await tend();
      assert.deepEqual([first.loaded.length, first.summaries, first.more], [5, [], false]);
      const before = await generation();
      assert.deepEqual(await tend(), { loaded: [], dropped: [], summaries: [], more: false });
      assert.equal(await generation(), before);
    });

    test('summarises the oldest at three quarters, down to a half and to the end of a session', async () => {
      await take(0, 11);
      assert.deepEqual((await tend()).summaries, []);
      await take(11, 12);
      const { summaries, more } = await tend();
      assert.equal(more, false);
      assert.deepEqual(
        summaries.map(({ of }) => of.map(({ id }) => id)),
        [[0, 1, 2, 3, 4, 5].map(idOf)],
      );
      assert.deepEqual(held(), [6, 7, 8, 9, 10, 11].map(idOf));
      const again = await tend();
      assert.deepEqual([again.loaded, again.summaries], [[], []], 'what was put away stays away');
    });

    test('of items without a session puts away only as many as it must', async () => {
      for (let n = 0; n < 12; n++) await takeIn(store, exampleInput(n, { session: null }));
      await tend();
      assert.equal(held().length, 8);
    });

    test('makes no more summaries at a time than it may, and goes on the next time', async () => {
      await take(0, 90);
      const sizes: number[] = [];
      let rounds = 0;
      for (let more = true; more; rounds++) {
        const report = await tend();
        sizes.push(report.summaries.length);
        assert.ok(isWithin(ram.state.items, limits));
        more = report.more;
      }
      assert.ok(sizes.every((size) => size <= 2) && rounds > 2, String(sizes));
      assert.ok(!isNearlyFull(ram.state.items, limits));
      for (let n = 0; n < 90; n++) {
        const recalled = await ram.recall(idOf(n));
        assert.equal(recalled?.item?.text, exampleInput(n).text);
        assert.ok(recalled.atHand || recalled.summaries.length === 1, `item ${n}`);
      }
    });

    test('leaves pinned items and those in use at hand, whatever comes', async () => {
      await take(0, 6);
      await tend();
      await ram.pin(idOf(0), true);
      await ram.pin(idOf(2), true);
      const use = await ram.use(idOf(1));
      await take(6, 60);
      for (let more = true; more; ) ({ more } = await tend());
      for (const n of [0, 1, 2]) assert.ok(held().includes(idOf(n)), `item ${n}`);
      use?.release();
      assert.ok(isWithin(ram.state.items, limits));
    });

    test('comes to rest when all that is at hand is pinned, and puts the rest away', async () => {
      for (let n = 0; n < 16; n++) await takeIn(store, exampleInput(n, { pinned: true }));
      await take(16, 40);
      let rounds = 0;
      for (let more = true; more; rounds++) {
        assert.ok(rounds < 20);
        ({ more } = await tend());
      }
      assert.deepEqual(
        held(),
        Array.from({ length: 16 }, (_, n) => idOf(n)),
      );
      assert.equal((await ram.recall(idOf(30)))?.summaries.length, 1);
    });

    test('lets what is new in although pinned items together have no room', async () => {
      for (let n = 0; n < 3; n++) {
        await takeIn(store, exampleInput(n, { pinned: true, text: `${n} `.repeat(700) }));
      }
      await take(3, 5);
      const { summaries, more } = await tend();
      assert.deepEqual([summaries, more], [[], false]);
      assert.deepEqual(held(), [0, 1, 3, 4].map(idOf));
      assert.deepEqual(await tend(), { loaded: [], dropped: [], summaries: [], more: false });
    });

    test('summarises what is too large to be at hand at all, and only that', async () => {
      await take(0, 9);
      await takeIn(store, exampleInput(9, { text: 'long '.repeat(2000) }));
      const { summaries, more } = await tend();
      assert.deepEqual([summaries.flatMap(({ of }) => of.map(({ id }) => id)), more], [[idOf(9)], false]);
      assert.equal(held().length, 9);
      assert.deepEqual((await tend()).summaries, []);
    });

    test('keeps one large item at hand although it nearly fills what there is', async () => {
      await takeIn(store, exampleInput(0, { text: 'large '.repeat(600) }));
      assert.deepEqual([(await tend()).more, held()], [false, [idOf(0)]]);
      await take(1, 3);
      const { more } = await tend();
      assert.equal(more, false);
      assert.deepEqual(held(), [idOf(1), idOf(2)]);
    });

    test('has new versions at hand, and what is superseded or gone no more', async () => {
      await take(0, 4);
      await tend();
      await takeIn(
        store,
        exampleInput(1, { text: 'A correction' }),
        exampleInput(2, { supersededBy: idOf(3) }),
      );
      await store.forgetSources([`source/${idOf(0)}`]);
      const { loaded, dropped } = await tend();
      assert.deepEqual([loaded, [...dropped].sort()], [[idOf(1)], [idOf(0), idOf(2)].sort()]);
      assert.deepEqual(
        (await ram.items()).map(({ id, version }) => [id, version]),
        [
          [idOf(3), 1],
          [idOf(1), 2],
        ],
      );
      assert.deepEqual(await tend(), { loaded: [], dropped: [], summaries: [], more: false });
    });

    test('makes room for a large new item, and for a version that has grown, by the oldest', async () => {
      await take(0, 7);
      await tend();
      await takeIn(store, exampleInput(7, { text: 'x'.repeat(3700) }));
      const first = await tend();
      assert.ok(first.summaries.length > 0 && !first.more);
      assert.deepEqual(held(), [idOf(7)]);
      await takeIn(store, exampleInput(7, { text: 'small again' }));
      await take(8, 12);
      await tend();
      await takeIn(store, exampleInput(9, { text: 'y'.repeat(3800) }));
      const grown = await tend();
      assert.ok(grown.summaries.length > 0 && !grown.more);
      assert.deepEqual((await ram.items()).find(({ id }) => id === idOf(9))?.version, 2);
      assert.ok(isWithin(ram.state.items, limits));
    });

    test('summarises a version that has outgrown the limits as it is now', async () => {
      await take(0, 3);
      await tend();
      await takeIn(store, exampleInput(1, { text: 'z'.repeat(5000) }));
      const { summaries, more } = await tend();
      assert.deepEqual([summaries.map(({ of }) => of), more], [[[{ id: idOf(1), version: 2 }]], false]);
      assert.deepEqual(held(), [idOf(0), idOf(2)]);
      assert.deepEqual((await tend()).summaries, []);
    });

    test('what was summarised and has changed since comes to hand again, in its new version', async () => {
      await take(0, 12);
      await tend();
      await takeIn(store, exampleInput(0, { text: 'Not so' }));
      assert.deepEqual((await tend()).loaded, [idOf(0)]);
      assert.equal((await ram.items()).at(-1)?.text, 'Not so');
    });

    test('does not bring back what was cleared for a new session', async () => {
      await take(0, 5);
      await tend();
      await ram.clear();
      await take(5, 6);
      await tend();
      assert.deepEqual(held(), [idOf(5)]);
    });

    test('holds smaller limits as soon as they are set', async () => {
      await take(0, 11);
      await tend();
      ram = atHand(store, { items: 8, bytes: 1024 });
      await tend();
      assert.ok(isWithin(ram.state.items, ram.limits));
    });

    test('a hundred sessions on one task stay within the limits, each of their items within reach', async () => {
      ram = atHand(store, { items: 64, bytes: 16_384 });
      let made = 0;
      for (let n = 0; n < 300; n++) {
        await takeIn(
          store,
          exampleInput(n, { at: new Date(Date.UTC(2026, 10, 1) + n * 3_600_000).toISOString() }),
        );
        if (n % 3 !== 2) continue;
        const report = await tend();
        made += report.summaries.length;
        assert.ok(isWithin(ram.state.items, ram.limits) && !report.more, `after session ${n / 3}`);
      }
      assert.ok(made >= 300 / 24 - 1 && bytesIn(ram.state.items) > 0, `${made} summaries`);
      const later = atHand(store, ram.limits);
      for (let n = 0; n < 300; n++) {
        const recalled = await later.recall(idOf(n));
        assert.equal(recalled?.item?.text, exampleInput(n).text);
        assert.ok(recalled.atHand !== recalled.summaries.length > 0, `item ${n}`);
      }
    });
  });
}

suite('the upkeep of a task, whatever comes', () => {
  const limits = { items: 8, bytes: 1024 } as const;
  const news = fc.record({
    n: fc.nat({ max: 15 }),
    size: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 1500 })),
    session: fc.option(fc.nat({ max: 3 })),
    pinned: fc.boolean(),
    superseded: fc.boolean(),
  });
  const round = fc.record({
    news: fc.array(news, { maxLength: 8 }),
    use: fc.option(fc.nat({ max: 7 })),
    pin: fc.option(fc.nat({ max: 15 })),
  });

  test('it comes to rest within the limits, with each item that holds at hand or summarised, and then does nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { maxLength: 5 }), async (rounds) => {
        const store = await exampleStore('json');
        const ram = atHand(store, limits);
        for (const { news: some, use, pin } of rounds) {
          for (const { n, size, session, pinned, superseded } of some) {
            const text = `${n} ${'x'.repeat(size)}`;
            const supersededBy = superseded ? idOf(n + 1) : null;
            await takeIn(store, exampleInput(n, { text, session, pinned: pinned && n < 4, supersededBy }));
          }
          if (pin !== null) await store.pin(idOf(pin), pin % 2 === 0);
          const inUse = use === null ? undefined : await ram.use(ram.state.items[use]?.id ?? idOf(99));
          await rest(store, ram);
          if (inUse !== undefined) assert.ok(ram.state.items.some(({ id }) => id === inUse.item.id));
          inUse?.release();
        }
        await rest(store, ram);
        const generation = (await store.snapshot(ramTask, null))?.generation;
        assert.deepEqual(await upkeep(store, ram, { task: ramTask, summaries: 2 }), {
          ...{ loaded: [], dropped: [], summaries: [], more: false },
        });
        assert.equal((await store.snapshot(ramTask, null))?.generation, generation);
        for (const { id, version, pinned } of await store.itemsOf({ task: ramTask }, 100)) {
          const entry = ram.state.items.find((one) => one.id === id);
          const told = (await store.summariesOf(id)).some(({ of }) =>
            of.some((one) => one.id === id && one.version === version),
          );
          assert.ok(entry?.version === version || told || pinned, `${id}:${version}`);
        }
        await store.close();
      }),
      { numRuns: 150 },
    );
  });

  async function rest(store: LongTermStore, ram: WorkingMemory): Promise<void> {
    for (let n = 0, more = true; more; n++) {
      assert.ok(n < 20, 'it comes to no rest');
      const report = await upkeep(store, ram, { task: ramTask, summaries: 2 });
      assert.ok(report.summaries.length <= 2 && isWithin(ram.state.items, limits));
      more = report.more;
    }
  }
});
