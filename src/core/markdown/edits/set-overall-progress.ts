/** Makes `overall_progress` say what the features say. Source: requirement 003-44. */
import type { TextEdit } from '../../base/text-edit';
import { overallProgress } from '../checklist';
import { readFileChecklist } from '../extract-outline';
import { inFile, openChecklist, progressEdits } from './checklist-edit';
import { openForEdit, verified } from './edit-session';

/** Nothing to do without a checklist. Throws `invalid_state_file` when its JSON is broken. */
export function setOverallProgress(text: string): TextEdit[] {
  const { structure } = openForEdit(text);
  const open = openChecklist(structure);
  if (open === undefined) return [];
  const { features } = open.checklist;
  const passed = features.filter((feature) => feature.passes).length;
  const wanted = overallProgress(passed, features.length);
  const edits = progressEdits(open, passed, features.length);
  return verified(
    text,
    inFile(text, open, edits),
    (after) => readFileChecklist(after.structure)?.overallProgress === wanted,
    'feature checklist',
  );
}
