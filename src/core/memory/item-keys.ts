/** What makes two texts of one item, or two items, the same: shared by every store. */
import { encodeUtf8 } from '../base/utf8';
import type { MemoryInput } from '../model/memory';
import type { Hasher } from '../ports';

/** A shorter text says the same in two sessions and means two things ("Tests pass."). */
const tellingLength = 80;

export interface ItemKeys {
  /** Of title, text and what it is about: another one is another version. */
  readonly content: string;
  /** Equal for items of which one is enough. */
  readonly sameness: string;
}

export function itemKeys(hasher: Hasher, input: MemoryInput): ItemKeys {
  const { kind, detail, task, session, title, text } = input;
  const about = [kind, detail, task, session, title];
  const told = text.replace(/\s+/g, ' ').trim();
  return {
    content: hash(hasher, [...about, text]),
    sameness: hash(hasher, told.length < tellingLength ? [...about, told] : [task, told]),
  };
}

function hash(hasher: Hasher, parts: readonly unknown[]): string {
  return hasher.sha256(encodeUtf8(JSON.stringify(parts))).slice(0, 32);
}

/** What a store can keep: SQLite's texts end at NUL in one of its builds, and half a surrogate is no text at all. */
export function storable(input: MemoryInput): MemoryInput {
  const { title, text } = input;
  const [cleanTitle, cleanText] = [cleaned(title), cleaned(text)];
  return cleanTitle === title && cleanText === text
    ? input
    : { ...input, title: cleanTitle, text: cleanText };
}

function cleaned(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
}

/** The last of each id, so that one source cannot fight with itself. */
export function distinctInputs(items: readonly MemoryInput[]): readonly MemoryInput[] {
  return [...new Map(items.map((item) => [item.id, item])).values()].map(storable);
}

/** A time as milliseconds, for comparing; 0 for what is none. @param at UTC */
export function timeOf(at: string): number {
  const time = Date.parse(at);
  return Number.isNaN(time) ? 0 : time;
}
