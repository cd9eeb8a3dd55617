/** `working-buffer.md` and the daily notes as text. Requirements 000-30 … 000-35. Never parsed back, but for flush ids. */
import { type BufferEntry, type BufferSection, bufferSections } from '../model/buffer-state';

const headings: Readonly<Record<BufferSection, string>> = {
  updates: 'Task Updates',
  time: 'Time Logs',
  notes: 'Notes',
};

/** @param day of the buffer, `YYYY-MM-DD`, UTC */
export function bufferText(day: string, entries: readonly BufferEntry[]): string {
  return [
    `# Working Buffer - ${day}\nCaptured during danger zone (between compactions). Baton writes this file; what is edited here is lost.`,
    ...sections('##', entries, true),
  ]
    .join('\n\n')
    .concat('\n');
}

export interface Flush {
  readonly entries: readonly BufferEntry[];
  /** UTC. */
  readonly at: string;
  readonly reason: string;
  /** The session state that the flush keeps a copy of; undefined when there is none of that day. */
  readonly sessionState: string | undefined;
}

/** Appended to the day's notes in one step, under the flush id that keeps it from being appended twice. */
export function flushBlock({ entries, at, reason, sessionState }: Flush): string {
  const seqs = entries.map(({ seq }) => seq);
  const state = sessionState?.trim();
  return [
    `<!-- baton:flush ${Math.min(...seqs)}-${Math.max(...seqs)} -->\n## Flushed at ${at} (${reason})`,
    ...sections('###', entries, false),
    ...(state ? [`### Session state at that time\n${quoted(state)}`] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

export function dailyNotesHeader(day: string): string {
  return `# ${day}\n`;
}

/** Whether the day's notes hold the entry already. */
export function isFlushed(dailyNotes: string): (entry: BufferEntry) => boolean {
  const ranges = [...dailyNotes.matchAll(/^<!-- baton:flush (\d+)-(\d+) -->$/gm)].map(
    ([, first, last]) => [Number(first), Number(last)] as const,
  );
  return ({ seq }) => ranges.some(([first, last]) => first <= seq && seq <= last);
}

export function dayOf({ at }: Pick<BufferEntry, 'at'>): string {
  return at.slice(0, 10);
}

function sections(level: string, entries: readonly BufferEntry[], withEmpty: boolean): readonly string[] {
  return bufferSections.flatMap((section) => {
    const lines = entries.filter((entry) => entry.section === section).map(({ text }) => `- ${text}`);
    if (lines.length === 0 && !withEmpty) return [];
    return [`${level} ${headings[section]}\n${lines.length === 0 ? '- None' : lines.join('\n')}`];
  });
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
