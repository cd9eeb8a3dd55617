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
/** A line that begins with the label, as every answer of the command line does. */
const answerStart = /^\s*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+)?\\?\[m-[a-z2-7]{16}(?::\d+)?\\?\]/;
const marker = /^\s*(?:[-*+]|\d{1,9}[.)])(?=\s|$)/;
const isQuoted = (line: string) => /^\s{0,3}>/.test(line);
const isBlank = (line: string) => line.trim() === '';

/**
 * The text without the blocks that carry a recall label: a paragraph, a list item with all below it, a whole quote; and with
 * a line that begins with the label also the quote right below it. What is left keeps its lines as they are.
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

/** What decides where a block ends is looked at once: all of a document may be one. */
interface Block {
  readonly lines: string[];
  readonly kind: 'blank' | 'quote' | 'item' | 'paragraph';
  readonly indent: number;
  /** Begins with a label. */
  readonly isAnswer: boolean;
  hasBlank: boolean;
}

/** Every line is in exactly one of them; blank lines stand for themselves unless a list item or a quote goes on below. */
function blocksOf(lines: readonly string[]): readonly (readonly string[])[] {
  const blocks: Block[] = [];
  for (const [at, line] of lines.entries()) {
    const open = blocks.at(-1);
    if (open === undefined || !continues(open, line, lines[at + 1])) blocks.push(blockFrom(line));
    else {
      open.lines.push(line);
      open.hasBlank ||= isBlank(line);
    }
  }
  return blocks.map((block) => block.lines);
}

function blockFrom(line: string): Block {
  return {
    lines: [line],
    kind: kindOf(line),
    indent: indent(line),
    isAnswer: answerStart.test(line),
    hasBlank: false,
  };
}

function kindOf(line: string): Block['kind'] {
  if (isBlank(line)) return 'blank';
  if (isQuoted(line)) return 'quote';
  return marker.test(line) ? 'item' : 'paragraph';
}

function continues(block: Block, line: string, next: string | undefined): boolean {
  if (block.kind === 'blank') return false;
  if (block.kind === 'quote') return isQuoted(line);
  if (isQuoted(line) && block.isAnswer && !block.hasBlank) return true;
  if (block.kind === 'paragraph') return kindOf(line) === 'paragraph';
  const inside = (one: string | undefined) =>
    one !== undefined && !isBlank(one) && indent(one) > block.indent;
  if (isBlank(line)) return inside(next);
  // A lazy continuation is a line of the item's paragraph; below a blank line only what is indented belongs to it.
  return inside(line) || (kindOf(line) === 'paragraph' && !block.hasBlank);
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
