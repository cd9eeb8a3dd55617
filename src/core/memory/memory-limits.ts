/** How much of a task is held at hand, and when it is time to put some of it away. Requirements 001-23, 001-57. */
import { encodeUtf8 } from '../base/utf8';
import type { MemoryLimits } from '../model/config';
import type { MemoryItem, RamSnapshot } from '../model/memory';

/** Both hold at any time. */
export interface RamLimits {
  readonly items: number;
  /** UTF-8, of titles and texts. */
  readonly bytes: number;
}

export type RamEntry = RamSnapshot['items'][number];

/** From here on the oldest are summarised. */
const nearlyFull = 3 / 4;
/** So much is left at hand then, so that not every further item makes a summary of its own. */
const afterwards = 1 / 2;
/** Tombstones of so many limits' worth are kept; the store's own summaries lead to what was evicted before. */
const tombstonesPerItem = 4;

export function ramLimits({ maxItems, maxBytes }: Pick<MemoryLimits, 'maxItems' | 'maxBytes'>): RamLimits {
  return { items: maxItems, bytes: maxBytes };
}

export function entryOf(item: MemoryItem): RamEntry {
  return { id: item.id, version: item.version, bytes: sizeOf(item) };
}

/** Bytes of UTF-8 that an item takes at hand. */
export function sizeOf({ title, text }: Pick<MemoryItem, 'title' | 'text'>): number {
  return encodeUtf8(title).length + encodeUtf8(text).length;
}

export function bytesIn(entries: readonly RamEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

export function isWithin(entries: readonly RamEntry[], limits: RamLimits): boolean {
  return entries.length <= limits.items && bytesIn(entries) <= limits.bytes;
}

export function isNearlyFull(entries: readonly RamEntry[], limits: RamLimits): boolean {
  return entries.length >= limits.items * nearlyFull || bytesIn(entries) >= limits.bytes * nearlyFull;
}

/** Whether enough room was made. */
export function isRelieved(entries: readonly RamEntry[], limits: RamLimits): boolean {
  return entries.length <= limits.items * afterwards && bytesIn(entries) <= limits.bytes * afterwards;
}

export function tombstoneLimit({ items }: RamLimits): number {
  return items * tombstonesPerItem;
}
