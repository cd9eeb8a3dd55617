/** One task whole. Reads that task, its upstream tasks and its sessions, and nothing else of the workspace. */
import { isBatonError } from '../base/baton-error';
import { ChainGraph } from '../chain/graph';
import type { TaskDocument, TaskId } from '../model/task';
import type { TaskRecord } from '../store/task-record';
import { chainNode, taskView, viewSessions } from './take-snapshot';
import { asTaskId } from './task-id';
import type { TaskView, TaskWhole } from './task-view';
import type { BatonWorkspace } from './workspace';

/**
 * Throws `not_found`. `downstream` lists only what earlier reads have already brought in: finding every dependent
 * would mean reading every task, and one task must not cost more as the workspace grows.
 */
export async function showTask(workspace: BatonWorkspace, id: string): Promise<TaskWhole> {
  const { record, document } = await workspace.store.read(asTaskId(id));
  return wholeOf(workspace, record, document);
}

export async function wholeOf(
  workspace: BatonWorkspace,
  record: TaskRecord,
  document: TaskDocument,
): Promise<TaskWhole> {
  const graph = await graphAround(workspace, record);
  const sessions = await viewSessions(workspace, record.id);
  return {
    ...taskView(record, graph, sessions),
    document,
    staleInputs: graph.staleInputs(record.id).map(({ from }) => from),
  };
}

export async function viewOf(workspace: BatonWorkspace, record: TaskRecord): Promise<TaskView> {
  const graph = await graphAround(workspace, record);
  const sessions = await viewSessions(workspace, record.id);
  return taskView(record, graph, sessions);
}

/** The task, everything upstream of it, and whatever the store already knows. */
export async function graphAround(
  workspace: Pick<BatonWorkspace, 'store'>,
  record: TaskRecord,
): Promise<ChainGraph> {
  const known = new Map<TaskId, TaskRecord>(workspace.store.tasks().map((one) => [one.id, one]));
  known.set(record.id, record);
  const waiting = [...record.outline.dependsOn];
  const seen = new Set<TaskId>([record.id]);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const upstream = await findIfAny(workspace, id);
    if (!upstream) continue;
    known.set(id, upstream);
    waiting.push(...upstream.outline.dependsOn);
  }
  return new ChainGraph([...known.values()].map(chainNode));
}

/** Undefined when there is no such task. Of several files that say they are it, the first counts, as it does in lists. */
export async function findIfAny(
  workspace: Pick<BatonWorkspace, 'store'>,
  id: TaskId,
): Promise<TaskRecord | undefined> {
  try {
    return await workspace.store.find(id);
  } catch (error) {
    if (isBatonError(error, 'not_found')) return undefined;
    const first = isBatonError(error, 'duplicate_id') ? workspace.store.get(id) : undefined;
    if (first === undefined) throw error;
    return first;
  }
}
