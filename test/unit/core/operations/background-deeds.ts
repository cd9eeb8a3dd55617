/** What an agent does to its task in a test. */
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { passFeature } from '../../../../src/core/operations/pass-feature';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';

/** Gets it on, and says so. */
export async function passAll(workspace: BatonWorkspace, id: string): Promise<void> {
  await passFeature(workspace, id, 'f-1');
  await recordProgress(workspace, id, { did: ['f-1'], issues: [], state: [], next: ['finalize'] });
}

/** Brings it to its end. */
export async function completeForTest(workspace: BatonWorkspace, id: string): Promise<void> {
  await passAll(workspace, id);
  await finalizeTask(workspace, id, { summary: 'Done.' });
}
