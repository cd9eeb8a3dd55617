/**
 * A summary of items without a model: titles, decisions, next steps, headings, first and last lines, as they stand in
 * the items. Requirement 001-57.
 */
import { encodeUtf8 } from '../base/utf8';
import type { MemoryItem, MemorySummary } from '../model/memory';
import type { Hasher } from '../ports';
import { type ExtractLine, extractLines } from './extract-lines';
import { memoryId } from './memory-id';

export type SummarySource = Pick<
  MemoryItem,
  'id' | 'version' | 'kind' | 'detail' | 'task' | 'session' | 'at' | 'title' | 'text'
>;

/** Bytes of UTF-8; room for about 40 lines. */
export const longestSummary = 4096;

interface Candidate extends ExtractLine {
  /** Of the item, by time. */
  readonly item: number;
  /** Within the item. */
  readonly at: number;
}

/**
 * **Invariant:** every line but the last is a line of an item, at most shortened, and equal items give the same bytes in
 * whatever order they come. What had no room is counted in the last line.
 *
 * @param longest bytes of UTF-8, at least 64
 */
export function summaryText(items: readonly SummarySource[], longest = longestSummary): string {
  const lines = candidates(inTime(items));
  const chosen = choose(lines, longest - encodeUtf8(leftOut(lines.length)).length - 1);
  const shown = lines.filter((line) => chosen.has(line)).map(({ text, rank }) => indented(text, rank));
  const missing = lines.length - chosen.size;
  return [...shown, ...(missing > 0 ? [leftOut(missing)] : [])].join('\n');
}

/** The id is made from the items, so that who summarises the same again makes the same summary. */
export function summaryOf(
  hasher: Hasher,
  items: readonly SummarySource[],
  about: { readonly task: MemorySummary['task']; readonly at: string },
): MemorySummary {
  const sorted = inTime(items);
  const of = sorted.map(({ id, version }) => ({ id, version }));
  const [first] = sorted;
  const session =
    first !== undefined && sorted.every((item) => item.session === first.session) ? first.session : null;
  const names = of.map(({ id, version }) => `${id}:${version}`);
  return {
    id: memoryId(hasher, 'summary', about.task ?? '', ...names),
    task: about.task,
    session,
    of,
    text: summaryText(sorted),
    at: about.at,
  };
}

function inTime(items: readonly SummarySource[]): readonly SummarySource[] {
  return [...items].sort((a, b) => compare(a.at, b.at) || compare(a.id, b.id) || a.version - b.version);
}

/** By code units: a locale's order differs from machine to machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function candidates(items: readonly SummarySource[]): readonly Candidate[] {
  return items.flatMap((source, item) => extractLines(source).map((line, at) => ({ ...line, item, at })));
}

/** What matters most first, of equal weight the newest first, as long as there is room. */
function choose(lines: readonly Candidate[], room: number): ReadonlySet<Candidate> {
  const order = [...lines].sort((a, b) => a.rank - b.rank || b.item - a.item || a.at - b.at);
  const chosen = new Set<Candidate>();
  let left = room;
  for (const line of order) {
    const size = encodeUtf8(indented(line.text, line.rank)).length + 1;
    if (size > left) break;
    chosen.add(line);
    left -= size;
  }
  return chosen;
}

function indented(text: string, rank: number): string {
  return rank === 0 ? text : `  ${text}`;
}

function leftOut(count: number): string {
  return `(${count} more ${count === 1 ? 'line' : 'lines'}: recall the items for their full text)`;
}
