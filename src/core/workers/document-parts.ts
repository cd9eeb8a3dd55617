/** A Markdown document as the parts that memory keeps: one a heading, with the path of headings that leads to it. */
import { encodeUtf8 } from '../base/utf8';

export interface DocumentPart {
  /** The headings that lead to it, the outermost first; empty before the first heading. */
  readonly headings: readonly string[];
  /** 1, 2, 3 … among parts with these very headings. */
  readonly occurrence: number;
  /** With its heading line. */
  readonly text: string;
}

/** Below a memory item's 64 KB, whatever bytes a character takes. */
const maxPartBytes = 60_000;
/** What has more headings is a list rather than a text; the rest stays in the last part. */
const maxHeadings = 500;
/** Deeper headings stay with the part they stand in. */
const deepest = 3;

/** Never throws. A heading within a code fence is none; a part that holds its heading alone is left out. */
export function documentParts(text: string): readonly DocumentPart[] {
  const seen = new Map<string, number>();
  return sectionsOf(text.replace(/^\uFEFF/, '')).flatMap(({ headings, lines }) => {
    if (!hasBody(lines, headings)) return [];
    return piecesOf(lines).map((piece) => {
      const key = headings.join('\n');
      const occurrence = (seen.get(key) ?? 0) + 1;
      seen.set(key, occurrence);
      return { headings, occurrence, text: piece };
    });
  });
}

interface Section {
  readonly headings: readonly string[];
  readonly lines: string[];
}

function sectionsOf(text: string): readonly Section[] {
  let open: Section = { headings: [], lines: [] };
  const sections = [open];
  let fence: string | undefined;
  const path: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    fence = fenceAfter(line, fence);
    const heading = fence === undefined ? headingOf(line) : undefined;
    if (heading !== undefined && sections.length <= maxHeadings) {
      path.length = Math.min(path.length, heading.level - 1);
      path.push(heading.text);
      open = { headings: [...path], lines: [] };
      sections.push(open);
    }
    open.lines.push(line);
  }
  return sections;
}

function headingOf(line: string): { readonly level: number; readonly text: string } | undefined {
  const found = /^ {0,3}(#{1,6})[ \t]+(.*)$/s.exec(line);
  const [, signs = '', words = ''] = found ?? [];
  if (found === null || signs.length > deepest) return undefined;
  const text = words
    .trimEnd()
    .replace(/[ \t]#+$/, '')
    .trim();
  return text === '' ? undefined : { level: signs.length, text };
}

/** The fence that is open after the line. It is closed by its own sign, at least as often. */
function fenceAfter(line: string, open: string | undefined): string | undefined {
  const [, signs, rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/s.exec(line) ?? [];
  if (signs === undefined) return open;
  if (open === undefined) return signs.startsWith('`') && rest.includes('`') ? undefined : signs;
  const closes = signs[0] === open[0] && signs.length >= open.length && rest.trim() === '';
  return closes ? undefined : open;
}

function hasBody(lines: readonly string[], headings: readonly string[]): boolean {
  return lines.slice(headings.length === 0 ? 0 : 1).some((line) => line.trim() !== '');
}

/** Whole lines as far as they fit; a line that alone is too long is cut. */
function piecesOf(lines: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  let piece: string[] = [];
  let bytes = 0;
  for (const line of lines.flatMap(cut)) {
    const size = encodeUtf8(line).length + 1;
    if (bytes + size > maxPartBytes && piece.length > 0) {
      pieces.push(piece.join('\n').trim());
      piece = [];
      bytes = 0;
    }
    piece.push(line);
    bytes += size;
  }
  return [...pieces, piece.join('\n').trim()].filter((text) => text !== '');
}

/** Between whole characters, of which none takes more than four bytes. */
const longestPiece = new RegExp(`.{1,${maxPartBytes / 4 - 1}}`, 'gsu');

function cut(line: string): readonly string[] {
  return line.length * 3 < maxPartBytes ? [line] : (line.match(longestPiece) ?? [line]);
}
