/**
 * Cuts a Markdown text where its top level surely starts anew, so that remark sees small pieces. micromark takes
 * quadratic time on some ordinary shapes (a few thousand quotes or setext headings in a row); pieces make it linear.
 */
import { headingLevelAt, isBlank, lineEndAt, listMarkerWidth, nextLineAt, skipBlanks } from './line-marks';

/** A piece is closed at the first boundary after this much. */
const enoughWeight = 48;
const GREATER = 62;

export interface Piece {
  readonly end: number;
  /** Lines plus containers opened beyond one a line: what remark's time grows with, at worst by its square. */
  readonly weight: number;
}

/**
 * The piece that starts at `start`, itself a place where the top level starts anew. Where the last block of a piece
 * turns out to be open (a fence, HTML), the caller goes on after that block's real end.
 */
export function pieceAt(text: string, start: number): Piece {
  let weight = 0;
  let afterBlank = false;
  for (let line = start; line < text.length; ) {
    const end = lineEndAt(text, line);
    if (weight >= enoughWeight && startsAnew(text, line, end, afterBlank)) return { end: line, weight };
    weight += 1 + containersBeyondOne(text, line, end);
    afterBlank = isBlankLine(text, line, end);
    line = nextLineAt(text, line);
  }
  return { end: text.length, weight };
}

/**
 * A flush line after a blank one, an ATX heading or a plain bullet ends every open block but fence and HTML. Other
 * list items are left out: whether they may begin here depends, for micromark, on what stood above.
 */
function startsAnew(text: string, line: number, end: number, afterBlank: boolean): boolean {
  if (line === end || isBlank(text.charCodeAt(line))) return false;
  if (headingLevelAt(text, line, end) > 0) return true;
  const width = listMarkerWidth(text, line, end);
  if (width === 0) return afterBlank;
  const content = skipBlanks(text, line + width, end);
  return width === 1 && content < end && listMarkerWidth(text, content, end) === 0;
}

function isBlankLine(text: string, line: number, end: number): boolean {
  return skipBlanks(text, line, end) === end;
}

function containersBeyondOne(text: string, line: number, end: number): number {
  let count = 0;
  let i = line;
  for (;;) {
    i = skipBlanks(text, i, end);
    const width = text.charCodeAt(i) === GREATER ? 1 : listMarkerWidth(text, i, end);
    if (width === 0 || i >= end) return Math.max(0, count - 1);
    count++;
    i += width;
  }
}
