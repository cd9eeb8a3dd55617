/** What the beginning of a line can be in CommonMark 0.31. Character codes, no regular expressions: every line passes here. */

export const SPACE = 32;
export const TAB = 9;
export const HASH = 35;
export const STAR = 42;
export const PLUS = 43;
export const DASH = 45;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const BRACKET = 91;
export const UNDERSCORE = 95;
export const BACKTICK = 96;
export const TILDE = 126;
export const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** First offset at or after `at` that is neither space nor tab, `end` when there is none. */
export function skipBlanks(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && isBlank(text.charCodeAt(i))) i++;
  return i;
}

/** `end` moved back over spaces, tabs and line endings, not before `start`. */
export function trimEndAt(text: string, start: number, end: number): number {
  let i = end;
  while (i > start) {
    const code = text.charCodeAt(i - 1);
    if (!isBlank(code) && code !== LINE_FEED && code !== CARRIAGE_RETURN) break;
    i--;
  }
  return i;
}

/** Where the line that holds `at` ends, before its line ending (LF or CRLF). */
export function lineEndAt(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  if (feed < 0) return text.length;
  return feed > at && text.charCodeAt(feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed;
}

/** Where the line after the one that holds `at` starts; the end of the text when there is none. */
export function nextLineAt(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? text.length : feed + 1;
}

/** How often the character at `at` repeats. */
export function runLength(text: string, at: number, end: number): number {
  const code = text.charCodeAt(at);
  let i = at;
  while (i < end && text.charCodeAt(i) === code) i++;
  return i - at;
}

/** Level of an ATX heading whose hashes start at `at`, 0 when it is none. */
export function headingLevelAt(text: string, at: number, end: number): number {
  if (text.charCodeAt(at) !== HASH) return 0;
  const level = runLength(text, at, end);
  if (level > 6) return 0;
  return at + level === end || isBlank(text.charCodeAt(at + level)) ? level : 0;
}

/** A thematic break: three or more of one of `* - _`, blanks between them. */
export function isRule(text: string, at: number, end: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== STAR && code !== DASH && code !== UNDERSCORE) return false;
  let count = 0;
  for (let i = at; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === code) count++;
    else if (!isBlank(unit)) return false;
  }
  return count >= 3;
}

/** A line that underlines the paragraph above it into a heading: only `=`, or only `-`. */
export function isUnderline(text: string, at: number, end: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== EQUALS && code !== DASH) return false;
  return skipBlanks(text, at + runLength(text, at, end), end) === end;
}

/** Width of a list marker at `at` (`-`, `12.`) that a blank or the line's end follows, 0 when there is none. */
export function listMarkerWidth(text: string, at: number, end: number): number {
  const code = text.charCodeAt(at);
  let i = at;
  if (code === DASH || code === STAR || code === PLUS) {
    i++;
  } else if (isDigit(code)) {
    while (i < end && isDigit(text.charCodeAt(i))) i++;
    if (i - at > 9 || i >= end) return 0;
    const delimiter = text.charCodeAt(i);
    if (delimiter !== 46 && delimiter !== 41) return 0;
    i++;
  } else {
    return 0;
  }
  return i === end || isBlank(text.charCodeAt(i)) ? i - at : 0;
}

/** The tick of a task list item whose content starts at `at`; undefined when there is no checkbox. */
export function checkboxAt(text: string, at: number, end: number): boolean | undefined {
  if (at + 4 >= end + 1 || text.charCodeAt(at) !== BRACKET || text.charCodeAt(at + 2) !== 93)
    return undefined;
  if (!isBlank(text.charCodeAt(at + 3)) || skipBlanks(text, at + 3, end) === end) return undefined;
  const mark = text[at + 1];
  if (mark === ' ') return false;
  return mark === 'x' || mark === 'X' ? true : undefined;
}
