/**
 * Rank fusion: an item counts by its best line, by its rank as a whole, by the rank of its session as one text, and by what was
 * found around it in the same task. Parts that were asked for as they stand come before everything else. Source:
 * reliability.md 4.2.
 */
import type { MemoryItem } from '../model/memory';
import type { MemoryHit, SessionHit } from './long-term-store';
import { exactness } from './recall-exact';
import type { Passages } from './recall-passage';

export interface Found {
  /** By words, best first. */
  readonly items: readonly MemoryHit[];
  /** By words, best first, a list for each task that the question names. */
  readonly inTasks: readonly (readonly MemoryHit[])[];
  /** A list for each part asked for as it stands, best first. */
  readonly exact: readonly { readonly part: string; readonly hits: readonly MemoryHit[] }[];
}

/** What is known only once the candidates are. */
export interface Around {
  readonly passages: Passages;
  readonly sessions: readonly SessionHit[];
}

export interface Ranked {
  readonly item: MemoryItem;
  readonly score: number;
}

/** Reciprocal rank fusion's constant: the smaller, the more the first ranks count. Its authors' 60 is for lists of equal worth. */
const smoothing = 10;
/** Chosen on histories whose seeds no test uses. */
const weights = { passage: 4, item: 1, task: 4, exact: 1, session: 0.3, around: 0.2 } as const;
/** Sessions this far apart count as around each other. */
const reach = 1;

/** Best first; of equals the newer one, then by id, whatever the order in which the store gave equal hits. */
export function rank(found: Found, { passages, sessions }: Around): readonly Ranked[] {
  const { items, inTasks, exact } = found;
  const hits = inOrder(items);
  const scores = new Map<string, number>();
  const add = (places: ReadonlyMap<string, number>, weight: number) => {
    for (const [id, place] of places) scores.set(id, (scores.get(id) ?? 0) + weight / (smoothing + place));
  };
  const all = candidates(found);
  add(placesByPassage(passages, places(hits)), weights.passage);
  add(places(hits), weights.item);
  for (const list of inTasks) add(places(inOrder(list)), weights.task);
  for (const list of exact) add(places(inOrder(list.hits)), weights.exact);
  add(placesBySession(all, hits, sessions), weights.session);
  add(placesByNeighbours(hits), weights.around);
  return all
    .map((item) => ({ item, score: exactSum(item, exact) + (scores.get(item.id) ?? 0) }))
    .sort(byScore);
}

function inOrder(hits: readonly MemoryHit[]): readonly MemoryHit[] {
  return [...hits].sort(byScore);
}

/** Each once, those found by words first. */
export function candidates({ items, inTasks, exact }: Found): readonly MemoryItem[] {
  const lists = [items, ...inTasks, ...exact.map(({ hits }) => hits)];
  return [...new Map(lists.flat().map(({ item }) => [item.id, item])).values()];
}

function places(hits: readonly MemoryHit[]): ReadonlyMap<string, number> {
  return new Map(hits.map(({ item }, index) => [item.id, index + 1]));
}

/** Ranks by the best line, equal ones sharing the better place. What was too much to look at keeps its own. */
function placesByPassage(
  { worths }: Passages,
  own: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const found = new Map(own);
  let place = 0;
  let last = Number.POSITIVE_INFINITY;
  for (const [index, [id, worth]] of [...worths].sort((a, b) => b[1] - a[1]).entries()) {
    if (worth < last) place = index + 1;
    last = worth;
    found.set(id, place);
  }
  return found;
}

function exactSum({ title, text, source }: MemoryItem, exact: Found['exact']): number {
  const best = (part: string) =>
    Math.max(...[text, title, source.path].map((where) => exactness(where, part)));
  return exact.reduce((sum, { part }) => sum + best(part), 0);
}

/** The rank of each item's session. An item without one, or no longer part of what its session says, is its own. */
function placesBySession(
  items: readonly MemoryItem[],
  hits: readonly MemoryHit[],
  sessions: readonly SessionHit[],
): ReadonlyMap<string, number> {
  const own = places(hits);
  const bySession = new Map(
    [...sessions].sort(bySessionScore).map((hit, index) => [sessionKey(hit), index + 1]),
  );
  const found = new Map<string, number>();
  for (const item of items) {
    const stands = item.session !== null && item.current;
    const place = stands ? bySession.get(sessionKey(item)) : own.get(item.id);
    if (place !== undefined) found.set(item.id, place);
  }
  return found;
}

function bySessionScore(a: SessionHit, b: SessionHit): number {
  return b.score - a.score || compare(a.task, b.task) || a.session - b.session;
}

function sessionKey({ task, session }: { readonly task: string | null; readonly session: number | null }) {
  return `${task ?? ''}:${session ?? ''}`;
}

/** Ranks by what was found in the same task around an item: the sum of the reciprocal ranks. */
function placesByNeighbours(hits: readonly MemoryHit[]): ReadonlyMap<string, number> {
  const byTask = new Map<string, { readonly item: MemoryItem; readonly worth: number }[]>();
  for (const [place, { item }] of hits.entries()) {
    if (item.task === null || item.session === null) continue;
    const members = byTask.get(item.task) ?? [];
    members.push({ item, worth: 1 / (smoothing + place + 1) });
    byTask.set(item.task, members);
  }
  const worths: { readonly id: string; readonly worth: number }[] = [];
  for (const members of byTask.values()) {
    for (const { item } of members) {
      const around = members.filter((other) => other.item !== item && isNear(other.item, item));
      const worth = around.reduce((sum, one) => sum + one.worth, 0);
      if (worth > 0) worths.push({ id: item.id, worth });
    }
  }
  worths.sort((a, b) => b.worth - a.worth || compare(a.id, b.id));
  return new Map(worths.map(({ id }, place) => [id, place + 1]));
}

function isNear(a: MemoryItem, b: MemoryItem): boolean {
  return a.session !== null && b.session !== null && Math.abs(a.session - b.session) <= reach;
}

function byScore(a: MemoryHit, b: MemoryHit): number {
  return b.score - a.score || compare(b.item.at, a.item.at) || compare(a.item.id, b.item.id);
}

/** By code units, so that no machine's language changes an order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
