/** Changes fields of one feature, and the overall progress with them. Source: requirements 003-43, 003-44, 003-55. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import type { Evidence } from '../../model/task';
import { readFileChecklist } from '../extract-outline';
import { inFile, openChecklist, progressEdits } from './checklist-edit';
import { openForEdit, verified } from './edit-session';
import { setProperty } from './json-edits';

/** `null` removes a field, but for `testedAt`, which then says `null`. */
export interface FeatureChanges {
  readonly passes?: boolean;
  readonly testedAt?: string | null;
  readonly evidence?: Evidence | null;
  readonly description?: string;
  readonly category?: string | null;
  readonly steps?: readonly string[] | null;
  readonly verify?: string | null;
}

/** Throws `not_found` when the checklist has no such feature, `invalid_state_file` when its JSON is broken. */
export function setFeature(text: string, featureId: string, changes: FeatureChanges): TextEdit[] {
  const { structure } = openForEdit(text);
  const open = openChecklist(structure);
  const raw = open?.checklist.features.find((feature) => feature.id === featureId);
  const node = raw && open?.nodes[raw.index];
  if (open === undefined || raw === undefined || node === undefined) throw unknownFeature(featureId);
  const edits = jsonFields(changes).flatMap(([key, value]) => setProperty(open.json, node, key, value));
  if (edits.length === 0) return [];
  const passes = changes.passes ?? raw.passes;
  const others = open.checklist.features.filter((feature) => feature !== raw && feature.passes).length;
  const progress = progressEdits(open, others + (passes ? 1 : 0), open.checklist.features.length);
  return verified(
    text,
    inFile(text, open, [...edits, ...progress]),
    (after) =>
      readFileChecklist(after.structure)?.features[open.checklist.features.indexOf(raw)]?.passes === passes,
    'feature checklist',
  );
}

function unknownFeature(featureId: string): BatonError {
  return new BatonError('not_found', `The checklist has no feature "${featureId.slice(0, 80)}"`);
}

/** In the key order of new features; undefined as a value removes the key. */
function jsonFields(changes: FeatureChanges): readonly (readonly [string, unknown])[] {
  const fields: (readonly [string, unknown])[] = [
    ['description', changes.description],
    ['category', changes.category],
    ['steps', changes.steps],
    ['verify', changes.verify],
    ['passes', changes.passes],
    ['tested_at', changes.testedAt],
    ['evidence', changes.evidence],
  ];
  return fields
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, value === null && key !== 'tested_at' ? undefined : value]);
}
