/** One edit that makes one text into another, leaving alone what both begin and end with. */
import type { TextEdit } from '../../base/text-edit';

/** Nothing when the texts are the same. Never parts a surrogate pair. */
export function wholeEdit(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (isHighSurrogate(before, start - 1)) start--;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (tail > 0 && isHighSurrogate(before, before.length - tail - 1)) tail--;
  return [{ start, end: before.length - tail, text: after.slice(start, after.length - tail) }];
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xdc00;
}
