/** The lines of an item that answer a question best, short enough for a list. */
import type { MemoryItem } from '../model/memory';
import { hasExact } from './recall-exact';
import type { AskedFor } from './recall-question';
import { plainWords, rootOf } from './recall-words';

export const maxExtract = 300;
const gap = ' … ';

interface Line {
  readonly index: number;
  readonly text: string;
  readonly worth: number;
}

/**
 * Lines that match, those with the most different words first taken and then in their own order, joined by ` … ` where
 * lines are left out; the title or the first lines where nothing in the text matches. At most `maxExtract` characters.
 */
export function extract(
  { text, title }: MemoryItem,
  { words, exact }: Pick<AskedFor, 'words' | 'exact'>,
): string {
  const roots = new Set(words.map(rootOf));
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ index, text: line.replace(/\s+/g, ' ').trim() }))
    .filter((line) => line.text !== '')
    .map((line) => ({ ...line, worth: worth(line.text, roots, exact) }));
  const matching = lines
    .filter((line) => line.worth > 0)
    .sort((a, b) => b.worth - a.worth || a.index - b.index);
  const [first] = matching;
  if (first === undefined)
    return shorten(lines.length === 0 ? title : lines.map((line) => line.text).join(' '), 0);
  if (first.text.length > maxExtract) return shorten(first.text, firstMatch(first.text, roots, exact));
  return joined(fitting(matching));
}

function worth(line: string, roots: ReadonlySet<string>, exact: readonly string[]): number {
  const found = new Set(
    plainWords(line)
      .map(rootOf)
      .filter((root) => roots.has(root)),
  );
  // A part found as it stands outweighs any number of words.
  return found.size + 100 * exact.filter((part) => hasExact(line, part)).length;
}

/** As many of the best as fit. */
function fitting(lines: readonly Line[]): readonly Line[] {
  const kept: Line[] = [];
  let length = 0;
  for (const line of lines) {
    const longer = length + line.text.length + (kept.length === 0 ? 0 : gap.length);
    if (longer > maxExtract) continue;
    kept.push(line);
    length = longer;
  }
  return kept;
}

function joined(lines: readonly Line[]): string {
  const inOrder = [...lines].sort((a, b) => a.index - b.index);
  return inOrder
    .map((line, at) => {
      const before = inOrder[at - 1];
      if (before === undefined) return line.text;
      return `${before.index + 1 === line.index ? '\n' : gap}${line.text}`;
    })
    .join('');
}

/** Where the first word or part that was asked for stands. */
function firstMatch(line: string, roots: ReadonlySet<string>, exact: readonly string[]): number {
  const lower = line.toLowerCase();
  const parts = exact.map((part) => lower.indexOf(part.toLowerCase())).filter((at) => at >= 0);
  if (parts.length > 0) return Math.min(...parts);
  for (const match of line.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (roots.has(rootOf(match[0].toLowerCase()))) return match.index;
  }
  return 0;
}

/** A window of the text around a place, with `…` at the ends that were cut. */
function shorten(text: string, around: number): string {
  if (text.length <= maxExtract) return text;
  const room = maxExtract - 2;
  const start = Math.max(0, Math.min(around - 60, text.length - room));
  const end = start + room;
  // Half a character at either end would be none.
  const window = text
    .slice(start, end)
    .replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '')
    .trim();
  return `${start > 0 ? '…' : ''}${window}${end < text.length ? '…' : ''}`;
}
