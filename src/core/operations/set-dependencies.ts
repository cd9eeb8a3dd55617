/** `baton task set --depends-on`: which tasks a task builds on. Source: requirements 003-1, 003-23; issue 6. */
import { BatonError } from '../base/baton-error';
import { ChainGraph } from '../chain/graph';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import type { TaskId } from '../model/task';
import { nearIds } from '../store/near-ids';
import { changeBy } from './change-by';
import { refreshFrom } from './refresh-inputs';
import { viewOf } from './show-task';
import { chainNode } from './take-snapshot';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/**
 * Makes the ids the task's upstream tasks, in that order; outputs of added ones that are completed are taken into the
 * chain inputs. Blocks of upstream tasks that are left out stay: their text is the person's to remove.
 *
 * Throws `not_found` (the task, or an upstream task that is not one already), `cycle` with the circle in words,
 * `invalid_input` for a task that is finished, and what the store throws.
 */
export async function setDependencies(
  workspace: BatonWorkspace,
  id: string,
  upstream: readonly string[],
): Promise<TaskView> {
  const task = asTaskId(id);
  const wanted = [...new Set(upstream.map(asTaskId))];
  await workspace.store.refresh();
  const { outline } = await workspace.store.find(task);
  if (outline.status === 'completed' || outline.status === 'cancelled') throw finished(task, outline.status);
  const added = wanted.filter((one) => !outline.dependsOn.includes(one));
  refuse(workspace, task, added);
  const { record } = await workspace.store.update(
    task,
    ({ document }) =>
      changeBy(workspace, 'task.dependencies', { dependsOn: wanted }, { dependsOn: document.dependsOn }),
    ({ text }) => setFrontMatter(text, { depends_on: wanted }),
  );
  for (const one of added) await refreshFrom(workspace, task, one);
  return viewOf(workspace, workspace.store.get(task) ?? record);
}

/** What was dangling or in a circle before may stay: taking one thing away must not need all to be right. */
function refuse({ store }: BatonWorkspace, task: TaskId, added: readonly TaskId[]): void {
  const records = store.tasks();
  const graph = new ChainGraph(records.map(chainNode));
  for (const one of added) {
    if (!graph.has(one))
      throw unknown(
        one,
        records.map(({ id }) => id),
      );
    const circle = graph.wouldCycle(task, one);
    if (circle !== undefined) throw closes(task, one, circle);
  }
}

function unknown(id: TaskId, known: readonly TaskId[]): BatonError {
  const near = nearIds(id, known).map((one) => `#${one}`);
  const hint = near.length === 0 ? {} : { hint: `Did you mean ${near.join(' or ')}?` };
  return new BatonError('not_found', `There is no task #${id}`, hint);
}

function closes(task: TaskId, upstream: TaskId, circle: readonly TaskId[]): BatonError {
  const message =
    task === upstream
      ? `#${task} cannot depend on itself`
      : `#${task} cannot depend on #${upstream}, which already waits for it: ${circle.map((id) => `#${id}`).join(' feeds ')}`;
  return new BatonError('cycle', message, { hint: 'Remove one of these dependencies first.' });
}

function finished(task: TaskId, status: string): BatonError {
  return new BatonError('invalid_input', `Task #${task} is ${status}: it was built on what it had`, {
    hint: 'Reopen it first.',
  });
}
