/**
 * Brings what is at hand of a task up to date: what is new comes to hand, what no longer holds goes, and when it gets full
 * the oldest is summarised and put away. Requirements 001-57, 001-58.
 */
import type { MemoryId, MemoryItem, MemorySummary } from '../model/memory';
import type { TaskId } from '../model/task';
import type { LongTermStore } from './long-term-store';
import { entryOf, isNearlyFull, isRelieved, isWithin, type RamEntry } from './memory-limits';
import { entryIn, tombstoneIn } from './ram-state';
import type { WorkingMemory } from './working-memory';

export interface UpkeepReport {
  /** Taken to hand, or had at hand in a new version. */
  readonly loaded: readonly MemoryId[];
  /** Put away without a summary, since they hold no more or have outgrown the limits. */
  readonly dropped: readonly MemoryId[];
  readonly summaries: readonly MemorySummary[];
  /** There is more to do than the number of summaries allowed. */
  readonly more: boolean;
}

/** A summary of more would tell too little of each. */
const largestBatch = 24;
/** All of a task's items. */
const everything = 100_000;

export interface UpkeepOptions {
  readonly task: TaskId;
  /** So many at most. */
  readonly summaries: number;
}

/** Does nothing, and writes nothing, when the task is as it was. Throws what the store throws. */
export async function upkeep(
  store: LongTermStore,
  ram: WorkingMemory,
  options: UpkeepOptions,
): Promise<UpkeepReport> {
  const run = new Upkeep(store, ram);
  await run.refresh();
  return run.takeIn(options);
}

class Upkeep {
  readonly #store: LongTermStore;
  readonly #ram: WorkingMemory;
  readonly #loaded: MemoryId[] = [];
  readonly #dropped: MemoryId[] = [];
  readonly #summaries: MemorySummary[] = [];

  constructor(store: LongTermStore, ram: WorkingMemory) {
    this.#store = store;
    this.#ram = ram;
  }

  /** What is at hand in an old version, or holds no more. */
  async refresh(): Promise<void> {
    await this.#ram.items();
    const { items } = this.#ram.state;
    const latest = await this.#store.items(items.map(({ id }) => id));
    await this.#drop(latest.filter(({ current }) => !current));
    const stale = latest.filter(
      ({ id, current, version }) => current && (entryIn(this.#ram.state, id)?.version ?? version) < version,
    );
    if (stale.length === 0) return;
    const { done } = await this.#ram.load(stale.map(({ id }) => id));
    this.#loaded.push(...done);
    // What has no room as it is now comes back as news, for which room is made.
    await this.#drop(stale.filter(({ id }) => !done.includes(id)));
  }

  async #drop(items: readonly MemoryItem[]): Promise<void> {
    if (items.length > 0) this.#dropped.push(...(await this.#ram.evict(items.map(({ id }) => id))).done);
  }

  async takeIn({ task, summaries }: UpkeepOptions): Promise<UpkeepReport> {
    let waiting = await this.#news(task);
    for (;;) {
      waiting = await this.#load(waiting);
      const batch = await this.#batch(waiting);
      if (batch.length === 0 || this.#summaries.length >= summaries) return this.#report(batch.length > 0);
      const { summary, done } = await this.#ram.putAway(batch);
      // Somebody has pinned or taken them up since: there is nothing to be done about it now.
      if (summary === undefined) return this.#report(false);
      this.#summaries.push(summary);
      waiting = waiting.filter(({ id }) => !done.includes(id));
    }
  }

  #report(more: boolean): UpkeepReport {
    return { loaded: this.#loaded, dropped: this.#dropped, summaries: this.#summaries, more };
  }

  /** Items of the task that are neither at hand nor put away, the oldest first. */
  async #news(task: TaskId): Promise<readonly MemoryItem[]> {
    const { state } = this.#ram;
    const items = (await this.#store.itemsOf({ task }, everything)).filter(
      ({ id, version }) =>
        entryIn(state, id) === undefined && (tombstoneIn(state, id)?.version ?? 0) < version,
    );
    const told = new Set<string>();
    const news: MemoryItem[] = [];
    for (const item of items) {
      const name = nameOf(item);
      if (!told.has(name)) await this.#tell(item.id, told);
      if (!told.has(name)) news.push(item);
    }
    return news;
  }

  /** Tombstones go in the end, summaries stay. */
  async #tell(id: MemoryId, told: Set<string>): Promise<void> {
    for (const { of } of await this.#store.summariesOf(id)) for (const one of of) told.add(nameOf(one));
  }

  /** @returns those that had no room, still the oldest first */
  async #load(waiting: readonly MemoryItem[]): Promise<readonly MemoryItem[]> {
    const { limits } = this.#ram;
    const left: MemoryItem[] = [];
    for (let rest = waiting; rest.length > 0; ) {
      const next = rest.slice(0, limits.items);
      const { done, kept } = await this.#ram.load(next.map(({ id }) => id));
      this.#loaded.push(...done);
      const tooLarge = new Set(kept.filter(({ why }) => why === 'too_large').map(({ id }) => id));
      const full = kept.find(({ why }) => why === 'full')?.id;
      const at = full === undefined ? next.length : next.findIndex(({ id }) => id === full);
      left.push(...next.slice(0, at).filter(({ id }) => tooLarge.has(id)));
      const [stopped] = next.slice(at);
      rest = rest.slice(at);
      if (stopped === undefined) continue;
      // Room is made for it first. Where what stays leaves it none, it does not keep those after it waiting.
      if (await this.#mayFit(stopped)) return [...left, ...rest];
      left.push(stopped);
      rest = rest.slice(1);
    }
    return left;
  }

  async #mayFit(item: MemoryItem): Promise<boolean> {
    const { limits, state } = this.#ram;
    return isWithin([...staying(state.items, await this.#removable(state.items)), entryOf(item)], limits);
  }

  /** What is to be summarised and put away now; empty when nothing is, or nothing may be. */
  async #batch(waiting: readonly MemoryItem[]): Promise<readonly MemoryId[]> {
    const { limits, state } = this.#ram;
    const removable = await this.#removable(state.items);
    const pinnedOrUsed = staying(state.items, removable);
    const [next] = waiting.filter((item) => isWithin([...pinnedOrUsed, entryOf(item)], limits));
    if (next !== undefined) {
      const oldest = this.#oldest(removable, entryOf(next));
      if (oldest.length > 0) return oldest;
    } else if (isNearlyFull(state.items, limits)) {
      // The latest stays at hand as long as nothing needs its room.
      const latest = state.items.at(-1)?.id;
      const oldest = this.#oldest(removable.filter(({ id }) => id !== latest));
      if (oldest.length > 0) return oldest;
    }
    // What never has room, or none beside what is pinned or in use, goes where the oldest go.
    return waiting
      .filter(({ id, pinned }) => !pinned && !this.#ram.isInUse(id))
      .slice(0, largestBatch)
      .map(({ id }) => id);
  }

  async #removable(entries: readonly RamEntry[]): Promise<readonly MemoryItem[]> {
    const items = await this.#store.items(entries.map(({ id }) => id));
    return items.filter(({ id, pinned }) => !pinned && !this.#ram.isInUse(id));
  }

  /** Until there is enough room, also for the next one, and to the end of a session that is not the last. */
  #oldest(removable: readonly MemoryItem[], next?: RamEntry): readonly MemoryId[] {
    const { limits, state } = this.#ram;
    const batch: MemoryItem[] = [];
    const lastSession = removable.at(-1)?.session;
    let left = state.items;
    for (const item of removable) {
      const { session } = item;
      const goesOn = session !== null && session !== lastSession && batch.at(-1)?.session === session;
      const isEnough = isRelieved(left, limits) && (next === undefined || isWithin([...left, next], limits));
      if (isEnough && !goesOn) break;
      if (batch.length >= largestBatch && isWithin(left, limits)) break;
      batch.push(item);
      left = left.filter(({ id }) => id !== item.id);
    }
    return batch.map(({ id }) => id);
  }
}

function staying(entries: readonly RamEntry[], removable: readonly MemoryItem[]): readonly RamEntry[] {
  return entries.filter((entry) => !removable.some(({ id }) => id === entry.id));
}

function nameOf({ id, version }: Pick<MemoryItem, 'id' | 'version'>): string {
  return `${id}:${version}`;
}
