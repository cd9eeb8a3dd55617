/** Features as they were first seen: what was reworded says so again, what was removed stands at the end, untested. */
import { applyEdits, type TextEdit } from '../../base/text-edit';
import type { GuardBreach } from '../../health/checklist-guard';
import { addFeatures } from '../../markdown/edits/add-features';
import { setFeature } from '../../markdown/edits/set-feature';
import { wholeEdit } from './whole-edit';

/** Throws `invalid_state_file` where the checklist cannot be edited. */
export function restoreWording(text: string, { removed, reworded }: GuardBreach): readonly TextEdit[] {
  let restored = text;
  for (const { id, description, steps } of reworded) {
    const wording = { description, steps: steps.length === 0 ? null : steps };
    restored = applyEdits(restored, setFeature(restored, id, wording));
  }
  return wholeEdit(text, applyEdits(restored, addFeatures(restored, removed)));
}
