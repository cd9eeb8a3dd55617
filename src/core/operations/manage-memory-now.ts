/** `baton memory manage`: what a tick does for the memory, at once. Requirement 001-57. */
import { type ManagerReport, manageMemory } from './manage-memory';
import { type MemoryStanding, useMemory } from './use-memory';
import type { BatonWorkspace } from './workspace';

/** Throws `switched_off`, and what the store throws. */
export function manageMemoryNow(
  workspace: BatonWorkspace,
): Promise<MemoryStanding & { readonly report: ManagerReport }> {
  // What changes while it is brought up to date is looked at once more.
  const began = workspace.ports.clock.now();
  return useMemory(workspace, async (memory) => ({
    report: await manageMemory(workspace, memory, { began }),
  }));
}
