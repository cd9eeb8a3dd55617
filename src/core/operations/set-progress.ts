/** `baton percent`: progress set by hand, for tasks without a checklist. Requirement 000-8. */
import { BatonError } from '../base/baton-error';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import type { TaskDocument } from '../model/task';
import { changeBy } from './change-by';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** @param percent a whole number from 0 to 100. Throws `invalid_input`; `guard_failed` where a checklist counts. */
export async function setProgress(workspace: BatonWorkspace, id: string, percent: number): Promise<TaskView> {
  if (!Number.isSafeInteger(percent) || percent < 0 || percent > 100) {
    throw new BatonError('invalid_input', 'Progress is a whole number from 0 to 100');
  }
  const { record } = await workspace.store.update(
    asTaskId(id),
    ({ document }) =>
      changeBy(workspace, 'progress.set', { percent }, { percent: document.tracking?.progress ?? 0 }),
    ({ text, document }) => {
      requireNoChecklist(document);
      return setFrontMatter(text, { progress: percent });
    },
  );
  return viewOf(workspace, record);
}

function requireNoChecklist({ id, features, criteria }: TaskDocument): void {
  if (features.total > 0) {
    throw new BatonError('guard_failed', `Task #${id ?? ''} has features, and they count its progress`, {
      hint: 'Mark features as passing instead: `baton feature pass`.',
      details: [`${features.passed} of ${features.total} features pass`],
    });
  }
  if (criteria.total > 0) {
    throw new BatonError(
      'guard_failed',
      `Task #${id ?? ''} has acceptance criteria, and they count its progress`,
      {
        hint: 'Tick criteria instead: `baton criterion tick`.',
        details: [`${criteria.done} of ${criteria.total} criteria are met`],
      },
    );
  }
}
