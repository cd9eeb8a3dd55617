/** Keeps what is inserted apart from the line that follows it. */
import { lineEndAt, nextLineAt, skipBlanks } from '../blocks/line-marks';

/**
 * A line ending when the line below `at` is not blank. Without an empty line between them, text can join the quote,
 * list or paragraph above it, and a rule can make a heading of it.
 */
export function gapBelow(text: string, at: number): '' | '\n' {
  const next = nextLineAt(text, at);
  const end = lineEndAt(text, next);
  return skipBlanks(text, next, end) === end ? '' : '\n';
}
