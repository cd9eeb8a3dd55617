/** Finding items and sessions in RAM: MiniSearch ranks by BM25 as FTS5 does, `stemmer` cuts endings as its porter does. */
import MiniSearch, { type Options } from 'minisearch';
import { stemmer } from 'stemmer';
import { isMemoryId, type MemoryId } from '../model/memory';
import type { TaskId } from '../model/task';
import { timeOf } from './item-keys';
import { type JsonTables, type KeptItem, shown } from './json-tables';
import type { MemoryFilter, MemoryHit, MemoryMatch, SessionHit } from './long-term-store';
import { hasWord, holdsExactly } from './match-expression';

interface Document {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

interface Session {
  readonly task: TaskId;
  readonly session: number;
  readonly items: readonly KeptItem[];
}

const options: Options<Document> = {
  fields: ['title', 'text'],
  tokenize: wordsOf,
  processTerm: (word) => stemmer(word),
  searchOptions: { boost: { title: 2 }, combineWith: 'OR', prefix: false, fuzzy: false },
};

/** As FTS5's `unicode61 remove_diacritics`. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Word indexes over tables that change: made when somebody asks first, and brought up to date when they ask again. */
export class JsonSearch {
  readonly #tables: () => JsonTables;
  #items: MiniSearch<Document> | undefined;
  #sessions:
    | { readonly index: MiniSearch<Document>; readonly byKey: ReadonlyMap<string, Session> }
    | undefined;
  #stale = new Set<MemoryId>();

  constructor(tables: () => JsonTables) {
    this.#tables = tables;
  }

  changed(ids: Iterable<MemoryId>): void {
    for (const id of ids) this.#stale.add(id);
    this.#sessions = undefined;
  }

  /** All of it may be another now. */
  replaced(): void {
    this.#items = undefined;
    this.#sessions = undefined;
    this.#stale = new Set();
  }

  match({ words, exact, filter = {}, limit }: MemoryMatch): readonly MemoryHit[] {
    const sought = exact.filter(hasWord);
    const scores = new Map<string, number>();
    if (words.length > 0) {
      for (const { id, score } of this.#itemIndex().search(words.join(' '))) scores.set(String(id), score);
    }
    const candidates =
      sought.length > 0 ? this.#holding(sought, scores) : [...scores].map(([id, score]) => ({ id, score }));
    const hits = candidates.flatMap(({ id, score }) => this.#hit(id, score, filter));
    return hits.sort(byScore).slice(0, Math.max(0, limit));
  }

  matchSessions({ words, exact, filter = {}, limit }: MemoryMatch): readonly SessionHit[] {
    this.#sessions ??= this.#indexSessions();
    const { index, byKey } = this.#sessions;
    const hits = index.search([...words, ...exact].join(' ')).flatMap(({ id, score }) => {
      const found = byKey.get(String(id));
      if (found === undefined || !fitsSession(found, filter)) return [];
      return [{ task: found.task, session: found.session, score }];
    });
    return hits.slice(0, Math.max(0, limit));
  }

  /** The more of them the better; what words add never outweighs one of them. */
  #holding(
    exact: readonly string[],
    scores: ReadonlyMap<string, number>,
  ): readonly { readonly id: string; readonly score: number }[] {
    const most = Math.max(1, ...scores.values());
    return [...this.#tables().items.values()].flatMap(({ item }) => {
      const held = exact.filter((text) => holdsExactly(item, text)).length;
      return held === 0 ? [] : [{ id: item.id, score: held + (scores.get(item.id) ?? 0) / (most + 1) }];
    });
  }

  #hit(id: string, score: number, filter: MemoryFilter): readonly MemoryHit[] {
    const kept = isMemoryId(id) ? this.#tables().items.get(id) : undefined;
    return kept !== undefined && fits(kept, filter) ? [{ item: shown(kept), score }] : [];
  }

  #itemIndex(): MiniSearch<Document> {
    const index = this.#items ?? new MiniSearch<Document>(options);
    const stale = this.#items === undefined ? this.#tables().items.keys() : this.#stale;
    for (const id of stale) {
      if (index.has(id)) index.discard(id);
      const kept = this.#tables().items.get(id);
      if (kept !== undefined && !kept.repeated) index.add(kept.item);
    }
    this.#items = index;
    this.#stale = new Set();
    return index;
  }

  #indexSessions() {
    const byKey = new Map<string, Session & { readonly items: KeptItem[] }>();
    for (const kept of this.#tables().items.values()) {
      const { task, session } = kept.item;
      if (task === null || session === null || !fits(kept, {})) continue;
      const key = JSON.stringify([task, session]);
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, { task, session, items: [kept] });
      else known.items.push(kept);
    }
    const index = new MiniSearch<Document>(options);
    for (const [id, { items }] of byKey) {
      index.add({ id, title: '', text: items.map(({ item }) => `${item.title}\n${item.text}`).join('\n') });
    }
    return { index, byKey };
  }
}

/** Whether an item is one that is asked for by facts alone. */
export function fits({ item, gone, repeated }: KeptItem, filter: MemoryFilter): boolean {
  if (repeated || (filter.past !== true && (gone || item.supersededBy !== null))) return false;
  if (filter.kinds !== undefined && !filter.kinds.includes(item.kind)) return false;
  if (filter.at !== undefined && !isWithin(timeOf(item.at), timeOf(item.at), filter.at)) return false;
  return isOfSession(item.task, item.session, filter);
}

function fitsSession({ task, session, items }: Session, filter: MemoryFilter): boolean {
  const times = items.map(({ item }) => timeOf(item.at));
  const inTime = filter.at === undefined || isWithin(Math.min(...times), Math.max(...times), filter.at);
  return inTime && isOfSession(task, session, filter);
}

function isWithin(first: number, last: number, { from, to }: NonNullable<MemoryFilter['at']>): boolean {
  return (from === undefined || last >= timeOf(from)) && (to === undefined || first < timeOf(to));
}

function isOfSession(task: TaskId | null, session: number | null, filter: MemoryFilter): boolean {
  if (filter.task !== undefined && filter.task !== task) return false;
  const { from, to } = filter.session ?? {};
  if (from === undefined && to === undefined) return true;
  return session !== null && session >= (from ?? 1) && session <= (to ?? Number.POSITIVE_INFINITY);
}

function byScore(a: MemoryHit, b: MemoryHit): number {
  return b.score - a.score;
}
