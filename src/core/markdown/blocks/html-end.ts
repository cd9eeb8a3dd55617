/** Where an HTML block ends, by the seven kinds of CommonMark 0.31. */
import { lineEndAt, nextLineAt, skipBlanks } from './line-marks';

export interface HtmlEnd {
  /** End of the block's last line, before its line ending. */
  readonly end: number;
  /** Start of the line after the block. */
  readonly next: number;
}

const rawElement = /^<(?:script|pre|style|textarea)(?:[\s>]|$)/i;
const rawElementEnd = /<\/(?:script|pre|style|textarea)>/i;

/** The end of the HTML block whose `<` is at `start`, looked for in the whole text. */
export function htmlEndAt(text: string, start: number): HtmlEnd {
  const head = text.slice(start, start + 12);
  if (rawElement.test(head)) {
    const offset = text.slice(start).search(rawElementEnd);
    return endOfLineWith(text, offset < 0 ? -1 : start + offset);
  }
  const marker = endMarker(head);
  if (marker !== undefined) return endOfLineWith(text, text.indexOf(marker, start + 1));
  return beforeBlankLine(text, start);
}

function endMarker(head: string): string | undefined {
  if (head.startsWith('<!--')) return '-->';
  if (head.startsWith('<?')) return '?>';
  if (head.startsWith('<![CDATA[')) return ']]>';
  return /^<![A-Za-z]/.test(head) ? '>' : undefined;
}

function endOfLineWith(text: string, at: number): HtmlEnd {
  if (at < 0) return { end: text.length, next: text.length };
  return { end: lineEndAt(text, at), next: nextLineAt(text, at) };
}

function beforeBlankLine(text: string, start: number): HtmlEnd {
  let end = lineEndAt(text, start);
  let next = nextLineAt(text, start);
  while (next < text.length) {
    const lineEnd = lineEndAt(text, next);
    if (skipBlanks(text, next, lineEnd) === lineEnd) break;
    end = lineEnd;
    next = nextLineAt(text, next);
  }
  return { end, next };
}
