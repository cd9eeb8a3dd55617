/** What is held at hand of a task, as a value, and how it changes. Whoever changes it writes it down first. */
import type { MemoryId, RamSnapshot, Tombstone } from '../model/memory';
import { isWithin, type RamEntry, type RamLimits, tombstoneLimit } from './memory-limits';

export type RamState = Pick<RamSnapshot, 'items' | 'tombstones'>;

export const emptyRam: RamState = { items: [], tombstones: [] };

export function entryIn({ items }: RamState, id: MemoryId): RamEntry | undefined {
  return items.find((entry) => entry.id === id);
}

export function tombstoneIn({ tombstones }: RamState, id: MemoryId): Tombstone | undefined {
  return tombstones.find((stone) => stone.id === id);
}

/**
 * With the entry as the latest, in place of an earlier version and of its tombstone. Undefined when that is more than the
 * limits allow.
 */
export function withEntry(state: RamState, entry: RamEntry, limits: RamLimits): RamState | undefined {
  const items = [...state.items.filter(({ id }) => id !== entry.id), entry];
  if (!isWithin(items, limits)) return undefined;
  return { items, tombstones: state.tombstones.filter(({ id }) => id !== entry.id) };
}

/** Without the items of the tombstones; the newest tombstones are kept. */
export function withTombstones(state: RamState, stones: readonly Tombstone[], limits: RamLimits): RamState {
  const gone = new Set(stones.map(({ id }) => id));
  const tombstones = [...state.tombstones.filter(({ id }) => !gone.has(id)), ...stones];
  return {
    items: state.items.filter(({ id }) => !gone.has(id)),
    tombstones: tombstones.slice(-tombstoneLimit(limits)),
  };
}

/** The oldest that must go so that an entry of so many bytes has room; undefined when that is not enough. */
export function makeRoom(
  { items }: RamState,
  entry: RamEntry,
  limits: RamLimits,
  mayGo: (id: MemoryId) => boolean,
): readonly MemoryId[] | undefined {
  let kept = items.filter(({ id }) => id !== entry.id);
  const going: MemoryId[] = [];
  for (const { id } of kept.filter((one) => mayGo(one.id))) {
    if (isWithin([...kept, entry], limits)) break;
    kept = kept.filter((one) => one.id !== id);
    going.push(id);
  }
  return isWithin([...kept, entry], limits) ? going : undefined;
}
