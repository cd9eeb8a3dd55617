/** `baton memory recall`: one item by its id, or what there is about a topic; summaries first. Requirements 001-14, 001-28, 001-34. */
import { BatonError } from '../base/baton-error';
import type { LongTermStore } from '../memory/long-term-store';
import { memoryRef } from '../memory/memory-id';
import { recall } from '../memory/recall';
import type { MemoryId, MemoryItem, MemorySummary } from '../model/memory';
import { tellMemoryEvents } from './memory-events';
import { type MemoryPlace, MemoryPlaces } from './memory-place';
import type { OpenMemory } from './open-memory';
import { timestamp } from './timestamp';
import { type MemoryStanding, useMemory } from './use-memory';
import type { BatonWorkspace } from './workspace';

export interface RecallOptions {
  /** The whole text instead of a summary. */
  readonly full?: boolean | undefined;
}

export interface RecalledMemory {
  readonly item: MemoryItem;
  /** The whole of it, or what is left in sight of it. */
  readonly text: string;
  /** `text` is the whole. */
  readonly isWhole: boolean;
  /** That stand for it, newest first. */
  readonly summaries: readonly MemorySummary[];
  /** What holds now, where the item is superseded. */
  readonly holdsNow: MemoryItem | undefined;
  readonly place: MemoryPlace;
}

export interface RecallAnswer extends MemoryStanding {
  /** One for an id; the best first for a topic. */
  readonly recalled: readonly RecalledMemory[];
}

const topicLimit = 5;
/** Of an item without a summary. */
const shownLength = 600;
const longestChain = 100;

/**
 * @param what an id, an id with a version (`m-…:2`), or words
 *
 * Throws `switched_off`, `not_found` for an id that nothing is remembered under, `invalid_input` for an empty topic.
 */
export async function recallMemory(
  workspace: BatonWorkspace,
  what: string,
  { full = false }: RecallOptions = {},
): Promise<RecallAnswer> {
  if (what.trim() === '') {
    throw new BatonError('invalid_input', 'There is nothing to recall by', {
      hint: 'Give an id (m-…) or a topic.',
    });
  }
  return useMemory(workspace, async (memory) => {
    const { store } = memory;
    const items = await found(store, what, timestamp(workspace));
    const places = new MemoryPlaces(workspace);
    const recalled: RecalledMemory[] = [];
    for (const item of items) recalled.push(await whole(store, places, item, full));
    await noteRecall(workspace, memory, items);
    return { recalled };
  });
}

async function found(store: LongTermStore, what: string, now: string): Promise<readonly MemoryItem[]> {
  const ref = memoryRef(what);
  if (ref === undefined) {
    return (await recall(store, { text: what, limit: topicLimit, now })).map(({ item }) => item);
  }
  const item = await store.item(ref.id, ref.version);
  if (item !== undefined) return [item];
  const summarized = await itemsOfSummary(store, ref.id);
  if (summarized.length > 0) return summarized;
  const version = ref.version === undefined ? '' : ` in version ${ref.version}`;
  throw new BatonError('not_found', `Nothing is remembered under ${ref.id}${version}`, {
    hint: 'Search with `baton memory query TEXT`.',
  });
}

/** What a summary stands for, in the versions that it was made from. */
async function itemsOfSummary(store: LongTermStore, id: MemoryId): Promise<readonly MemoryItem[]> {
  const [summary] = await store.summariesOf(id);
  if (summary === undefined) return [];
  const items = await Promise.all(summary.of.map((one) => store.item(one.id, one.version)));
  return items.filter((item) => item !== undefined);
}

async function whole(
  store: LongTermStore,
  places: MemoryPlaces,
  item: MemoryItem,
  full: boolean,
): Promise<RecalledMemory> {
  const summaries = await store.summariesOf(item.id);
  const [newest] = summaries;
  const short = newest?.of.length === 1 ? newest.text : beginning(item.text);
  const isShorter = short.length < item.text.length;
  const text = full || !isShorter ? item.text : short;
  return {
    item,
    text,
    isWhole: text === item.text,
    summaries,
    holdsNow: await holdsNow(store, item),
    place: await places.of(item),
  };
}

/** What replaced it, through however many replacements. */
export async function holdsNow(
  store: Pick<LongTermStore, 'item'>,
  item: MemoryItem,
): Promise<MemoryItem | undefined> {
  const seen = new Set<MemoryId>([item.id]);
  let last: MemoryItem | undefined;
  let next = item.supersededBy;
  while (next !== null && !seen.has(next) && seen.size < longestChain) {
    seen.add(next);
    const newer: MemoryItem | undefined = await store.item(next);
    if (newer === undefined) break;
    last = newer;
    next = newer.supersededBy;
  }
  return last;
}

/** Whole lines, as many as fit. */
function beginning(text: string): string {
  if (text.length <= shownLength) return text;
  const cut = text.slice(0, shownLength);
  const feed = cut.lastIndexOf('\n');
  return `${(feed > shownLength / 2 ? cut.slice(0, feed) : cut).trimEnd()}\n…`;
}

/** A record of it that cannot be written keeps nobody from what was recalled. */
async function noteRecall(
  workspace: BatonWorkspace,
  memory: OpenMemory,
  items: readonly MemoryItem[],
): Promise<void> {
  const [first] = items;
  if (first === undefined) return;
  const more = items.length === 1 ? '' : ` and ${items.length - 1} more`;
  const ids = items.map(({ id }) => id);
  const text = `Recalled "${first.title}"${more}`;
  try {
    await tellMemoryEvents(workspace, memory, [
      { kind: 'recalled', at: timestamp(workspace), task: first.task, ids, text },
    ]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    workspace.ports.log.warn(`The recall was not noted: ${why}`);
  }
}
