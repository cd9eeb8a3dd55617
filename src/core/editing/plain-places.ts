/** Where a text is code or a comment, and words in it are not meant for people. */
import type { TextRange } from '../base/text-edit';
import type { Block } from '../markdown/blocks/block';
import { lineEndAt, nextLineAt } from '../markdown/blocks/line-marks';
import type { TaskText } from './task-text';

/** Code blocks and HTML, nested fences too; in file order. */
export function codeRanges({ text, file }: TaskText): readonly TextRange[] {
  return file.structure.blocks.flatMap((block) => {
    if (block.kind === 'fence' || block.kind === 'comment' || block.kind === 'other') return [block];
    const mayNest = block.kind === 'item' || block.kind === 'quote';
    return mayNest ? nestedFences(text, block) : [];
  });
}

const fenceLine = /^[\s>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}|~{3,})/;

function nestedFences(text: string, block: Block): readonly TextRange[] {
  const raw = text.slice(block.start, block.end);
  if (!raw.includes('```') && !raw.includes('~~~')) return [];
  const found: TextRange[] = [];
  let open: { readonly start: number; readonly marker: string } | undefined;
  for (let line = block.start; line < block.end; line = nextLineAt(text, line)) {
    const marker = fenceLine.exec(text.slice(line, lineEndAt(text, line)))?.[1];
    if (marker === undefined) continue;
    if (open === undefined) open = { start: line, marker };
    else if (marker.startsWith(open.marker)) {
      found.push({ start: open.start, end: lineEndAt(text, line) });
      open = undefined;
    }
  }
  if (open !== undefined) found.push({ start: open.start, end: block.end });
  return found;
}

/** `code` in sentences: a run of backticks and the next one of its length on the same line; in file order. */
export function codeSpans(text: string, from: number, to: number = text.length): readonly TextRange[] {
  const spans: TextRange[] = [];
  let open: { readonly start: number; readonly length: number; readonly lineEnd: number } | undefined;
  for (let at = text.indexOf('`', from); at >= 0 && at < to; ) {
    let end = at + 1;
    while (end < to && text[end] === '`') end++;
    if (open === undefined || at > open.lineEnd) {
      const feed = text.indexOf('\n', end);
      open = { start: at, length: end - at, lineEnd: feed < 0 ? to : feed };
    } else if (open.length === end - at) {
      spans.push({ start: open.start, end });
      open = undefined;
    }
    at = text.indexOf('`', end);
  }
  return spans;
}

/** Whether an offset stands between the backticks of a code span. */
export function isInCodeSpan(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const span = rangeAround(codeSpans(text, lineStart, lineEndAt(text, offset)), offset);
  return span !== undefined && offset > span.start;
}

/** By binary search; `ranges` in file order, without overlap. */
export function rangeAround<T extends TextRange>(ranges: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return undefined;
    if (offset < range.start) high = middle - 1;
    else if (offset >= range.end) low = middle + 1;
    else return range;
  }
  return undefined;
}
