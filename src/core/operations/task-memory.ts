/** What is held at hand of one task. Requirements 001-2, 001-22. */
import { ramLimits } from '../memory/memory-limits';
import { WorkingMemory } from '../memory/working-memory';
import type { TaskId } from '../model/task';
import type { OpenMemory } from './open-memory';
import type { BatonWorkspace } from './workspace';

/**
 * Within the limits of the settings (`memory.maxItems`, `memory.maxBytes`). Does no I/O.
 *
 * @param session null for the task as a whole, which is what the memory manager keeps
 */
export function taskMemory(
  { ports, config }: Pick<BatonWorkspace, 'ports' | 'config'>,
  { store }: Pick<OpenMemory, 'store'>,
  task: TaskId,
  session: number | null = null,
): WorkingMemory {
  return new WorkingMemory(store, ports, { task, session, limits: ramLimits(config.memory) });
}
