/** Fenced code, found by line: where it begins and where it ends. */
import { BACKTICK, lineEndAt, nextLineAt, runLength, skipBlanks, TILDE } from './line-marks';

/** Length of the fence that opens at `at`, 0 when none does. Backtick fences hold no backtick in their info. */
export function fenceLengthAt(text: string, at: number, lineEnd: number): number {
  const code = text.charCodeAt(at);
  if (code !== BACKTICK && code !== TILDE) return 0;
  const length = runLength(text, at, lineEnd);
  if (length < 3) return 0;
  if (code === BACKTICK) {
    const next = text.indexOf('`', at + length);
    if (next >= 0 && next < lineEnd) return 0;
  }
  return length;
}

export interface FenceBody {
  readonly contentStart: number;
  /** Start of the closing line; end of the text when the fence is never closed. */
  readonly contentEnd: number;
  /** End of the closing line, before its line ending. */
  readonly end: number;
  /** Start of the line after the fence. */
  readonly next: number;
  readonly closed: boolean;
}

/** The body of the top-level fence that opens at `at` (its first marker character). */
export function fenceBodyAt(text: string, at: number, length: number): FenceBody {
  const marker = text.charCodeAt(at);
  const contentStart = nextLineAt(text, at);
  for (let line = contentStart; line < text.length; line = nextLineAt(text, line)) {
    let i = line;
    while (i - line < 3 && text.charCodeAt(i) === 32) i++;
    if (text.charCodeAt(i) !== marker) continue;
    const end = lineEndAt(text, line);
    const run = runLength(text, i, end);
    if (run < length || skipBlanks(text, i + run, end) !== end) continue;
    return { contentStart, contentEnd: line, end, next: nextLineAt(text, line), closed: true };
  }
  const end = text.length;
  return { contentStart, contentEnd: end, end, next: end, closed: false };
}
