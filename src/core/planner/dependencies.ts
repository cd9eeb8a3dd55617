/** What depends on what: by the words of the document, else by the order of its tasks. Never a circle. */
import type { Draft } from './draft';

export interface Linked {
  /** Of each draft: positions of others, and `#id` of tasks that exist. */
  readonly upstream: readonly (readonly (number | string)[])[];
  /** Said and not taken, since it would close a circle: position, and on whom. */
  readonly dropped: readonly { readonly from: number; readonly on: number }[];
  /** Of each draft: hints that name no task, such as a program that has to be there. */
  readonly unheard: readonly (readonly string[])[];
}

export function linkDrafts(drafts: readonly Draft[]): Linked {
  const links = new Links(drafts.length);
  const dropped: { from: number; on: number }[] = [];
  const names = drafts.map(({ title }) => significant(title));
  const said = drafts.map((one, from) => saidBy(one, from, names));
  for (const [from, references] of said.entries()) {
    for (const on of references ?? []) {
      if (typeof on === 'number' && !links.add(from, on)) dropped.push({ from, on });
    }
  }
  // Order counts where the document says nothing, and where it closes no circle with what it says elsewhere.
  for (const [from, one] of drafts.entries()) {
    if (one.isOrdered && from > 0 && said[from] === undefined) links.add(from, from - 1);
  }
  return {
    upstream: drafts.map((_, from) => [
      ...links.of(from),
      ...(said[from] ?? []).filter((reference) => typeof reference === 'string'),
    ]),
    dropped,
    unheard: drafts.map(({ hints }, from) => hints.filter((hint) => !isHeard(hint, from, names))),
  };
}

function isHeard(hint: string, self: number, names: readonly ReadonlySet<string>[]): boolean {
  return hint.trim() === '' || none.test(hint.trim()) || referencesIn(hint, self, names).length > 0;
}

class Links {
  readonly #on: readonly Set<number>[];

  constructor(count: number) {
    this.#on = Array.from({ length: count }, () => new Set<number>());
  }

  of(from: number): readonly number[] {
    return [...(this.#on[from] ?? [])].sort((a, b) => a - b);
  }

  /** False when it would close a circle. */
  add(from: number, on: number): boolean {
    if (from === on || this.#reaches(on, from)) return false;
    this.#on[from]?.add(on);
    return true;
  }

  #reaches(start: number, goal: number): boolean {
    const seen = new Set<number>([start]);
    for (const at of seen) {
      if (at === goal) return true;
      for (const next of this.#on[at] ?? []) seen.add(next);
    }
    return false;
  }
}

/** `depends on the schema`: the words that say so, up to the end of the sentence. */
const inText = /\b(?:depends on|depending on|blocked by|builds on|requires)\b:?\s+([^.!?\n;()]{1,300})/gi;
const atStart = /^(?:after|once)\s+([^,.!?\n;()]{1,200})/i;
const atEnd = /\b(?:after|once)\s+([^.!?\n;()]{1,200})$/i;
const inBrackets = /\((?:after|once|depends on|needs|requires)\b:?\s+([^()]{1,200})\)/gi;
const none = /^(?:nothing|none|no other|no one|—|-)\b/i;

/** Undefined where nothing is said; an empty list where it says that there is nothing. */
function saidBy(
  { title, description, criteria, hints }: Draft,
  self: number,
  names: readonly ReadonlySet<string>[],
): readonly (number | string)[] | undefined {
  const body = [description, ...criteria].join('\n');
  const phrases = [
    ...hints,
    ...[title, body].flatMap((text) =>
      [...text.matchAll(inText), ...text.matchAll(inBrackets)].map(([, on]) => on ?? ''),
    ),
    ...[atStart.exec(title)?.[1] ?? atEnd.exec(title)?.[1] ?? '', atStart.exec(body)?.[1] ?? ''],
  ].filter((phrase) => phrase.trim() !== '');
  const found = phrases.flatMap((phrase) => referencesIn(phrase, self, names));
  if (found.length > 0) return [...new Set(found)];
  return hints.some((hint) => none.test(hint.trim())) ? [] : undefined;
}

/** `#100` and `task 2` wherever they stand; else titles, by their words. */
function referencesIn(
  phrase: string,
  self: number,
  names: readonly ReadonlySet<string>[],
): readonly (number | string)[] {
  const found: (number | string)[] = [];
  const rest = phrase
    .replace(/#([A-Za-z0-9][A-Za-z0-9._-]{0,63}?)(?=[\s,;.)]|$)/g, (whole) => {
      found.push(whole);
      return ',';
    })
    .replace(/\b(?:task|step|part|section|phase|milestone|t)\s*(\d{1,4})\b/gi, (whole, digits: string) => {
      const at = Number(digits) - 1;
      if (at < 0 || at >= names.length || at === self) return whole;
      found.push(at);
      return ',';
    });
  for (const part of rest.split(/,|;|&|\band\b|\n/i)) {
    const at = byWords(significant(part), self, names);
    if (at !== undefined) found.push(at);
  }
  return found;
}

/** The one task whose title holds all the words, or all of whose title's words are there; undefined when several do. */
function byWords(
  words: ReadonlySet<string>,
  self: number,
  names: readonly ReadonlySet<string>[],
): number | undefined {
  if (words.size === 0) return undefined;
  const holds = (all: ReadonlySet<string>, some: ReadonlySet<string>) =>
    some.size > 0 && [...some].every((word) => all.has(word));
  const fits = (test: (name: ReadonlySet<string>) => boolean) =>
    names.flatMap((name, at) => (at !== self && test(name) ? [at] : []));
  for (const found of [fits((name) => holds(name, words)), fits((name) => holds(words, name))]) {
    if (found.length === 1) return found[0];
  }
  return undefined;
}

const stopWords = new Set(
  'a an the is are be been was were of to for in on at by with from and or it its this that we you our your task tasks done ready finished complete completed there has have been all'.split(
    ' ',
  ),
);

function significant(text: string): ReadonlySet<string> {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !stopWords.has(word)).slice(0, 40));
}
