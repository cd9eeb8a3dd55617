/**
 * Foreign text inside a section: a description, a summary. Its headings, open fences and open HTML would otherwise
 * become the structure of the file. `protect` puts one backslash before such lines, `unprotect` takes it off.
 *
 * **Invariant:** `unprotect(protect(text))` is `text`, trimmed and with LF line endings, for every text.
 */
import { remarkBlocks } from './blocks/remark-blocks';

/** Indentation, backslashes, and the beginning of something that is more than text. */
const suspect = /^([ \t]*)(\\*)(?:#{1,6}(?:[ \t]|$)|=+[ \t]*$|-+[ \t]*$|`{3}|~{3}|<[A-Za-z/!?])/;

/** @param level headings of this level or above would end the section the text goes into. LF line endings come out. */
export function protect(text: string, level: number): string {
  const lines = plainLines(text);
  const fenced = closedFences(lines);
  const gentle = lines.map((line, index) =>
    fenced.has(index) ? line : protectGently(line, lines[index - 1], level),
  );
  if (staysInside(gentle.join('\n'), level)) return gentle.join('\n');
  return lines.map((line) => (suspect.test(line) ? addBackslash(line) : line)).join('\n');
}

export function unprotect(text: string): string {
  if (!text.includes('\\')) return text;
  const lines = text.split('\n');
  const fenced = closedFences(lines);
  return lines
    .map((line, index) => (fenced.has(index) || !hasBackslash(line) ? line : line.replace('\\', '')))
    .join('\n');
}

/** Control characters that no Markdown file holds are replaced, as a file with NUL in it counts as binary. */
function plainLines(text: string): readonly string[] {
  return text.replaceAll('\0', '\ufffd').replace(/\r\n?/g, '\n').trim().split('\n');
}

function addBackslash(line: string): string {
  return line.replace(/^[ \t]*/, '$&\\');
}

function hasBackslash(line: string): boolean {
  return (suspect.exec(line)?.[2] ?? '') !== '';
}

/** Lines that already have a backslash get one more, so that taking one off is the exact inverse. */
function protectGently(line: string, previous: string | undefined, level: number): string {
  if (!suspect.test(line)) return line;
  if (hasBackslash(line)) return addBackslash(line);
  const bare = line.trimStart();
  const hashes = /^#+/.exec(bare)?.[0].length ?? 0;
  if (hashes > 0) return hashes <= level ? addBackslash(line) : line;
  const underlines = /^[=-]/.test(bare) && (previous ?? '').trim() !== '';
  // A fence that is still here is never closed.
  return underlines || /^[`~]/.test(bare) ? addBackslash(line) : line;
}

const fenceLine = /^ {0,3}(`{3,}|~{3,})(.*)$/;

interface FenceLine {
  readonly marker: string;
  readonly length: number;
  readonly opens: boolean;
  readonly closes: boolean;
}

function readFenceLine(line: string): FenceLine | undefined {
  const match = fenceLine.exec(line);
  const run = match?.[1];
  if (run === undefined) return undefined;
  const info = match?.[2] ?? '';
  const marker = run.charAt(0);
  return {
    marker,
    length: run.length,
    opens: marker === '~' || !info.includes('`'),
    closes: info.trim() === '',
  };
}

/** Indexes of the lines of fences that are closed, their own lines included. */
function closedFences(lines: readonly string[]): ReadonlySet<number> {
  const fences = lines.map(readFenceLine);
  const longestCloserFrom = suffixLongest(fences);
  const inside = new Set<number>();
  for (let index = 0; index < lines.length; index++) {
    const open = fences[index];
    if (open?.opens !== true || (longestCloserFrom[index + 1]?.[open.marker] ?? 0) < open.length) continue;
    for (; index < lines.length; index++) {
      inside.add(index);
      const close = fences[index];
      if (
        close !== open &&
        close?.closes === true &&
        close.marker === open.marker &&
        close.length >= open.length
      )
        break;
    }
  }
  return inside;
}

/** For every line, the longest closing fence of either marker from there on: whether a search can succeed at all. */
function suffixLongest(
  fences: readonly (FenceLine | undefined)[],
): readonly Readonly<Record<string, number>>[] {
  const result: Record<string, number>[] = new Array(fences.length + 1);
  let longest: Record<string, number> = {};
  result[fences.length] = longest;
  for (let index = fences.length - 1; index >= 0; index--) {
    const fence = fences[index];
    if (fence?.closes === true && fence.length > (longest[fence.marker] ?? 0)) {
      longest = { ...longest, [fence.marker]: fence.length };
    }
    result[index] = longest;
  }
  return result;
}

/** True when a heading below the text is still seen as a heading, and the text itself has none that ends a section. */
function staysInside(text: string, level: number): boolean {
  const probe = `${text}\n\n# end\n`;
  const blocks = remarkBlocks(probe, 0);
  const last = blocks?.at(-1);
  if (blocks === undefined || last?.kind !== 'heading' || last.start !== text.length + 2) return false;
  return blocks.slice(0, -1).every((block) => block.kind !== 'heading' || block.level > level);
}
