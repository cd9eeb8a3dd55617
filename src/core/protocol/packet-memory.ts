/** What earlier work remembers, in a packet: quoted, labelled, and the first to give way. Issue 7; requirement 001-34. */
import type { MemoryKind, Provenance } from '../model/memory';
import { inlineCode, oneLine, quoteBlock } from './quote';
import { tokenQuarters } from './token-estimate';

/** One item that bears on the next feature. */
export interface PacketMemory {
  readonly id: string;
  readonly kind: MemoryKind;
  /** Of a note its kind. */
  readonly detail: string | null;
  readonly task: string | null;
  readonly session: number | null;
  readonly provenance: Provenance;
  /** UTC. */
  readonly at: string;
  /** The lines that matter, a few hundred characters. */
  readonly text: string;
  /** Where all of it is, from the workspace folder. */
  readonly path: string;
}

/** Whose words, for whoever has to decide how far to trust them. */
const by: Readonly<Record<Provenance, string>> = {
  person: 'by a person',
  agent: 'by an agent',
  tool: 'recorded by Baton',
  untrusted: 'of unknown origin',
};

const kindWords: Readonly<Record<MemoryKind, string>> = {
  progress: 'progress',
  note: 'note',
  session_start: 'session start',
  session_end: 'session end',
  checklist: 'feature',
  plan: 'plan',
  output: 'chain output',
  document: 'document',
};

/**
 * As many of the items as fit, the best first, and none that the packet holds anyway. Empty when there are none.
 *
 * **Invariant:** the section costs at most `room` quarter tokens, and every line of an item is quoted.
 *
 * @param held what else the packet says
 * @param baton how to call Baton
 */
export function fitMemory(items: readonly PacketMemory[], room: number, held: string, baton: string): string {
  const known = plain(held);
  const intro = introduction(baton);
  const shown: string[] = [];
  // The join of the sections adds two line ends before this one.
  let used = tokenQuarters(`\n\n${intro}`);
  for (const item of items) {
    const words = plain(item.text);
    if (words === '' || known.includes(words)) continue;
    const block = `\n\n${quoteBlock(`${label(item)}\n${item.text}`)}`;
    const quarters = tokenQuarters(block);
    if (used + quarters > room) continue;
    used += quarters;
    shown.push(block);
  }
  return shown.length === 0 ? '' : `${intro}${shown.join('')}`;
}

function introduction(baton: string): string {
  const how = `\`${oneLine(baton)} memory query TEXT\``;
  return `## What earlier work remembers\n\nFound by the words of the next feature, in other tasks, older sessions and documents. It may be out of date: believe the code. Search for more with ${how}.`;
}

/** With the id in brackets, which keeps the text from being taken in again when somebody copies it. */
function label({ id, kind, detail, task, session, provenance, at, path }: PacketMemory): string {
  const what = kind === 'note' && detail !== null ? oneLine(detail) : kindWords[kind];
  const about = task === null ? '' : `, task #${task}${session === null ? '' : ` session ${session}`}`;
  return `[${id}] ${what} ${by[provenance]}${about}, ${at.slice(0, 10)}, ${inlineCode(path)}`;
}

/** For comparing: letters and digits alone, since quoting and lists change the rest. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
