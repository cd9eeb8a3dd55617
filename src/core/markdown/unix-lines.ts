/** Line endings as one kind, for texts that leave the file they were read from. */

export function withUnixLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
