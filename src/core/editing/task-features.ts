/** The features of a task file, as its text stands in the editor now. */
import { readChecklist } from '../markdown/checklist';
import { readFeatures } from '../markdown/features';
import type { Feature } from '../model/task';
import type { TaskText } from './task-text';

/** In file order, with offsets into the text; empty without a checklist, or with one that cannot be read. */
export function featuresIn({ text, checklist }: TaskText): readonly Feature[] {
  if (checklist === undefined) return [];
  const json = text.slice(checklist.contentStart, checklist.contentEnd);
  return readFeatures(text, checklist, readChecklist(json));
}
