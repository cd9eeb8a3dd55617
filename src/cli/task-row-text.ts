/** What the command line prints of every task's file, as JSON; kept in the index cache by the store. */
import { taskOwn } from '../core/operations/take-snapshot';
import { taskOwnFormat, taskOwnShape } from '../wire/task-shape';

/** A `RowText` of the store. */
export const taskRowText = {
  format: taskOwnFormat,
  of: (record: Parameters<typeof taskOwn>[0]) => JSON.stringify(taskOwnShape(taskOwn(record))),
};
