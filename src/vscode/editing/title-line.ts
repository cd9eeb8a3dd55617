/** Finds the line of a state file's title, for the lens above it. Pure. */

/** A title comes early; looking further would only find headings of something else. */
const maxLines = 400;

/**
 * Zero-based line of the first level-one heading, after the front matter and outside fenced code; undefined when
 * there is none.
 */
export function titleLine(lineCount: number, lineAt: (line: number) => string): number | undefined {
  const last = Math.min(lineCount, maxLines);
  let fence: string | undefined;
  for (let line = afterFrontMatter(last, lineAt); line < last; line++) {
    const text = lineAt(line);
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence !== undefined) {
      if (marker?.startsWith(fence) === true && text.trim() === marker) fence = undefined;
    } else if (marker !== undefined) fence = marker;
    else if (/^ {0,3}#[ \t]+\S/.test(text)) return line;
  }
  return undefined;
}

function afterFrontMatter(last: number, lineAt: (line: number) => string): number {
  if (last === 0 || lineAt(0).trimEnd() !== '---') return 0;
  for (let line = 1; line < last; line++) if (lineAt(line).trimEnd() === '---') return line + 1;
  return 0;
}
