/**
 * Text from files, made safe to stand in a packet. A state file may come from a stranger's repository; whatever it
 * says, no line of it may look like a line of Baton's own.
 */

// Line ends as any reader may see them: CR, LF, vertical tab, form feed, next line, line and paragraph separator.
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
// Controls that a terminal obeys, marks that reorder or hide what a person sees, and letters that only a model sees.
const hidden =
  /(?![\t\n\v\f\r])\p{Cc}|[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E01EF}]/gu;

/**
 * The text as a Markdown block quote, every line marked.
 *
 * **Invariant:** every line that comes from quoted text begins with `>`.
 */
export function quoteBlock(text: string): string {
  const lines = showHidden(text.trim()).split(lineEnd);
  return lines.map((line) => (line.trim() === '' ? '>' : `> ${line.trimEnd()}`)).join('\n');
}

/** The text on one line, spaces run together. */
export function oneLine(text: string): string {
  return showHidden(text.split(lineEnd).join(' ')).replace(/\s+/g, ' ').trim();
}

/** The text on one line as inline code, whatever backticks it holds. */
export function inlineCode(text: string): string {
  const line = oneLine(text);
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** At most `length` characters of one line, with an ellipsis where it was shortened. */
export function shorten(text: string, length: number): string {
  const line = oneLine(text);
  const characters = [...line];
  return characters.length <= length
    ? line
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

function showHidden(text: string): string {
  return text.replace(hidden, (mark) => `\\u{${mark.codePointAt(0)?.toString(16).toUpperCase()}}`);
}
