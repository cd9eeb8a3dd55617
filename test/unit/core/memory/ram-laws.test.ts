// The RAM tier against a model: any changes by several processes, one after the other, all at once, and cut off by crashes.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LongTermStore } from '../../../../src/core/memory/long-term-store';
import { bytesIn, tombstoneLimit } from '../../../../src/core/memory/memory-limits';
import type { Use, WorkingMemory } from '../../../../src/core/memory/working-memory';
import type { MemoryId, RamSnapshot } from '../../../../src/core/model/memory';
import {
  atHand,
  exampleInput,
  exampleStore,
  idOf,
  ramTask,
  storeKinds,
  takeIn,
} from '../../../support/ram-examples';

const known = 14;
const processes = 3;
const limits = { items: 6, bytes: 420 } as const;

class Crash extends Error {}

type Point = 'before' | 'after';
/** What goes between the RAM tier and its store: turns given to others, and crashes. */
interface Between {
  /** Asked before each call. */
  readonly turn: (call: string) => Promise<unknown>;
  /** At which point of the next snapshot to crash. */
  crash: Point | undefined;
}

/** All snapshots that were written, in their order. */
class Witness {
  readonly snapshots: RamSnapshot[] = [];
  readonly #check: (snapshot: RamSnapshot) => Promise<void>;

  constructor(check: (snapshot: RamSnapshot) => Promise<void>) {
    this.#check = check;
  }

  over(store: LongTermStore, between: Between): LongTermStore {
    const turned = new Set(['item', 'items', 'summariesOf', 'snapshot', 'addSummary', 'pin']);
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name === 'putSnapshot')
          return (snapshot: RamSnapshot, ...rest: unknown[]) =>
            this.#put(value.bind(target, snapshot, ...rest), snapshot, between);
        return async (...args: unknown[]) => {
          if (turned.has(String(name))) await between.turn(String(name));
          return value.apply(target, args);
        };
      },
    });
  }

  async #put(put: () => Promise<boolean>, snapshot: RamSnapshot, between: Between): Promise<boolean> {
    await between.turn('putSnapshot');
    const { crash } = between;
    between.crash = undefined;
    if (crash === 'before') throw new Crash();
    const isPut = await put();
    if (isPut) {
      this.snapshots.push(snapshot);
      await this.#check(snapshot);
    }
    if (crash === 'after') throw new Crash();
    return isPut;
  }
}

/** What holds of every snapshot: limits, versions that are kept, and what has ever been at hand is to be found. */
async function isSound(
  store: LongTermStore,
  before: RamSnapshot | undefined,
  after: RamSnapshot,
): Promise<void> {
  assert.equal(after.generation, (before?.generation ?? 0) + 1);
  assert.ok(after.items.length <= limits.items && bytesIn(after.items) <= limits.bytes, 'the limits hold');
  assert.equal(new Set(after.items.map(({ id }) => id)).size, after.items.length);
  for (const { id, version } of after.items)
    assert.ok(await store.item(id, version), 'at hand and in long-term memory');
  assert.ok(after.tombstones.length <= tombstoneLimit(limits));
  const found = new Set([...after.items, ...after.tombstones].map(({ id }) => id));
  for (const { id, version } of before?.items ?? []) {
    assert.ok(await store.item(id, version), 'never in neither');
    assert.ok(found.has(id), 'what left has a tombstone');
  }
  for (const { summary } of after.tombstones)
    if (summary !== null) assert.equal((await store.summariesOf(summary))[0]?.id, summary);
}

const some = fc.uniqueArray(fc.integer({ min: 0, max: known + 1 }), { minLength: 1, maxLength: 5 });
const one = fc.integer({ min: 0, max: known - 1 });

/** One process's wish, as data, so that a counterexample can be read. */
const wish = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('load' as const), ns: some }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('evict' as const), ns: some }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('putAway' as const), ns: some }) },
  fc.record({ do: fc.constant('summarize' as const), ns: some }),
  fc.record({ do: fc.constant('clear' as const) }),
  fc.record({ do: fc.constant('pin' as const), n: one, pinned: fc.boolean() }),
  fc.record({ do: fc.constant('use' as const), n: one }),
  fc.record({ do: fc.constant('release' as const) }),
  fc.record({ do: fc.constant('update' as const), n: one }),
);
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

interface Process {
  ram: WorkingMemory;
  readonly between: Between;
  uses: (Use & { readonly n: number })[];
}

async function grant(store: LongTermStore, { ram, uses }: Process, what: Wish): Promise<void> {
  if (what.do === 'clear') await ram.clear();
  else if (what.do === 'pin') await ram.pin(idOf(what.n), what.pinned);
  else if (what.do === 'release') uses.pop()?.release();
  else if (what.do === 'use') {
    const use = await ram.use(idOf(what.n));
    if (use !== undefined) uses.push({ ...use, n: what.n });
  } else if (what.do === 'update') {
    const version = (await store.item(idOf(what.n)))?.version ?? 0;
    await takeIn(store, exampleInput(what.n, { text: `version ${version + 1}`, pinned: false }));
    await ram.update({ id: idOf(what.n), version: version + 1 });
  } else await ram[what.do](what.ns.map(idOf));
}

interface Hand {
  readonly n: number;
  readonly version: number;
}

/** What ought to be at hand after changes that come one after the other; knows nothing of snapshots, bytes of texts apart. */
class Model {
  at: readonly Hand[] = [];
  readonly pinned = new Set<number>();
  readonly #sizes = Array.from({ length: known }, (_, n) => [encodedSize(exampleInput(n))]);

  /** Long-term memory has a new version, whether or not it comes to hand. */
  takeIn(n: number, size: number): void {
    this.#sizes[n]?.push(size);
  }

  grant(what: Wish, inUse: ReadonlySet<number>): void {
    const mayGo = (n: number) => !this.pinned.has(n) && !inUse.has(n);
    if (what.do === 'load') this.#load(what.ns, inUse);
    if (what.do === 'evict' || what.do === 'putAway') this.#drop(what.ns.filter(mayGo));
    if (what.do === 'clear') this.#drop(this.at.map(({ n }) => n).filter(mayGo));
    if (what.do === 'pin') this.pinned[what.pinned ? 'add' : 'delete'](what.n);
    if (what.do === 'update' && this.#isOld(what.n) && !inUse.has(what.n)) this.#take(what.n);
  }

  #load(ns: readonly number[], inUse: ReadonlySet<number>): void {
    for (const n of ns.filter((n) => n < known)) {
      const isThere = this.at.some((one) => one.n === n);
      // An old version is left behind by an update that crashed before it came to hand.
      if (isThere && (!this.#isOld(n) || inUse.has(n))) continue;
      const after = [...this.at.filter((one) => one.n !== n), { n, version: this.#version(n) }];
      const bytes = after.reduce((sum, one) => sum + this.#size(one), 0);
      if (after.length > limits.items || bytes > limits.bytes) return;
      this.at = after;
    }
  }

  #take(n: number): void {
    this.#drop([n]);
    this.at = [...this.at, { n, version: this.#version(n) }];
  }

  #drop(gone: readonly number[]): void {
    this.at = this.at.filter(({ n }) => !gone.includes(n));
  }

  #isOld(n: number): boolean {
    return this.at.some((one) => one.n === n && one.version < this.#version(n));
  }

  #version(n: number): number {
    return this.#sizes[n]?.length ?? 0;
  }

  #size({ n, version }: Hand): number {
    return this.#sizes[n]?.[version - 1] ?? 0;
  }
}

/** The new version is taken in and does not come to hand; the next load takes it, as the latest. */
const reloadsAfterCrash: { who: number; what: Wish; crash: Point | undefined }[] = [
  { who: 0, what: { do: 'load', ns: [0] }, crash: undefined },
  { who: 0, what: { do: 'update', n: 0 }, crash: 'before' },
  { who: 0, what: { do: 'load', ns: [1] }, crash: undefined },
  { who: 0, what: { do: 'load', ns: [0] }, crash: undefined },
];

async function world(kind: (typeof storeKinds)[number], turn: Between['turn']) {
  const store = await exampleStore(kind);
  for (let n = 0; n < known; n++) await takeIn(store, exampleInput(n));
  const witness: Witness = new Witness((after) => isSound(store, witness.snapshots.at(-2), after));
  const start = (): Process => {
    const between: Between = { turn, crash: undefined };
    return { ram: atHand(witness.over(store, between), limits), between, uses: [] };
  };
  return { store, witness, start, all: Array.from({ length: processes }, start) };
}

const numberOf = new Map(Array.from({ length: known }, (_, n): [MemoryId, number] => [idOf(n), n]));

for (const kind of storeKinds) {
  suite(`what is at hand, over ${kind}, whatever is asked`, () => {
    test('is what the model says, one change after the other by several processes that crash', async () => {
      const turn = async () => undefined;
      const step = fc.record({
        who: fc.nat({ max: processes - 1 }),
        what: wish,
        crash: fc.option(fc.constantFrom<Point>('before', 'after'), { nil: undefined, freq: 6 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          const { store, start, all } = await world(kind, turn);
          const model = new Model();
          for (const { who, what, crash } of steps) {
            const process = all[who];
            assert.ok(process);
            const inUse = new Set(process.uses.map(({ n }) => n));
            process.between.crash = crash;
            const crashed = await grant(store, process, what).then(
              () => false,
              (error: unknown) => {
                assert.ok(error instanceof Crash, String(error));
                return true;
              },
            );
            process.between.crash = undefined;
            if (what.do === 'update') model.takeIn(what.n, encodedSize(await latest(store, what.n)));
            if (!crashed || crash === 'after') model.grant(what, inUse);
            if (crashed && what.do === 'pin') model.pinned[what.pinned ? 'add' : 'delete'](what.n);
            if (crashed) all[who] = start();
            const found = await (all[who] ?? process).ram.items();
            assert.deepEqual(
              found.map(({ id, version }) => ({ n: numberOf.get(id), version })),
              model.at,
            );
          }
          await store.close();
        }),
        { numRuns: 60, examples: [[reloadsAfterCrash]] },
      );
    });

    test('stays sound when processes change it at the same time, in any order of their steps, and crash', async () => {
      const wishes = fc.array(fc.array(wish, { minLength: 1, maxLength: 6 }), {
        minLength: 2,
        maxLength: processes,
      });
      const crashes = fc.array(
        fc.option(fc.constantFrom<Point>('before', 'after'), { nil: undefined, freq: 4 }),
        { maxLength: 18 },
      );
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), wishes, crashes, async (scheduler, wanted, points) => {
          const turn = (call: string) => scheduler.schedule(Promise.resolve(), call);
          const { store, witness, start } = await world(kind, turn);
          const ever = new Set<MemoryId>();
          const runs = wanted.map(async (own) => {
            let process = start();
            for (const what of own) {
              process.between.crash = points.pop();
              try {
                await grant(store, process, what);
                for (const { id } of process.ram.state.items) ever.add(id);
                assert.ok(isWritten(witness, process.ram), 'what a process takes for true is on disk');
                for (const { n } of process.uses) assert.ok(process.ram.isInUse(idOf(n)));
              } catch (error) {
                assert.ok(error instanceof Crash, String(error));
                process = start();
              }
            }
          });
          await scheduler.waitFor(Promise.all(runs));
          const last = await store.snapshot(ramTask, null);
          assert.deepEqual(last, witness.snapshots.at(-1), 'every snapshot was built on the one before');
          for (const id of ever) assert.ok(await store.item(id), 'what was ever at hand is recalled');
          await store.close();
        }),
        { numRuns: 80 },
      );
    });

    test('pinned at hand, an item stays at hand while others put away whatever they can', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(wish, { minLength: 2, maxLength: 10 }),
          async (scheduler, wanted) => {
            const turn = (call: string) => scheduler.schedule(Promise.resolve(), call);
            const { store, witness, start } = await world(kind, turn);
            const [owner, other] = [start(), start()];
            const pinning = (async () => {
              await owner.ram.load([idOf(0)]);
              await owner.ram.pin(idOf(0), true);
              const isThere = owner.ram.state.items.some(({ id }) => id === idOf(0));
              return { isThere, from: witness.snapshots.length };
            })();
            const harmless = wanted.filter(
              (what) => what.do !== 'pin' && !(what.do === 'update' && what.n === 0),
            );
            const putting = (async () => {
              for (const what of harmless) await grant(store, other, what);
            })();
            const { isThere, from } = await scheduler.waitFor(pinning);
            await scheduler.waitFor(putting);
            for (const { items } of witness.snapshots.slice(from))
              assert.ok(!isThere || items.some(({ id }) => id === idOf(0)));
            await store.close();
          },
        ),
        { numRuns: 60 },
      );
    });
  });
}

function isWritten({ snapshots }: Witness, { state }: WorkingMemory): boolean {
  const found = JSON.stringify(state.items);
  return found === '[]' || snapshots.some(({ items }) => JSON.stringify(items) === found);
}

function encodedSize({ title, text }: { readonly title: string; readonly text: string }): number {
  return new TextEncoder().encode(title + text).length;
}

async function latest(store: LongTermStore, n: number) {
  const item = await store.item(idOf(n));
  assert.ok(item);
  return item;
}
