/** What every kind of item is made with: an id from what it is about, a title, and texts that fit. Requirement 001-30. */
import type { MemoryInput } from '../model/memory';
import type { Hasher } from '../ports';
import { memoryId } from './memory-id';
import { withoutRecalled } from './recalled-text';

/** UTF-16 units: below the 64 KB of an item whatever the letters are. */
const longestPart = 20_000;
const longestTitle = 120;

export interface NewItem extends Omit<MemoryInput, 'id' | 'title' | 'text' | 'pinned' | 'supersededBy'> {
  /** What it is about, the kind first; the id is made from it. */
  readonly about: readonly (string | number)[];
  /** Lines end in `\n`. */
  readonly text: string;
  /** Made from the text when left out. */
  readonly title?: string;
  readonly supersededBy?: MemoryInput['supersededBy'];
}

/**
 * The items of one fact: none when nothing but recalled text is left of it, several when it is too long for one.
 *
 * **Invariant:** a text that is recalled and written down again makes no item.
 */
export function makeItems(hasher: Hasher, { about, text, title, ...facts }: NewItem): readonly MemoryInput[] {
  const own = withoutRecalled(text).trim();
  const heading = titleOf(withoutRecalled(title ?? firstPoint(own) ?? ''));
  if (own === '' || heading === '') return [];
  return partsOf(own).map((part, at) => ({
    supersededBy: null,
    ...facts,
    id: at === 0 ? memoryId(hasher, ...about) : memoryId(hasher, ...about, 'part', at + 1),
    title: at === 0 ? heading : titleOf(`${heading} (part ${at + 1})`),
    text: part,
    pinned: false,
  }));
}

/** On one line, shortened. */
export function titleOf(text: string): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()];
  if (letters.length <= longestTitle) return letters.join('');
  return `${letters
    .slice(0, longestTitle - 1)
    .join('')
    .trimEnd()}…`;
}

/** The first line that says something: no label, no mark, no "None". */
export function firstPoint(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const words = line.replace(/^[\s>#]*(?:[-*+]\s+|\d{1,9}[.)]\s+)?/, '').trim();
    const isLabel =
      /^(?:\*\*|__)[^*_]{1,60}:?(?:\*\*|__):?$/.test(words) || /^[A-Z][A-Za-z ]{1,40}:$/.test(words);
    if (words === '' || isLabel || /^(?:none\.?|-{3,}|`{3}.*|~{3}.*|<!--.*)$/i.test(words)) continue;
    return words;
  }
  return undefined;
}

/**
 * A time as people and agents write it, as UTC with whole seconds; undefined for what is none. Times in state files are UTC
 * (product.md section 3).
 */
export function utcOf(written: string | undefined): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2})(:\d{2})?)?/.exec(written?.trim() ?? '');
  if (match === null) return undefined;
  const [, day, minute = '00:00', second = ':00'] = match;
  const time = Date.parse(`${day}T${minute}${second}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}

/** For what nobody wrote a time to: it sorts before everything else, and is the same after every rebuild. */
export const unknownTime = '1970-01-01T00:00:00Z';

/** Cut between lines where there are some. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > longestPart) {
    const feed = rest.lastIndexOf('\n', longestPart);
    const at = feed > longestPart / 2 ? feed : beforePair(rest, longestPart);
    parts.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).replace(/^\n+/, '');
  }
  return [...parts, rest].filter((part) => part.trim() !== '');
}

/** Never between the halves of one letter. */
function beforePair(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
