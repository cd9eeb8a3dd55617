/**
 * How well the best line of an item answers a question. A fact is a line of a longer entry, and an entry that has all words of
 * a question in many lines says nothing about it: ranking whole items alone finds half as many facts of which half of the
 * words are asked for (measured in test/e2e/recall-quality.test.ts).
 */
import type { MemoryItem } from '../model/memory';
import { rootOf } from './recall-words';

/** What a line's neighbours add, where a sentence runs over several lines. */
const neighbourShare = 0.3;
/** Characters looked at for one question, best candidates first, so that long documents do not make it slow. */
const maxLooked = 1_000_000;

/** For each line, which of the question's words it has, as bits. */
type Lines = readonly number[];

export interface Passages {
  /** By id, more is better; items that were not looked at are left out. */
  readonly worths: ReadonlyMap<string, number>;
  /** The question's words that the items have, the rarest first. */
  readonly rarest: readonly string[];
}

/**
 * Rare words count for more, as they are rare among the lines of these items.
 *
 * @param items best first
 * @param words the first 31 count
 */
export function passagesOf(items: readonly MemoryItem[], words: readonly string[]): Passages {
  const used = [...new Map(words.map((word) => [rootOf(word), word]))].slice(0, 31);
  const roots = new Map(used.map(([root], at) => [root, 1 << at]));
  if (roots.size === 0) return { worths: new Map(), rarest: [] };
  const [pattern, bitOf] = [patternOf(roots.keys()), bitsOf(roots)];
  const looked = new Map<string, Lines>();
  let left = maxLooked;
  for (const { id, title, text } of items) {
    left -= text.length;
    if (left < 0) break;
    looked.set(id, linesOf(`${title}\n${text}`, pattern, bitOf));
  }
  const { weights, found } = rarityOf([...looked.values()], roots.size);
  const rarest = used
    .map(([, word], at) => ({ word, weight: weights[at] ?? 0, times: found[at] ?? 0 }))
    .filter(({ times }) => times > 0)
    .sort((a, b) => b.weight - a.weight);
  return {
    worths: new Map([...looked].map(([id, lines]) => [id, bestOf(lines, weights)])),
    rarest: rarest.map(({ word }) => word),
  };
}

/** The words that begin as a root does, and line ends: cutting all texts into all of their words takes three times as long. */
function patternOf(roots: Iterable<string>): RegExp {
  return new RegExp(`\\n|(?<![\\p{L}\\p{N}])(?:${[...roots].join('|')})[\\p{L}\\p{N}]*`, 'gu');
}

function linesOf(text: string, pattern: RegExp, bitOf: (word: string) => number): Lines {
  const lines = [0];
  for (const word of text.toLowerCase().match(pattern) ?? []) {
    if (word === '\n') lines.push(0);
    else lines[lines.length - 1] = (lines[lines.length - 1] ?? 0) | bitOf(word);
  }
  return lines;
}

/** Texts repeat their words, so that each is cut to its root once. */
function bitsOf(roots: ReadonlyMap<string, number>): (word: string) => number {
  const known = new Map<string, number>();
  return (word) => {
    const bit = known.get(word) ?? roots.get(rootOf(word)) ?? 0;
    known.set(word, bit);
    return bit;
  };
}

/** Inverse document frequency over lines, as BM25 has it. */
function rarityOf(
  all: readonly Lines[],
  count: number,
): { readonly weights: readonly number[]; readonly found: readonly number[] } {
  const found = Array.from({ length: count }, () => 0);
  let total = 0;
  for (const lines of all) {
    total += lines.length;
    for (const line of lines) {
      if (line === 0) continue;
      for (let at = 0; at < count; at++) if ((line & (1 << at)) !== 0) found[at] = (found[at] ?? 0) + 1;
    }
  }
  return { weights: found.map((times) => Math.log(1 + (total - times + 0.5) / (times + 0.5))), found };
}

function bestOf(lines: Lines, weights: readonly number[]): number {
  let best = 0;
  for (const [at, line] of lines.entries()) {
    if (line === 0) continue;
    const around = ((lines[at - 1] ?? 0) | (lines[at + 1] ?? 0)) & ~line;
    best = Math.max(best, worthOf(line, weights) + neighbourShare * worthOf(around, weights));
  }
  return best;
}

function worthOf(line: number, weights: readonly number[]): number {
  let sum = 0;
  for (const [at, weight] of weights.entries()) if ((line & (1 << at)) !== 0) sum += weight;
  return sum;
}
