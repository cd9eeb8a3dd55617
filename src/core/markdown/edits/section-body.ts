/** Puts text at the end of a section, in place of the line that only says text will stand there. */
import type { TextEdit } from '../../base/text-edit';
import { skipBlanks, trimEndAt } from '../blocks/line-marks';
import { isPlaceholder } from '../placeholders';
import { contentEnd, type Section, type Structure } from '../structure';
import { inEolOf } from './edit-session';
import { gapBelow } from './gap-below';

/** @param body built with LF line endings. */
export function appendToSection(structure: Structure, section: Section, body: string): TextEdit {
  const { text } = structure;
  const end = trimEndAt(text, section.start, contentEnd(structure, section));
  const placeholder = placeholderRange(text, section.start, end);
  if (placeholder !== undefined)
    return { ...placeholder, text: inEolOf(text, body + gapBelow(text, placeholder.end)) };
  return { start: end, end, text: inEolOf(text, `\n\n${body}${gapBelow(text, end)}`) };
}

/** Where a placeholder in parentheses is all there is between two offsets. Comments of people are no placeholder. */
export function placeholderRange(text: string, from: number, to: number) {
  const raw = text.slice(from, to);
  const words = raw.trim();
  if (!/^[*_]*\(/.test(words) || !isPlaceholder(words)) return undefined;
  const lineStart = from + raw.length - raw.trimStart().length;
  const start = skipBlanks(text, lineStart, to);
  return { start, end: start + words.length };
}
