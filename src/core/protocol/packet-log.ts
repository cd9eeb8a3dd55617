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

/** What a packet shows of one entry in each degree of detail, with its cost in quarter tokens. */
interface Piece {
  readonly entry: ProgressEntry;
  readonly full: { readonly text: string; readonly quarters: number };
  readonly line: { readonly text: string; readonly quarters: number };
  detail: Detail;
}

/**
 * Fits the entries into `room` quarter tokens. The oldest detail goes first: an entry shrinks to one line, and when
 * all are lines, the oldest lines give way to one sentence that counts them.
 *
 * **Invariant:** every entry is shown, summarised or counted, whatever the room.
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
  const fixed = tokenQuarters(whereNote(where));
  let needed = fixed + pieces.reduce((sum, piece) => sum + piece.full.quarters, 0);
  for (const piece of pieces) {
    if (needed <= room) break;
    if (piece.line.quarters >= piece.full.quarters) continue;
    piece.detail = 'line';
    needed -= piece.full.quarters - piece.line.quarters;
  }
  leaveOutOldest(pieces, needed, room);
  return { text: render(pieces, where), cut: cutOf(pieces) };
}

function leaveOutOldest(pieces: readonly Piece[], startingNeed: number, room: number): void {
  let needed = startingNeed;
  let gone: Gone | undefined;
  for (const piece of pieces) {
    if (needed <= room) return;
    const own = piece.detail === 'line' ? piece.line : piece.full;
    const grown = withGone(gone, piece);
    needed += tokenQuarters(countNote(grown)) - (gone ? tokenQuarters(countNote(gone)) : 0) - own.quarters;
    piece.detail = 'left out';
    gone = grown;
  }
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
  const full = `${quoteBlock(fullEntry(entry, last))}\n\n`;
  const line = `${quoteBlock(`${entryName(entry)}: ${gist(entry)}`)}\n\n`;
  return {
    entry,
    full: { text: full, quarters: tokenQuarters(full) },
    line: { text: line, quarters: tokenQuarters(line) },
    detail: 'full',
  };
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

function render(pieces: readonly Piece[], where: string): string {
  if (pieces.length === 0) return '';
  let gone: Gone | undefined;
  const texts: string[] = [];
  for (const piece of pieces) {
    if (piece.detail === 'left out') gone = withGone(gone, piece);
    else texts.push(piece.detail === 'full' ? piece.full.text : piece.line.text);
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

function cutOf(pieces: readonly Piece[]): readonly string[] {
  return pieces
    .filter((piece) => piece.detail !== 'full')
    .map((piece) => `${piece.detail === 'line' ? 'Detail' : 'All'} of session ${piece.entry.session}`);
}
