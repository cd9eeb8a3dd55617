/** Ticks an acceptance criterion, or takes the tick away. */
import { BatonError } from '../base/baton-error';
import { tickCriterion as tickEdit } from '../markdown/edits/tick-criterion';
import { changeBy } from './change-by';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/**
 * @param index from 0, in file order
 * @param seen the criterion as the caller saw it at that place. Criteria have no ids, so when another one stands there
 *   now, the tick is refused with `conflict` instead of being given to the wrong one.
 *
 * Throws `not_found` when there is no such criterion.
 */
export async function tickCriterion(
  workspace: BatonWorkspace,
  id: string,
  index: number,
  done: boolean,
  seen?: string,
): Promise<TaskView> {
  const { record } = await workspace.store.update(
    asTaskId(id),
    ({ document }) =>
      changeBy(workspace, 'criterion.tick', { index, done, text: document.criteriaList[index]?.text ?? '' }),
    ({ text, document }) => {
      const now = document.criteriaList[index]?.text;
      if (seen !== undefined && now !== undefined && now !== seen) {
        throw new BatonError('conflict', `Another criterion stands there now: ${now}`, {
          hint: 'The file was changed meanwhile. Look at it and tick again.',
        });
      }
      return tickEdit(text, index, done);
    },
  );
  return viewOf(workspace, record);
}
