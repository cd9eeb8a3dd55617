/** What of a log is shown next while somebody writes it. Pure. */

export interface LogPart {
  readonly lines: readonly string[];
  /** Bytes that are done with. */
  readonly taken: number;
}

/**
 * Whole lines only: a line, or a character of it, may be half written.
 *
 * @param bytes from where the last part ended
 * @param how.isCut they begin within a line, perhaps within a character
 * @param how.isOver nobody writes any more, so that what lacks its line end is a line too
 */
export function logPart(
  bytes: Uint8Array,
  { isCut, isOver }: { readonly isCut: boolean; readonly isOver: boolean },
): LogPart {
  const begin = isCut ? bytes.indexOf(0x0a) + 1 : 0;
  const taken = isOver ? bytes.length : bytes.lastIndexOf(0x0a) + 1;
  const lines = new TextDecoder().decode(bytes.subarray(begin, taken)).split('\n');
  return { lines: lines.at(-1) === '' ? lines.slice(0, -1) : lines, taken };
}
