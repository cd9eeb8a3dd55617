/** `baton inputs refresh`: the current outputs of completed upstream tasks, written into the chain inputs. */
import { isBatonError } from '../base/baton-error';
import { setChainInput } from '../markdown/edits/set-chain-input';
import type { TaskDocument, TaskId } from '../model/task';
import { inputFrom } from './chain-input';
import { changeBy } from './change-by';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

/** @returns the upstream tasks whose block was written anew; empty when all was up to date. */
export async function refreshInputs(
  workspace: BatonWorkspace,
  id: string,
): Promise<{ readonly refreshed: readonly TaskId[] }> {
  const { record, document } = await workspace.store.read(asTaskId(id));
  const refreshed: TaskId[] = [];
  for (const upstream of document.dependsOn) {
    if (await refreshFrom(workspace, record.id, upstream)) refreshed.push(upstream);
  }
  return { refreshed };
}

/** One upstream task's block in one downstream task; false when nothing changed or the upstream has no output yet. */
export async function refreshFrom(workspace: BatonWorkspace, id: TaskId, upstream: TaskId): Promise<boolean> {
  const source = await documentOf(workspace, upstream);
  const input = source && inputFrom(upstream, source);
  if (!input) return false;
  const change = changeBy(workspace, 'inputs.refresh', { from: upstream, hash: input.hash });
  const { changed } = await workspace.store.update(id, change, ({ text, document }) => {
    const present = document.inputList.find(({ from }) => from === upstream);
    return present?.hash === input.hash ? [] : setChainInput(text, input);
  });
  return changed;
}

async function documentOf(workspace: BatonWorkspace, id: TaskId): Promise<TaskDocument | undefined> {
  try {
    return (await workspace.store.read(id)).document;
  } catch (error) {
    if (isBatonError(error, 'not_found')) return undefined;
    throw error;
  }
}
