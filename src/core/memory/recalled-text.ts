/**
 * Recalled text carries a label with its id, so that it is known wherever somebody pastes it and is never taken in again:
 * a fact recalled a hundred times stays one fact. Source: issue 7; reliability.md 4.1.
 */
import type { MemoryId } from '../model/memory';

/** Stands at the beginning of whatever is recalled. */
export function recallLabel(id: MemoryId, version?: number): string {
  return `[${id}${version === undefined ? '' : `:${version}`}]`;
}

/** The label, also with its brackets escaped; and an id as our JSON answers have it. */
const label = /\\?\[m-[a-z2-7]{16}(?::\d+)?\\?\]|"id"[ \t]*:[ \t]*"m-[a-z2-7]{16}"/;
const marker = /^(\s*)(?:[-*+]|\d{1,9}[.)])(?=\s|$)/;
const isQuoted = (line: string) => /^\s{0,3}>/.test(line);
const isBlank = (line: string) => line.trim() === '';

/**
 * The text without the blocks that carry a recall label: a paragraph, a list item with all below it, a whole quote. What is
 * left keeps its lines as they are.
 *
 * **Invariant:** a text without a label comes back as it is, and no label is left in any other.
 *
 * @param text lines end in `\n`
 */
export function withoutRecalled(text: string): string {
  if (!label.test(text)) return text;
  return blocksOf(text.split('\n'))
    .filter((lines) => !label.test(lines.join('\n')))
    .flat()
    .join('\n');
}

/** Every line is in exactly one of them; blank lines stand for themselves unless a list item or a quote goes on below. */
function blocksOf(lines: readonly string[]): readonly (readonly string[])[] {
  const blocks: string[][] = [];
  let open: string[] | undefined;
  for (const [at, line] of lines.entries()) {
    const goesOn = open !== undefined && continues(open, line, lines[at + 1]);
    if (goesOn) open?.push(line);
    else {
      open = [line];
      blocks.push(open);
    }
  }
  return blocks;
}

function continues(block: readonly string[], line: string, next: string | undefined): boolean {
  const [first = ''] = block;
  if (isBlank(first)) return false;
  if (isQuoted(first)) return isQuoted(line);
  const item = marker.exec(first);
  if (item === null) return !isBlank(line) && !isQuoted(line) && !marker.test(line);
  const inside = (one: string | undefined) =>
    one !== undefined && !isBlank(one) && indent(one) > indent(first);
  if (isBlank(line)) return inside(next);
  // A lazy continuation is a line of the item's paragraph; below a blank line only what is indented belongs to it.
  return inside(line) || (!marker.test(line) && !isQuoted(line) && !block.some(isBlank));
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
