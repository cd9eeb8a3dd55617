/** Foreign text in a row or a notification: one line, short, with nothing in it that VS Code would act on. Pure. */

const longest = 160;

export function oneShortLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).trimEnd()}…`;
}
