/** Adds features to the checklist, untested. Source: requirement 003-43. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import { readFileChecklist } from '../extract-outline';
import { checklistBlock, type NewFeature, newFeatureFields } from '../feature-json';
import { addSection } from './add-section';
import { featureArray, inFile, type OpenChecklist, openChecklist, progressEdits } from './checklist-edit';
import { openForEdit, verified } from './edit-session';
import { appendElements, setProperty } from './json-edits';
import { appendToSection } from './section-body';

/** Throws `exists` when an id is taken, `invalid_input` for an empty one. */
export function addFeatures(text: string, features: readonly NewFeature[]): TextEdit[] {
  const { structure } = openForEdit(text);
  if (features.length === 0) return [];
  const known = readFileChecklist(structure)?.features ?? [];
  checkIds(
    known.map((feature) => feature.id),
    features,
  );
  const open = openChecklist(structure);
  const section = structure.sections.get('checklist');
  const edits =
    open !== undefined
      ? inFile(text, open, jsonEdits(open, features))
      : section === undefined
        ? [addSection(structure, 'checklist', checklistBlock(features))]
        : [appendToSection(structure, section, checklistBlock(features))];
  const total = known.length + features.length;
  return verified(
    text,
    edits,
    (after) => readFileChecklist(after.structure)?.features.length === total,
    'feature checklist',
  );
}

function checkIds(known: readonly string[], features: readonly NewFeature[]): void {
  const taken = new Set(known);
  for (const { id } of features) {
    if (id.trim() === '') throw new BatonError('invalid_input', 'A feature needs an id');
    if (taken.has(id))
      throw new BatonError('exists', `The checklist already has a feature "${id.slice(0, 80)}"`);
    taken.add(id);
  }
}

function jsonEdits(open: OpenChecklist, features: readonly NewFeature[]): readonly TextEdit[] {
  const array = featureArray(open);
  const added = features.map(newFeatureFields);
  const { checklist } = open;
  const passed = checklist.features.filter((feature) => feature.passes).length;
  const progress = progressEdits(open, passed, checklist.features.length + features.length);
  if (array?.type === 'array') return [appendElements(open.json, array, added), ...progress];
  return [...setProperty(open.json, open.root, 'features', added), ...progress];
}
