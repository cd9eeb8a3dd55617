/**
 * Recall: a question in words to the items that answer it best, by words alone and without a model. It finds what was written
 * in about the question's words; it understands nothing, and finding something does not mean that it answers the question.
 * Source: requirements 001-34, 001-35; reliability.md 4.2 and 4.3.
 */
import type { MemoryId, MemoryItem, MemoryKind } from '../model/memory';
import type { TaskId } from '../model/task';
import type { LongTermStore, MemoryFilter, MemoryHit, SessionHit } from './long-term-store';
import { hasExact } from './recall-exact';
import { extract } from './recall-extract';
import { passagesOf } from './recall-passage';
import { type AskedFor, analyseQuestion } from './recall-question';
import { candidates, type Found, type Ranked, rank } from './recall-rank';

export interface RecallQuestion {
  readonly text: string;
  /** Only items of this task; a task that the text names (`#101`) is only preferred. */
  readonly task?: TaskId;
  readonly kinds?: readonly MemoryKind[];
  /** 1 to 100, 10 unless told. */
  readonly limit?: number;
  /** What no longer holds as well: superseded items beside those that hold, and such as are gone from their source. */
  readonly past?: boolean;
  /** UTC, for "today" and "yesterday", which are plain words without it. */
  readonly now?: string;
  /** The text is no question, so that "session 2" and "today" in it are what it is about. */
  readonly isTimeless?: boolean;
}

export interface RecallResult {
  readonly item: MemoryItem;
  /** Means something within one answer only. */
  readonly score: number;
  /** The lines that match, at most 300 characters. */
  readonly extract: string;
  /** What holds instead of `item`; missing where nothing does, which is shown with `past` alone. */
  readonly supersededBy?: MemoryItem;
}

export type RecallStore = Pick<LongTermStore, 'match' | 'matchSessions' | 'items' | 'itemsOf'>;

const defaultLimit = 10;
const maxLimit = 100;
/** How many candidates are ranked: with half of its words changed, one in ten facts is found behind the first hundred. */
const depth = 200;
/** A part that is found more often than this tells nothing apart; its words count like others. */
const exactDepth = 50;
/** Sessions are looked for by the rarest words alone: common ones cost as much as the first look, and tell little more. */
const sessionWords = 3;
/** Longer chains of one superseding the other are nobody's. */
const maxChain = 100;

/**
 * Best first, and the same for the same store and question. Without `past`, an item that is superseded stands in the answer
 * only where the one that holds was not found itself, and names it. Times in the question filter; when nothing at all is
 * found in that time, they are passed over.
 */
export async function recall(store: RecallStore, question: RecallQuestion): Promise<readonly RecallResult[]> {
  const asked = analyseQuestion(question.text, question.now, question.isTimeless);
  const limit = Math.max(1, Math.min(question.limit ?? defaultLimit, maxLimit));
  const base: MemoryFilter = {
    ...(question.task === undefined ? {} : { task: question.task }),
    ...(question.kinds === undefined ? {} : { kinds: question.kinds }),
  };
  const look = new Look(store, asked, question.past === true);
  let ranked = await look.ranked({ ...base, ...asked.time });
  if (ranked.length === 0 && Object.keys(asked.time).length > 0) ranked = await look.ranked(base);
  const shown = await withHolding(store, ranked, question.past === true);
  return shown.slice(0, limit).map((one) => ({ ...one, extract: extract(one.item, asked) }));
}

/** One question's search, under one filter or another. */
class Look {
  readonly #store: RecallStore;
  readonly #asked: AskedFor;
  readonly #past: boolean;

  constructor(store: RecallStore, asked: AskedFor, past: boolean) {
    this.#store = store;
    this.#asked = asked;
    this.#past = past;
  }

  async ranked(filter: MemoryFilter): Promise<readonly Ranked[]> {
    const { words, exact, tasks } = this.#asked;
    if (words.length === 0 && exact.length === 0) return this.#listed(filter);
    const parts = await Promise.all(exact.map((part) => this.#holding(filter, part)));
    const named = tasks.filter((task) => filter.task === undefined || filter.task === task);
    const found: Found = {
      items: await this.#match(filter),
      inTasks: await Promise.all(named.map((task) => this.#match({ ...filter, task }))),
      exact: parts.filter(({ hits }) => hits.length < exactDepth),
    };
    const passages = passagesOf(candidates(found), words);
    // Where something was found as it stands, that decides; its session would change nothing.
    const stands = found.exact.some(({ hits }) => hits.length > 0);
    return rank(found, { passages, sessions: stands ? [] : await this.#sessions(filter, passages.rarest) });
  }

  /** A question that is only a time or a task, such as "session 4 of #101": what there is, in its order. */
  async #listed(filter: MemoryFilter): Promise<readonly Ranked[]> {
    const [task] = this.#asked.tasks;
    const narrowed = { ...(task === undefined ? {} : { task }), ...filter };
    if (Object.keys(narrowed).length === 0) return [];
    return (await this.#store.itemsOf(narrowed, depth)).map((item) => ({ item, score: 0 }));
  }

  /** Superseded ones too: they lead to what holds. */
  async #match(filter: MemoryFilter, part?: string): Promise<readonly MemoryHit[]> {
    const [exact, limit] = part === undefined ? [[], depth] : [[part], exactDepth];
    const match = { words: this.#asked.words, exact, limit };
    const hits = await this.#store.match({ ...match, filter: { ...filter, past: true } });
    const usable = this.#past ? hits : hits.filter(({ item }) => item.current || item.supersededBy !== null);
    if (hits.length < limit || usable.length === hits.length) return usable;
    // What is gone from its source has taken places of what is there.
    const current = await this.#store.match({ ...match, filter });
    const known = new Set(usable.map(({ item }) => item.id));
    return [...usable, ...current.filter(({ item }) => !known.has(item.id))];
  }

  async #holding(filter: MemoryFilter, part: string): Promise<Found['exact'][number]> {
    const hits = await this.#match(filter, part);
    return { part, hits: hits.filter(({ item }) => hasExact(`${item.title}\n${item.text}`, part)) };
  }

  #sessions(filter: MemoryFilter, rarest: readonly string[]): Promise<readonly SessionHit[]> {
    const words = rarest.slice(0, sessionWords);
    return this.#store.matchSessions({ words, exact: [], filter, limit: depth });
  }
}

type Shown = Omit<RecallResult, 'extract'>;

/** Puts what holds into the places of what it superseded. */
async function withHolding(
  store: RecallStore,
  ranked: readonly Ranked[],
  past: boolean,
): Promise<readonly Shown[]> {
  const holding = await holders(
    store,
    ranked.map(({ item }) => item),
  );
  const candidates = new Map(ranked.map(({ item }) => [item.id, item]));
  const shown: Shown[] = [];
  const told = new Set<MemoryId>();
  for (const { item, score } of ranked) {
    const holder = holding.get(item.id);
    if (item.supersededBy === null) {
      if (!told.has(item.id)) shown.push({ item, score });
      told.add(item.id);
    } else if (past) shown.push({ item, score, ...(holder === undefined ? {} : { supersededBy: holder }) });
    else if (holder !== undefined && !told.has(holder.id)) {
      told.add(holder.id);
      const found = candidates.get(holder.id);
      shown.push(found === undefined ? { item, score, supersededBy: holder } : { item: found, score });
    }
  }
  return shown;
}

/** For each superseded item, the last of its chain, where that one holds. */
async function holders(
  store: RecallStore,
  items: readonly MemoryItem[],
): Promise<ReadonlyMap<MemoryId, MemoryItem>> {
  const known = new Map<MemoryId, MemoryItem>(items.map((item) => [item.id, item]));
  await complete(store, known);
  const found = new Map<MemoryId, MemoryItem>();
  for (const item of items) {
    const last = item.supersededBy === null ? undefined : endOfChain(item, known);
    if (last?.current === true) found.set(item.id, last);
  }
  return found;
}

/** Reads what supersedes, until no chain leads further. */
async function complete(store: RecallStore, known: Map<MemoryId, MemoryItem>): Promise<void> {
  const asked = new Set<MemoryId>();
  for (let step = 0; step < maxChain; step++) {
    const next = [...known.values()].flatMap(({ supersededBy }) =>
      supersededBy === null || known.has(supersededBy) || asked.has(supersededBy) ? [] : [supersededBy],
    );
    if (next.length === 0) return;
    for (const id of next) asked.add(id);
    for (const item of await store.items([...new Set(next)])) known.set(item.id, item);
  }
}

function endOfChain(item: MemoryItem, known: ReadonlyMap<MemoryId, MemoryItem>): MemoryItem | undefined {
  let at: MemoryItem | undefined = item;
  for (let step = 0; step < maxChain && at !== undefined && at.supersededBy !== null; step++) {
    at = known.get(at.supersededBy);
  }
  return at?.supersededBy === null ? at : undefined;
}
