/** Adds a feature to the checklist. Features are never removed or reworded (requirement 003-63). */
import { BatonError } from '../base/baton-error';
import { requireShownWhole } from '../evidence/verify-command';
import { addFeatures } from '../markdown/edits/add-features';
import { changeBy } from './change-by';
import { rememberChecklist } from './health/remember-checklist';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** Throws `exists` when the checklist has the id already, `invalid_input` for a command that nobody could see whole. */
export async function addFeature(
  workspace: BatonWorkspace,
  id: string,
  feature: { readonly id: string; readonly description: string; readonly verify?: string },
): Promise<TaskView> {
  if (feature.verify !== undefined) requireShownWhole(feature.verify);
  const { record } = await workspace.store.update(
    asTaskId(id),
    changeBy(workspace, 'feature.add', feature),
    ({ text, document }) => {
      if (document.featureList.some((present) => present.id === feature.id)) {
        throw new BatonError('exists', `The checklist already has a feature "${feature.id}"`);
      }
      return addFeatures(text, [feature]);
    },
  );
  await rememberChecklist(workspace, record.id);
  return viewOf(workspace, record);
}
