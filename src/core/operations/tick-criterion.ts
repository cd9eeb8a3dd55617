/** Ticks an acceptance criterion, or takes the tick away. */
import { tickCriterion as tickEdit } from '../markdown/edits/tick-criterion';
import { changeBy } from './change-by';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** @param index from 0, in file order. Throws `not_found` when there is no such criterion. */
export async function tickCriterion(
  workspace: BatonWorkspace,
  id: string,
  index: number,
  done: boolean,
): Promise<TaskView> {
  const { record } = await workspace.store.update(
    asTaskId(id),
    ({ document }) =>
      changeBy(workspace, 'criterion.tick', { index, done, text: document.criteriaList[index]?.text ?? '' }),
    ({ text }) => tickEdit(text, index, done),
  );
  return viewOf(workspace, record);
}
