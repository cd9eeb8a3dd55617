/** Notes the features of a task where no agent rewrites them, so that the health check can put them back. 003-63. */
import { isBatonError } from '../../base/baton-error';
import { ChecklistGuard } from '../../health/checklist-guard';
import type { TaskId } from '../../model/task';
import type { BatonWorkspace } from '../workspace';

/** Never throws a foreseen failure: the verb that calls this has been acknowledged, and the next check notes them too. */
export async function rememberChecklist(workspace: BatonWorkspace, task: TaskId): Promise<void> {
  try {
    const { document } = await workspace.store.read(task);
    await new ChecklistGuard(workspace.ports, workspace.root).record(task, document.featureList);
  } catch (error) {
    if (!isBatonError(error)) throw error;
    workspace.ports.log.warn(`The checklist of #${task} is not remembered yet: ${error.message}`);
  }
}
