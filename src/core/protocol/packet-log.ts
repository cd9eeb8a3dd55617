/** Earlier sessions in a packet: as much of them as the budget leaves room for, the newest in most detail. */
import type { ProgressEntry } from '../model/task';
import { oneLine, quoteBlock, shorten } from './quote';
import { tokenQuarters } from './token-estimate';

export interface FittedLog {
  readonly text: string;
  /** What was left out, oldest first. */
  readonly cut: readonly string[];
}

type Detail = 'full' | 'line' | 'left out';

/** The entries whose issues and next steps the packet shows already, in the section before. */
export interface LastWords {
  readonly next: ProgressEntry | undefined;
  readonly issues: ProgressEntry | undefined;
}

/** A degree of detail with its cost in quarter tokens. */
interface Form {
  readonly text: string;
  readonly quarters: number;
}

interface Piece {
  readonly entry: ProgressEntry;
  readonly full: Form;
  /** Never dearer than the full text. */
  readonly line: Form;
}

/**
 * So many of the newest entries come before the lines of all older ones: they say where the work was left, which no
 * count of sessions makes less needed.
 */
const wholeFirst = 3;

/**
 * Fits the entries into `room` quarter tokens. The oldest detail goes first: an entry shrinks to one line, and the
 * oldest lines give way to one sentence that counts them, before any of the newest entries is shortened.
 *
 * **Invariant:** every entry is shown, summarised or counted, whatever the room.
 * **Invariant:** the newest entries stay whole as long as shortening or leaving out older ones makes room for them.
 *
 * @param where Markdown that says where the full text is
 */
export function fitLog(
  entries: readonly ProgressEntry[],
  room: number,
  where: string,
  last: LastWords,
): FittedLog {
  const pieces = entries.map((entry) => pieceOf(entry, last));
  const details = chooseDetails(pieces, room - tokenQuarters(whereNote(where)));
  return { text: render(pieces, details, where), cut: cutOf(pieces, details) };
}

/** @returns the detail of each piece; those left out are the oldest */
function chooseDetails(pieces: readonly Piece[], room: number): readonly Detail[] {
  const notes = countNotes(pieces);
  const details = pieces.map((): Detail => 'left out');
  const recent = pieces.length - wholeFirst;
  let used = 0;
  let shown = pieces.length;
  const fits = (quarters: number, from: number) => used + quarters + (notes[from] ?? 0) <= room;
  for (const [index, { full, line }] of newestFirst(pieces)) {
    const detail = index >= recent && fits(full.quarters, index) ? 'full' : 'line';
    const form = detail === 'full' ? full : line;
    if (!fits(form.quarters, index)) break;
    used += form.quarters;
    details[index] = form === full ? 'full' : 'line';
    shown = index;
  }
  for (const [index, { full, line }] of newestFirst(pieces)) {
    if (details[index] !== 'line' || index >= recent) continue;
    if (!fits(full.quarters - line.quarters, shown)) break;
    used += full.quarters - line.quarters;
    details[index] = 'full';
  }
  return details;
}

function newestFirst(pieces: readonly Piece[]): readonly (readonly [number, Piece])[] {
  return [...pieces.entries()].reverse();
}

/** What it costs to count the first n pieces, by n. */
function countNotes(pieces: readonly Piece[]): readonly number[] {
  const costs = [0];
  let gone: Gone | undefined;
  for (const piece of pieces) {
    gone = withGone(gone, piece);
    costs.push(tokenQuarters(countNote(gone)));
  }
  return costs;
}

/** How many entries are left out, and the range of their session numbers. */
interface Gone {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

function withGone(gone: Gone | undefined, { entry }: Piece): Gone {
  if (!gone) return { count: 1, first: entry.session, last: entry.session };
  return {
    count: gone.count + 1,
    first: Math.min(gone.first, entry.session),
    last: Math.max(gone.last, entry.session),
  };
}

function pieceOf(entry: ProgressEntry, last: LastWords): Piece {
  const full = formOf(fullEntry(entry, last));
  const line = formOf(`${entryName(entry)}: ${gist(entry)}`);
  return { entry, full, line: line.quarters < full.quarters ? line : full };
}

function formOf(content: string): Form {
  const text = `${quoteBlock(content)}\n\n`;
  return { text, quarters: tokenQuarters(text) };
}

function entryName(entry: ProgressEntry): string {
  const at = entry.at === undefined ? '' : ` - ${shorten(entry.at, 40)}`;
  return `Session ${entry.session}${at}${entry.automatic ? ' (written by Baton from facts)' : ''}`;
}

/** One line that stays true however much it leaves out: the first point, and how many more there are. */
function gist(entry: ProgressEntry): string {
  const points = entry.did.length > 0 ? entry.did : entry.state;
  const [first, ...rest] = points;
  if (first === undefined) return 'no work noted';
  return `${shorten(first, 100)}${rest.length > 0 ? ` (and ${rest.length} more)` : ''}`;
}

function fullEntry(entry: ProgressEntry, last: LastWords): string {
  const parts = [
    entryName(entry),
    list('What I did', entry.did),
    entry === last.issues ? '' : list('Issues encountered', entry.issues),
    list('Current state', entry.state),
    entry === last.next ? '' : list('Next steps', entry.next),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function list(label: string, points: readonly string[]): string {
  if (points.length === 0) return '';
  return [`${label}:`, ...points.map((point) => `- ${oneLine(point)}`)].join('\n');
}

function render(pieces: readonly Piece[], details: readonly Detail[], where: string): string {
  if (pieces.length === 0) return '';
  let gone: Gone | undefined;
  const texts: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (details[index] === 'left out') gone = withGone(gone, piece);
    else texts.push(details[index] === 'full' ? piece.full.text : piece.line.text);
  }
  return `${whereNote(where)}${gone ? countNote(gone) : ''}${texts.join('')}`;
}

function whereNote(where: string): string {
  return `Earlier sessions, oldest first. The full text is in ${where}, section Progress Log.\n\n`;
}

function countNote({ count, first, last }: Gone): string {
  const which = first === last ? `session ${first}` : `sessions ${first} to ${last}`;
  const [entries, them] = count === 1 ? ['1 older entry is', 'it'] : [`${count} older entries are`, 'them'];
  return `${entries} left out here (${which}). Read ${them} in the task file.\n\n`;
}

function cutOf(pieces: readonly Piece[], details: readonly Detail[]): readonly string[] {
  return pieces.flatMap(({ entry }, index) => {
    if (details[index] === 'full') return [];
    return [`${details[index] === 'line' ? 'Detail' : 'All'} of session ${entry.session}`];
  });
}
