/** Questions in FTS5's language. Every text of a person or an agent ends up inside quotes, so that none is a command. */
import type { MemoryMatch } from './long-term-store';

/** More than a person asks; each costs a walk through an index. */
const maxWords = 64;
const maxExact = 16;

/**
 * Undefined when there is nothing to look for. Where something has to be found as it stands, words only add to the rank:
 * FTS5 has no "may", and `must OR (must AND words)` is the same.
 */
export function matchExpression({ words, exact }: Pick<MemoryMatch, 'words' | 'exact'>): string | undefined {
  const may = anyOf(words.slice(0, maxWords));
  const must = anyOf(exact.slice(0, maxExact));
  if (must === undefined) return may;
  return may === undefined ? must : `${must} OR (${must} AND ${may})`;
}

/** Strings of FTS5 are cut into words by the index's own rules, and several words have to stand side by side. */
function anyOf(texts: readonly string[]): string | undefined {
  const strings = texts.filter(hasWord).map((text) => `"${text.replace(/\0/g, ' ').replaceAll('"', '""')}"`);
  return strings.length === 0 ? undefined : `(${strings.join(' OR ')})`;
}

/** What has neither letters nor digits is in no index, and is not asked for. */
export function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** As the item says it and no part of a longer word, whatever the case and the breaks of its lines. */
export function holdsExactly(
  item: { readonly title: string; readonly text: string },
  exact: string,
): boolean {
  const sought = folded(exact);
  const text = folded(`${item.title}\n${item.text}`);
  for (let at = text.indexOf(sought); at !== -1; at = text.indexOf(sought, at + 1)) {
    if (!isInsideWord(text, at) && !isInsideWord(text, at + sought.length)) return true;
  }
  return false;
}

function folded(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

const letter = /[\p{L}\p{N}]/u;

/** Whether there is a letter or digit on both sides of a place. */
function isInsideWord(text: string, place: number): boolean {
  return letter.test(text.charAt(place - 1)) && letter.test(text.charAt(place));
}
