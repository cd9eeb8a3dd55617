/** `baton time`: minutes worked, added to `spent_minutes` of the task. Requirements 000-3, 000-59. */
import { BatonError } from '../base/baton-error';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import { changeBy } from './change-by';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** One entry is at most a week of work, so that a slip of the finger does not spoil the sum. */
export const maxMinutesAtOnce = 7 * 24 * 60;

/** @param minutes a whole number from 1. Throws `invalid_input`. */
export async function logTime(workspace: BatonWorkspace, id: string, minutes: number): Promise<TaskView> {
  if (!Number.isSafeInteger(minutes) || minutes < 1 || minutes > maxMinutesAtOnce) {
    throw new BatonError('invalid_input', `Minutes are a whole number from 1 to ${maxMinutesAtOnce}`);
  }
  const { record } = await workspace.store.update(
    asTaskId(id),
    ({ document }) => {
      const spent = document.tracking?.spentMinutes ?? 0;
      return changeBy(
        workspace,
        'time.log',
        { minutes, spentMinutes: spent + minutes },
        { spentMinutes: spent },
      );
    },
    ({ text, document }) =>
      setFrontMatter(text, { spent_minutes: (document.tracking?.spentMinutes ?? 0) + minutes }),
  );
  return viewOf(workspace, record);
}
