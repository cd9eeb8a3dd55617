/** Foreign words for places that hold a single line: titles, context lines, criteria, commit subjects. */

/** Line breaks of every kind become one space, NUL the replacement character; trimmed. */
export function oneLine(text: string): string {
  return text
    .replaceAll('\0', '\ufffd')
    .split(/[\n\v\f\r\u0085\u2028\u2029]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
