/** For agents whose model is not shown a long file whole: in which parts it is to be read. */

/** Line numbers from 1, both ends included. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** What tools put in front of a line, as `  143 | `: characters, for any number of up to five digits. */
export const lineMargin = 8;

/**
 * Parts of whole lines, in their order and without a gap, each of at most so many characters where a line is not longer
 * by itself; empty when the text is one part. Pure.
 *
 * @param most UTF-16 units, line ends and the margin of each line included; undefined where there is no limit
 */
export function partsToRead(text: string, most: number | undefined): readonly Lines[] {
  if (most === undefined) return [];
  const lines = text.replace(/\n$/, '').split('\n');
  const parts: Lines[] = [];
  let from = 1;
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const added = lineMargin + line.length + 1;
    if (length > 0 && length + added > most) {
      parts.push({ from, to: index });
      from = index + 1;
      length = 0;
    }
    length += added;
  }
  return parts.length === 0 ? [] : [...parts, { from, to: lines.length }];
}

/** As `1-80, 81-143`. */
export function linesText(parts: readonly Lines[]): string {
  return parts.map(({ from, to }) => `${from}-${to}`).join(', ');
}
