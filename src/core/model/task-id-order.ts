/** The one order in which task ids are listed: #2 before #10, and the same on every machine. */
import type { TaskId } from './task';

/** Made when the first id asks for it: that takes milliseconds, and where all ids are plain numbers none does. */
let collator: Intl.Collator | undefined;

/** For `sort`. Never 0 for two different ids, so that a sorted list has one spelling only. */
export function compareTaskIds(a: TaskId, b: TaskId): number {
  // Nearly all ids are plain numbers, for which the collator takes fifty times as long to say the same.
  const [x, y] = [plainNumber(a), plainNumber(b)];
  if (x >= 0 && y >= 0) return x - y;
  collator ??= new Intl.Collator('en', { numeric: true });
  const natural = collator.compare(a, b);
  if (natural !== 0 || a === b) return natural;
  return a < b ? -1 : 1;
}

/** What has an id, in the order of ids; of several with one id, in the order given. A list of its own. */
export function inTaskIdOrder<T extends { readonly id: TaskId }>(items: Iterable<T>): T[] {
  const list = Array.from(items);
  if (isInTaskIdOrder(list)) return list;
  const sorted = sortedByNumber(list);
  if (sorted !== undefined) return sorted;
  const keyed = list.map((item) => ({ item, number: plainNumber(item.id) }));
  const compare = (a: (typeof keyed)[number], b: (typeof keyed)[number]) =>
    a.number >= 0 && b.number >= 0 ? a.number - b.number : compareTaskIds(a.item.id, b.item.id);
  return keyed.sort(compare).map(({ item }) => item);
}

/** By sort keys of number and position, which need no comparing function; undefined for ids of any other kind. */
function sortedByNumber<T extends { readonly id: TaskId }>(list: readonly T[]): T[] | undefined {
  const keys = new Float64Array(list.length);
  const length = list.length;
  for (let at = 0; at < length; at++) {
    const number = plainNumber(list[at]?.id ?? '');
    const key = number * length + at;
    if (number < 0 || key > Number.MAX_SAFE_INTEGER) return undefined;
    keys[at] = key;
  }
  keys.sort();
  const sorted: T[] = [];
  for (const key of keys) {
    // Not by `%`, which is slow for numbers of this size.
    const item = list[key - Math.floor(key / length) * length];
    if (item !== undefined) sorted.push(item);
  }
  return sorted;
}

/** Told without making anything: lists that were sorted once are asked for again. */
function isInTaskIdOrder(items: readonly { readonly id: TaskId }[]): boolean {
  let before: TaskId | undefined;
  let beforeNumber = -1;
  for (const { id } of items) {
    const number = plainNumber(id);
    const plain = beforeNumber >= 0 && number >= 0;
    const inOrder =
      before === undefined || (plain ? beforeNumber <= number : compareTaskIds(before, id) <= 0);
    if (!inOrder) return false;
    before = id;
    beforeNumber = number;
  }
  return true;
}

/** The value of an id of digits only, without leading zeros and exact as a number; -1 for any other. */
function plainNumber(id: string): number {
  if (id.length > 15 || (id.length > 1 && id.charCodeAt(0) === zero)) return -1;
  let value = 0;
  for (let at = 0; at < id.length; at++) {
    const digit = id.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const zero = 48;
