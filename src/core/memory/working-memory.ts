/**
 * The RAM tier: what is held at hand of a task or of one of its sessions, over long-term memory, within limits. Any number
 * of processes may hold the same at hand. Requirements 001-23, 001-27 … 001-31, 001-58, 001-69.
 */
import { BatonError } from '../base/baton-error';
import type { MemoryId, MemoryItem, MemorySummary, Tombstone } from '../model/memory';
import type { Ports } from '../ports';
import type { LongTermStore } from './long-term-store';
import { entryOf, type RamLimits, sizeOf } from './memory-limits';
import type { Kept, Moved, RamDraft } from './ram-draft';
import { entryIn, makeRoom, type RamState, tombstoneIn } from './ram-state';
import { type RamOptions, RamTier } from './ram-tier';
import { summaryOf } from './summarize';

export interface PutAway extends Moved {
  /** Undefined when nothing was put away. */
  readonly summary: MemorySummary | undefined;
}

export interface Use {
  readonly item: MemoryItem;
  /** Further calls do nothing. */
  release(): void;
}

export interface Recalled {
  /** The latest version, whole; undefined for the id of a summary. */
  readonly item: MemoryItem | undefined;
  /** Newest first. */
  readonly summaries: readonly MemorySummary[];
  readonly atHand: boolean;
}

/**
 * **Invariant:** what leaves RAM is in long-term memory, and a snapshot tells where, before it leaves.
 * **Invariant:** the limits hold after every change, and none touches an item that is pinned, or that is in use here.
 *
 * All methods throw `conflict` when other processes are faster again and again, and what the store throws; nothing has
 * changed then.
 */
export class WorkingMemory {
  readonly limits: RamLimits;
  readonly #store: LongTermStore;
  readonly #ports: Pick<Ports, 'clock' | 'hasher'>;
  readonly #options: RamOptions;
  readonly #tier: RamTier;
  readonly #uses = new Map<MemoryId, number>();

  /** Does no I/O. */
  constructor(store: LongTermStore, ports: Pick<Ports, 'clock' | 'hasher'>, options: RamOptions) {
    this.limits = options.limits;
    this.#store = store;
    this.#ports = ports;
    this.#options = options;
    this.#tier = new RamTier(store, ports.clock, options);
  }

  /** As the last call left or found it; another process may have changed it since. */
  get state(): RamState {
    return this.#tier.state;
  }

  /** Texts that this process holds. */
  get held(): readonly MemoryItem[] {
    return this.#tier.held;
  }

  isInUse(id: MemoryId): boolean {
    return this.#uses.has(id);
  }

  /** What is at hand now, in the versions and the order in which it was loaded. */
  items(): Promise<readonly MemoryItem[]> {
    return this.#tier.look((state) => this.#tier.texts(state.items));
  }

  /** Takes the latest versions to hand, in this order; once one has no room, none of the others is taken. */
  load(ids: readonly MemoryId[]): Promise<Moved> {
    return this.#tier.change(async (draft) => {
      const known = await this.#latest(ids);
      let isFull = false;
      for (const id of new Set(ids)) {
        const why: Kept | undefined = isFull ? 'full' : this.#load(draft, known.get(id));
        isFull = why === 'full';
        settle(draft, id, why);
      }
      return draft.moved;
    });
  }

  /**
   * Has a new version at hand in place of the one that is; older items make room for it, and where that is not enough it
   * goes itself. Throws `not_found` when long-term memory has no such version: it is to be taken in first.
   */
  update({ id, version }: Pick<MemoryItem, 'id' | 'version'>): Promise<Moved> {
    return this.#tier.change(async (draft) => {
      const item = await this.#store.item(id, version);
      if (item === undefined) throw notTakenIn(id, version);
      settle(draft, id, await this.#update(draft, item));
      return draft.moved;
    });
  }

  /** Puts items away. Each leaves a tombstone, which leads to its summary, if it has one, and to its whole record. */
  evict(ids: readonly MemoryId[]): Promise<Moved> {
    return this.#tier.change(async (draft) => {
      const items = await this.#removable(draft, ids, 'at hand');
      await this.#bury(draft, items);
      return draft.moved;
    });
  }

  /** Keeps a summary of items, at hand or not. Undefined when long-term memory knows none of them. */
  summarize(ids: readonly MemoryId[]): Promise<MemorySummary | undefined> {
    return this.#tier.look(async (state) => {
      const items = await this.#versions(state, ids);
      if (items.length === 0) return undefined;
      const summary = this.#summaryOf(items);
      const [known] = await this.#store.summariesOf(summary.id);
      if (known === undefined) await this.#store.addSummary(summary);
      return known ?? summary;
    });
  }

  /** Summarises items, at hand or not, and puts them away: summary and snapshot are written at once. */
  putAway(ids: readonly MemoryId[]): Promise<PutAway> {
    return this.#tier.change(async (draft) => {
      const items = await this.#removable(draft, ids, 'anywhere');
      if (items.length === 0) return { ...draft.moved, summary: undefined };
      const summary = this.#summaryOf(items);
      draft.addSummary(summary);
      draft.bury(items.map((item) => tombstoneOf(item, summary.id)));
      return { ...draft.moved, summary };
    });
  }

  /** What is pinned is never evicted and never summarised away. @returns false when there is no such item */
  pin(id: MemoryId, pinned: boolean): Promise<boolean> {
    return this.#tier.change(async (draft) => {
      const isKnown = await this.#store.pin(id, pinned);
      // Whoever is about to evict it has seen it unpinned, and has to look again.
      if (isKnown && pinned) draft.touch();
      return isKnown;
    });
  }

  /** Holds on to an item that is at hand: nothing here touches it until it is released. Undefined when it is not. */
  use(id: MemoryId): Promise<Use | undefined> {
    return this.#tier.look(async (state) => {
      const entry = entryIn(state, id);
      const [item] = entry === undefined ? [] : await this.#tier.texts([entry]);
      if (item === undefined) return undefined;
      this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
      let isReleased = false;
      const release = () => {
        if (!isReleased) this.#release(id);
        isReleased = true;
      };
      return { item, release };
    });
  }

  /** For a new session: only what is pinned or in use stays at hand. Long-term memory keeps everything. */
  clear(): Promise<Moved> {
    return this.#tier.change(async (draft) => {
      const ids = draft.state.items.map(({ id }) => id);
      await this.#bury(draft, await this.#removable(draft, ids, 'at hand'));
      return draft.moved;
    });
  }

  /** Whatever was evicted or summarised, and also what never was at hand. Undefined for an id that nobody knows. */
  recall(id: MemoryId): Promise<Recalled | undefined> {
    return this.#tier.look(async (state) => {
      const [item, summaries] = await Promise.all([this.#store.item(id), this.#store.summariesOf(id)]);
      if (item === undefined && summaries.length === 0) return undefined;
      return { item, summaries, atHand: entryIn(state, id) !== undefined };
    });
  }

  #load(draft: RamDraft, item: MemoryItem | undefined): Kept | undefined {
    if (item === undefined) return 'unknown';
    if (!item.current) return 'past';
    const had = entryIn(draft.state, item.id);
    if (had !== undefined && had.version >= item.version) return undefined;
    if (had !== undefined && this.isInUse(item.id)) return 'in_use';
    const entry = entryOf(item);
    if (entry.bytes > this.limits.bytes) return 'too_large';
    return draft.put(entry) ? undefined : 'full';
  }

  async #update(draft: RamDraft, item: MemoryItem): Promise<Kept | undefined> {
    const had = entryIn(draft.state, item.id);
    if (had === undefined) return 'absent';
    if (had.version >= item.version) return undefined;
    if (this.isInUse(item.id)) return 'in_use';
    const entry = entryOf(item);
    const pinned = await this.#pinned(draft.state);
    const mayGo = (id: MemoryId) => !pinned.has(id) && !this.isInUse(id);
    const going = makeRoom(draft.state, entry, this.limits, mayGo);
    if (going === undefined) return this.#giveUp(draft, item, pinned);
    await this.#bury(draft, await this.#versions(draft.state, going));
    return draft.put(entry) ? undefined : 'full';
  }

  /** There is no room for the new version; the old one must not stay as if it held, unless a person has pinned it. */
  async #giveUp(draft: RamDraft, item: MemoryItem, pinned: ReadonlySet<MemoryId>): Promise<Kept> {
    if (pinned.has(item.id)) return 'pinned';
    await this.#bury(draft, [item]);
    return sizeOf(item) > this.limits.bytes ? 'too_large' : 'full';
  }

  /** Those that may go; of the others the draft keeps why not. */
  async #removable(
    draft: RamDraft,
    ids: readonly MemoryId[],
    where: 'at hand' | 'anywhere',
  ): Promise<readonly MemoryItem[]> {
    const { state } = draft;
    const known = await this.#latest(ids);
    const going = [...new Set(ids)].filter((id) => {
      const why = this.#whyNot(state, known.get(id), id, where);
      settle(draft, id, why);
      return why === undefined;
    });
    return this.#versions(state, going);
  }

  #whyNot(
    state: RamState,
    item: MemoryItem | undefined,
    id: MemoryId,
    where: 'at hand' | 'anywhere',
  ): Kept | undefined {
    if (item === undefined) return 'unknown';
    const isAtHand = entryIn(state, id) !== undefined;
    // Somebody else may have put it away a moment ago.
    const stone = tombstoneIn(state, id);
    const isAway = stone !== undefined && stone.summary !== null && stone.version >= item.version;
    if (!isAtHand && (where === 'at hand' || isAway)) return 'absent';
    if (item.pinned) return 'pinned';
    return this.isInUse(id) ? 'in_use' : undefined;
  }

  /** The versions that are at hand, the latest of those that are not. */
  async #versions(state: RamState, ids: readonly MemoryId[]): Promise<readonly MemoryItem[]> {
    const entries = ids.flatMap((id) => entryIn(state, id) ?? []);
    const atHand = new Map((await this.#tier.texts(entries)).map((item) => [item.id, item]));
    const others = await this.#latest(ids.filter((id) => !atHand.has(id)));
    return ids.flatMap((id) => atHand.get(id) ?? others.get(id) ?? []);
  }

  async #latest(ids: readonly MemoryId[]): Promise<ReadonlyMap<MemoryId, MemoryItem>> {
    const items = ids.length === 0 ? [] : await this.#store.items([...new Set(ids)]);
    return new Map(items.map((item) => [item.id, item]));
  }

  async #pinned({ items }: RamState): Promise<ReadonlySet<MemoryId>> {
    const latest = await this.#latest(items.map(({ id }) => id));
    return new Set([...latest.values()].filter(({ pinned }) => pinned).map(({ id }) => id));
  }

  async #bury(draft: RamDraft, items: readonly MemoryItem[]): Promise<void> {
    const stones: Tombstone[] = [];
    for (const item of items) {
      const summaries = await this.#store.summariesOf(item.id);
      const own = summaries.find(({ of }) =>
        of.some((one) => one.id === item.id && one.version === item.version),
      );
      stones.push(tombstoneOf(item, own?.id ?? null));
    }
    draft.bury(stones);
  }

  #summaryOf(items: readonly MemoryItem[]): MemorySummary {
    const at = this.#ports.clock.now().toISOString();
    return summaryOf(this.#ports.hasher, items, { task: this.#options.task, at });
  }

  #release(id: MemoryId): void {
    const left = (this.#uses.get(id) ?? 0) - 1;
    if (left > 0) this.#uses.set(id, left);
    else this.#uses.delete(id);
  }
}

function settle(draft: RamDraft, id: MemoryId, why: Kept | undefined): void {
  if (why === undefined) draft.done(id);
  else draft.keep(id, why);
}

function tombstoneOf({ id, version, title }: MemoryItem, summary: MemoryId | null): Tombstone {
  return { id, version, title, summary };
}

function notTakenIn(id: MemoryId, version: number): BatonError {
  return new BatonError('not_found', `Long-term memory has no version ${version} of ${id}`, {
    hint: 'Take it in before it is held at hand.',
  });
}
