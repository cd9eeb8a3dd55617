/** Where a date may be offered inside the JSON of a checklist. */
import { getLocation } from 'jsonc-parser';
import type { TextRange } from '../base/text-edit';
import { nestingLimit, nestingOf } from '../markdown/checklist';

/** Where the value of a feature's `tested_at` stands or would stand; undefined elsewhere. */
export function testedAtValue(json: string, offset: number): TextRange | undefined {
  if (nestingOf(json) > nestingLimit) return undefined;
  const { path, isAtPropertyKey, previousNode } = getLocation(json, offset);
  if (isAtPropertyKey || path.at(-1) !== 'tested_at') return undefined;
  if (previousNode === undefined || previousNode.offset + previousNode.length < offset) {
    return { start: offset, end: offset };
  }
  const isKey = previousNode.value === 'tested_at';
  if (isKey) return { start: offset, end: offset };
  return { start: previousNode.offset, end: previousNode.offset + previousNode.length };
}
