/**
 * Items from daily notes, only of what nothing else holds: what somebody wrote into them by hand, and notes whose journal is
 * gone. What Baton flushes there is told by state files, sessions and the journal already.
 */
import type { MemoryInput } from '../model/memory';
import type { Hasher } from '../ports';
import { makeItems } from './make-items';

export interface DailyNotes {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** From the workspace folder. */
  readonly path: string;
  /** Lines end in `\n`. */
  readonly text: string;
}

/** @param inJournal whether a note of that number is in the journal with a text that begins so */
export function dailyItems(
  hasher: Hasher,
  { day, path, text }: DailyNotes,
  inJournal: (id: number, text: string) => boolean,
): readonly MemoryInput[] {
  const { written, flushed } = taken(text);
  const common = { kind: 'note', task: null, session: null, at: `${day}T00:00:00Z` } as const;
  const byHand = written.flatMap(({ heading, nth, body }) =>
    makeItems(hasher, {
      ...common,
      about: ['daily', day, heading, nth],
      detail: 'daily',
      // Anybody's: the folder is not versioned, but nothing says who wrote into the file.
      provenance: 'untrusted',
      text: body,
      ...(heading !== '' && { title: heading }),
      source: { path, anchor: heading === '' ? null : heading },
    }),
  );
  const lost = flushed.filter(({ id, note }) => !inJournal(id, note));
  const fromFlushes = lost.flatMap(({ id, kind, note }) =>
    makeItems(hasher, {
      ...common,
      about: ['daily', day, 'note', id],
      detail: kind,
      provenance: 'untrusted',
      text: note,
      source: { path, anchor: `Note ${id}` },
    }),
  );
  return [...byHand, ...fromFlushes];
}

interface Written {
  /** Empty above the first heading. */
  readonly heading: string;
  /** Among those with the same words. */
  readonly nth: number;
  readonly body: string;
}

interface FlushedNote {
  readonly id: number;
  readonly kind: string;
  readonly note: string;
}

const flushMark = /^<!-- baton:flush \d+-\d+ -->$/;
/** As `describeChange` words it. */
const noteLine = /^- (?:#\S+: )?Note (\d+), (\w+): (.*?)(?: \(replaces note \d+\))? \(\d{2}:\d{2} UTC\)$/;

/**
 * A flush begins with its mark and goes on to the next heading that it does not make itself; all else is somebody's own.
 */
function taken(text: string): {
  readonly written: readonly Written[];
  readonly flushed: readonly FlushedNote[];
} {
  const written: { heading: string; nth: number; body: string[] }[] = [];
  const flushed: FlushedNote[] = [];
  let isFlush = false;
  for (const line of text.split('\n')) {
    const heading = /^#{1,6}[ \t]+(.*)$/s.exec(line)?.[1]?.trim();
    if (flushMark.test(line)) isFlush = true;
    else if (heading !== undefined && !(isFlush && isFlushHeading(line))) isFlush = false;
    if (isFlush) flushed.push(...flushedNote(line));
    else if (heading !== undefined) {
      // The title says the day alone.
      const words = /^\d{4}-\d{2}-\d{2}$/.test(heading) ? '' : heading;
      written.push({
        heading: words,
        nth: written.filter((one) => one.heading === words).length + 1,
        body: [],
      });
    } else if (written.length === 0) written.push({ heading: '', nth: 1, body: [line] });
    else written.at(-1)?.body.push(line);
  }
  return { written: written.map((one) => ({ ...one, body: one.body.join('\n').trim() })), flushed };
}

function isFlushHeading(line: string): boolean {
  return /^## Flushed at |^### (?:Task Updates|Time Logs|Notes|Session state at that time)$/.test(line);
}

function flushedNote(line: string): readonly FlushedNote[] {
  const [, id, kind = '', note = ''] = noteLine.exec(line) ?? [];
  return id === undefined || note === '' ? [] : [{ id: Number(id), kind, note }];
}
