/** What memory did, for its own history and for who watches the change log. Requirements 001-17, 001-59. */
import type { MemoryEvent } from '../model/memory';
import { paths } from '../store/paths';
import { changeBy } from './change-by';
import type { OpenMemory } from './open-memory';
import type { BatonWorkspace } from './workspace';

/** Ids that a line of the change log names at most. */
const idsTold = 50;

/** Throws what the store and the change log throw; what the events tell of has happened by then. */
export async function tellMemoryEvents(
  workspace: BatonWorkspace,
  { store }: Pick<OpenMemory, 'store'>,
  events: readonly MemoryEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await store.addEvents(events);
  // What is lost with the process anyway is nothing for the record.
  if (store.mode === 'ram') return;
  const path =
    store.mode === 'sqlite' ? paths.memoryDatabase(workspace.root) : paths.memoryJson(workspace.root);
  for (const { kind, task, ids, text } of events) {
    const change = changeBy(workspace, 'memory.event', {
      kind,
      text,
      ids: ids.slice(0, idsTold),
    });
    await workspace.store.recordEvent({ path, task, change });
  }
}
