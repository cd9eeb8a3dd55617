/** The protocol's other way: editing the task file by hand, for when there is no `baton` command to call. */

export interface Entry {
  readonly did: readonly string[];
  readonly issues: readonly string[];
  readonly state: readonly string[];
  readonly next: readonly string[];
}

/** Sets `passes` and `tested_at` of one feature; the rest of the text stays as it is. */
export function passFeatureByHand(text: string, id: string, at: string): string {
  const start = text.search(new RegExp(`"id"\\s*:\\s*${escaped(JSON.stringify(id))}`));
  if (start < 0) return text;
  // A description may hold a brace, so strings are taken whole.
  const object = /^(?:"(?:[^"\\]|\\.)*"|[^"}])*/.exec(text.slice(start))?.[0] ?? '';
  const passed = object
    .replace(/("passes"\s*:\s*)false/, '$1true')
    .replace(/("tested_at"\s*:\s*)null/, `$1"${at}"`);
  return text.slice(0, start) + passed + text.slice(start + object.length);
}

/** Ticks the criterion with this one-based number. */
export function tickByHand(text: string, number: number): string {
  const heading = /^#+\s.*acceptance criteria.*$/im.exec(text);
  if (!heading) return text;
  let seen = 0;
  const from = heading.index + heading[0].length;
  const rest = text
    .slice(from)
    .replace(/^(\s*[-*+]\s+\[)[ xX](\])/gm, (whole, open: string, close: string) => {
      seen += 1;
      return seen === number ? `${open}x${close}` : whole;
    });
  return text.slice(0, from) + rest;
}

/** Appends an entry at the end of the Progress Log. `at` is `YYYY-MM-DD HH:MM`. */
export function appendEntryByHand(text: string, session: number, at: string, entry: Entry): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^##\s.*progress log/i.test(line));
  if (start < 0) return text;
  const after = lines.slice(start + 1).findIndex((line) => /^##?\s/.test(line));
  let end = after < 0 ? lines.length : start + 1 + after;
  while (end > start + 1 && /^(-{3,})?\s*$/.test(lines[end - 1] ?? '')) end -= 1;
  const written = ['', ...entryLines(session, at, entry)];
  return [...lines.slice(0, end), ...written, ...lines.slice(end)].join(newline);
}

function entryLines(session: number, at: string, entry: Entry): readonly string[] {
  const part = (label: string, points: readonly string[]) => [
    `**${label}:**`,
    ...(points.length > 0 ? points : ['None']).map((point) => `- ${point}`),
    '',
  ];
  return [
    `### Session ${session} - ${at}`,
    ...part('What I did', entry.did),
    ...part('Issues encountered', entry.issues),
    ...part('Current state', entry.state),
    ...part('Next steps', entry.next),
  ].slice(0, -1);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
