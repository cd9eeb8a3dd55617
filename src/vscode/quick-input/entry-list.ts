/** A list that grows by typing: what Enter means, and what stands in the box afterwards. Pure. */

export interface EntryList<T> {
  readonly entries: readonly T[];
  /** What is in the box and not added yet. */
  readonly typed: string;
}

export function emptyList<T>(): EntryList<T> {
  return { entries: [], typed: '' };
}

export type Accepted<T> =
  | { readonly kind: 'changed'; readonly list: EntryList<T> }
  | { readonly kind: 'finished'; readonly list: EntryList<T> };

/**
 * Enter: adds what was typed; on an empty box it takes the chosen entry back into the box, or else finishes.
 * @param chosen position of the entry under the cursor, undefined when another row is
 */
export function accept<T>(
  list: EntryList<T>,
  chosen: number | undefined,
  parse: (typed: string, others: readonly T[]) => T,
  write: (entry: T) => string,
): Accepted<T> {
  const typed = list.typed.trim();
  if (typed !== '') {
    return { kind: 'changed', list: { entries: [...list.entries, parse(typed, list.entries)], typed: '' } };
  }
  const entry = chosen === undefined ? undefined : list.entries[chosen];
  if (chosen === undefined || entry === undefined) return { kind: 'finished', list };
  return { kind: 'changed', list: { entries: without(list.entries, chosen), typed: write(entry) } };
}

export function without<T>(entries: readonly T[], position: number): readonly T[] {
  return entries.filter((_, index) => index !== position);
}
