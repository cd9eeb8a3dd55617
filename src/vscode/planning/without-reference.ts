/** Takes one of several references out of a "Depends on" line, with the comma that went with it. Pure. */

export interface LineEdit {
  /** Columns in the line, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The last one of a line leaves "nothing" behind; a comma at which the line is wrapped stays.
 *
 * @param start, end columns of the reference
 */
export function withoutReference(line: string, start: number, end: number): LineEdit {
  const after = /^[\s,;]*/.exec(line.slice(end))?.[0].length ?? 0;
  const before = /[\s,;]*$/.exec(line.slice(0, start))?.[0].length ?? 0;
  const hasNext = end + after < line.length;
  const words = line.slice(0, start - before);
  const hasPrevious = words !== '' && !/:(?:\*\*|__)?$/.test(words);
  const isWrapped = !hasNext && /[,;]/.test(line.slice(end));
  if (hasNext || (hasPrevious && isWrapped)) return { start, end: end + after, text: '' };
  if (hasPrevious) return { start: start - before, end: line.length, text: '' };
  return { start, end: isWrapped ? end : line.length, text: 'nothing' };
}
