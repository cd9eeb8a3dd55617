/**
 * A text as one list item and back. Every further line is indented under the marker, so nothing in it can leave the
 * item; only a first line that would turn the marker itself into something else takes a backslash.
 */

/** With `- ` before it: a thematic break, or an item that holds only another marker. */
const swallowsMarker = /^(\\*)(?:[-+*]|\d{1,9}[.)]|-[-\t ]*)$/;

/** Lines of a list item, LF line endings; undefined for a text without content. */
export function bullet(text: string): string | undefined {
  const plain = text.replaceAll('\0', '\ufffd').replace(/\r\n?/g, '\n').trim();
  if (plain === '') return undefined;
  const [first = '', ...rest] = plain.split('\n');
  const start = swallowsMarker.test(first) ? `\\${first}` : first;
  return [`- ${start}`, ...rest.map((line) => (line.trim() === '' ? '' : `  ${line}`))].join('\n');
}

/** Takes the backslash of `bullet` off an item's content. */
export function withoutBulletEscape(content: string): string {
  if (!content.startsWith('\\')) return content;
  const first = content.split('\n', 1)[0] ?? '';
  return swallowsMarker.test(first) ? content.slice(1) : content;
}
