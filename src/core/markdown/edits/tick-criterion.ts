/** Ticks or unticks an acceptance criterion: one character. Source: requirement 003-8. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import { criteriaItems } from '../extract-outline';
import { openForEdit } from './edit-session';

/** @param index into `criteriaList`. Throws `not_found` when there is no such criterion. */
export function tickCriterion(text: string, index: number, done: boolean): TextEdit[] {
  const items = criteriaItems(openForEdit(text).structure);
  const item = items[index];
  if (item === undefined) {
    throw new BatonError(
      'not_found',
      `There is no acceptance criterion ${index + 1}; the task has ${items.length}`,
    );
  }
  if (item.checked === done) return [];
  const mark = item.contentStart + 1;
  return [{ start: mark, end: mark + 1, text: done ? 'x' : ' ' }];
}
