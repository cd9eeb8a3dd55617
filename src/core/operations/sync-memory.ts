/** `baton memory sync`: takes in what has changed since the last time. Requirements 001-26, 001-30; reliability.md 4.1. */
import type { MemoryInput } from '../model/memory';
import { mapBounded } from '../store/map-bounded';
import { isOwnStamp, type MemorySource, memorySources } from './memory-sources';
import type { OpenMemory } from './open-memory';
import type { BatonWorkspace } from './workspace';

export interface SyncReport {
  /** Files that items come from. */
  readonly sources: number;
  /** Of them, read, since they had changed. */
  readonly read: number;
  readonly added: number;
  /** Given a new version. */
  readonly changed: number;
  readonly unchanged: number;
  /** Left out since the very same text is there already. */
  readonly repeated: number;
  /** Files that are there no more. */
  readonly gone: number;
  /** Changed and not read: the time was up, or reading failed; the next time begins with them. */
  readonly left: number;
}

export interface SyncOptions {
  /** After so many milliseconds no further file is read. */
  readonly limitMs?: number;
}

/** So many files are in memory at once. */
const chunk = 32;
const readAtOnce = 8;

/**
 * Reads only files whose stamp has changed. Throws what the store throws; a file that cannot be read is logged and left.
 *
 * **Invariant:** where nothing has changed, nothing is written.
 */
export async function syncMemory(
  workspace: BatonWorkspace,
  { store }: Pick<OpenMemory, 'store'>,
  { limitMs = Number.POSITIVE_INFINITY }: SyncOptions = {},
): Promise<SyncReport> {
  const { clock } = workspace.ports;
  const began = clock.monotonicMs();
  const sources = await memorySources(workspace);
  const known = await store.stamps();
  const changed = sources.filter(
    ({ path, stamp, isYoung }) => stamp !== undefined && (isYoung || known.get(path) !== stamp),
  );
  const tally = { added: 0, changed: 0, unchanged: 0, repeated: 0 };
  let read = 0;
  for (let at = 0; at < changed.length && clock.monotonicMs() - began <= limitMs; at += chunk) {
    const ready = await mapBounded(changed.slice(at, at + chunk), readAtOnce, (one) =>
      readSource(workspace, one),
    );
    for (const one of ready.filter((ready) => ready !== undefined)) {
      read++;
      if (one.items.length === 0 && known.get(one.path) === one.stamp) continue;
      const taken = await store.takeIn({ path: one.path, stamp: one.stamp }, one.items);
      tally.added += taken.added.length;
      tally.changed += taken.changed.length;
      tally.unchanged += taken.unchanged;
      tally.repeated += taken.repeated;
    }
  }
  const gone = goneFrom(known, sources);
  if (gone.length > 0) await store.forgetSources(gone);
  return { sources: sources.length, read, ...tally, gone: gone.length, left: changed.length - read };
}

interface ReadSource {
  readonly path: string;
  readonly stamp: string;
  readonly items: readonly MemoryInput[];
}

async function readSource(
  { ports }: BatonWorkspace,
  { path, stamp, read }: MemorySource,
): Promise<ReadSource | undefined> {
  try {
    const { items, stamp: own = stamp } = await read();
    return own === undefined ? undefined : { path, stamp: own, items };
  } catch (error) {
    ports.log.warn(`${path} is not remembered: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function goneFrom(known: ReadonlyMap<string, string>, sources: readonly MemorySource[]): readonly string[] {
  const there = new Set(sources.map(({ path }) => path));
  return [...known].flatMap(([path, stamp]) => (isOwnStamp(stamp) && !there.has(path) ? [path] : []));
}
