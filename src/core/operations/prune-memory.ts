/** Lets go of earlier states and events of memory as the settings say. Requirement 001-37. */
import type { OpenMemory } from './open-memory';
import type { BatonWorkspace } from './workspace';

export interface PruneReport {
  /** Snapshots and events; never items, summaries, or what is pinned. */
  readonly deleted: number;
}

const dayMs = 24 * 60 * 60_000;

/** Leaves an event behind when something went. Throws what the store throws. */
export async function pruneMemory(
  { config, ports }: Pick<BatonWorkspace, 'config' | 'ports'>,
  { store }: OpenMemory,
): Promise<PruneReport> {
  const { keepSnapshots, keepDays } = config.memory;
  const now = ports.clock.now();
  const before = new Date(now.getTime() - keepDays * dayMs).toISOString();
  const deleted = await store.prune({ keepSnapshots, before });
  if (deleted > 0) {
    const text = `Deleted ${deleted} earlier states and events`;
    await store.addEvents([{ kind: 'pruned', at: now.toISOString(), task: null, ids: [], text }]);
  }
  return { deleted };
}
