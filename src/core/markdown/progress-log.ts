/** The entries of the Progress Log, by session. Source: requirements 003-10 … 003-14. */
import type { ProgressEntry } from '../model/task';
import type { Block } from './blocks/block';
import { withoutBulletEscape } from './bullets';
import { headingName, headingText, parseSession, type SessionHeading } from './headings';
import { type Part, partsOf } from './parts';
import { isPlaceholder } from './placeholders';
import type { Structure } from './structure';
import { withUnixLines } from './unix-lines';

export type EntryPart = Part<SessionHeading>;

export function entryParts(structure: Structure): readonly EntryPart[] {
  return partsOf(structure, structure.sections.get('log'), parseSession);
}

type Bucket = 'did' | 'issues' | 'state' | 'next';

const labels = new Map<string, Bucket>([
  ['what i did', 'did'],
  ['what i did this session', 'did'],
  ['what was done', 'did'],
  ['did', 'did'],
  ['done', 'did'],
  ['work done', 'did'],
  ['issues encountered', 'issues'],
  ['any issues encountered', 'issues'],
  ['issues', 'issues'],
  ['problems', 'issues'],
  ['blockers', 'issues'],
  ['current state', 'state'],
  ['current state of the codebase', 'state'],
  ['state', 'state'],
  ['next steps', 'next'],
  ['clear next steps', 'next'],
  ['next', 'next'],
]);

export function readEntry(structure: Structure, part: EntryPart): ProgressEntry {
  const reader = new EntryReader(structure.text);
  for (const block of part.blocks) reader.block(block);
  const { did, issues, state, next } = reader.buckets;
  return {
    session: part.value.session,
    at: part.value.at,
    did: withoutNone(did),
    issues: withoutNone(issues),
    state: withoutNone(state),
    next: withoutNone(next),
    automatic: part.value.automatic,
    range: { start: part.heading.start, end: part.blocks.at(-1)?.end ?? part.heading.end },
  };
}

/** "None" alone is how an empty list is written. */
function withoutNone(items: readonly string[]): readonly string[] {
  return items.length === 1 && /^none\.?$/i.test(items[0] ?? '') ? [] : items;
}

class EntryReader {
  readonly buckets: Record<Bucket, string[]> = { did: [], issues: [], state: [], next: [] };
  readonly #text: string;
  /** Undefined below a label we do not know: what stands there belongs to nobody else. */
  #bucket: Bucket | undefined = 'did';
  /** A label stood on its own, above what it labels. */
  #hasLabels = false;

  constructor(text: string) {
    this.#text = text;
  }

  block(block: Block): void {
    const raw = withUnixLines(this.#text.slice(block.start, block.end));
    if (block.kind === 'heading') this.#label(labels.get(headingName(headingText(this.#text, block))));
    else if (block.kind === 'item') this.#item(block);
    else if (block.kind === 'paragraph') this.#paragraph(raw);
    else if (block.kind !== 'rule' && block.kind !== 'comment') this.#add(raw);
  }

  #paragraph(raw: string): void {
    let pending: string[] = [];
    const flush = () => {
      const words = pending.join('\n');
      if (!isPlaceholder(words)) this.#add(words);
      pending = [];
    };
    for (const line of raw.split('\n')) {
      const label = readLabel(line.trim());
      if (label === undefined) pending.push(line.trim());
      else {
        flush();
        this.#label(label.bucket);
        pending = label.rest === '' ? [] : [label.rest];
      }
    }
    flush();
  }

  #item(block: Block): void {
    if (block.level > 0) return;
    const content = itemContent(this.#text, block);
    const feed = content.indexOf('\n');
    const first = feed < 0 ? content : content.slice(0, feed);
    // Labels as items are a form of their own; where labels stand above lists, an item is content whatever it says.
    const label = !this.#hasLabels && /^(?:\*\*|__)/.test(first) ? readLabel(first) : undefined;
    if (label === undefined) {
      this.#add(withoutBulletEscape(content));
      return;
    }
    this.#bucket = label.bucket;
    this.#add(label.rest);
    if (feed < 0) return;
    for (const bullet of bulletsOf(content.slice(feed + 1).split('\n'))) this.#add(bullet);
  }

  #label(bucket: Bucket | undefined): void {
    this.#bucket = bucket;
    this.#hasLabels = true;
  }

  #add(raw: string): void {
    const text = raw.trim();
    if (text === '' || this.#bucket === undefined) return;
    this.buckets[this.#bucket].push(text);
  }
}

/** The text of an item without marker and indentation, LF line endings. */
export function itemContent(text: string, block: Block): string {
  const content = withUnixLines(text.slice(block.contentStart, block.end));
  if (!content.includes('\n')) return content;
  const column = block.contentStart - (text.lastIndexOf('\n', block.start - 1) + 1);
  const [first = '', ...rest] = content.split('\n');
  return [first, ...rest.map((line) => dedent(line, column))].join('\n');
}

function dedent(line: string, columns: number): string {
  let i = 0;
  while (i < columns && i < line.length && (line[i] === ' ' || line[i] === '\t'))
    i += line[i] === '\t' ? columns : 1;
  return line.slice(Math.min(i, line.length - line.trimStart().length));
}

function bulletsOf(lines: readonly string[]): readonly string[] {
  const bullets: string[] = [];
  for (const line of lines) {
    const bullet = /^[-*+][ \t]+(.*)$/.exec(line)?.[1];
    if (bullet !== undefined || bullets.length === 0) bullets.push(bullet ?? line);
    else bullets[bullets.length - 1] += `\n${line}`;
  }
  return bullets;
}

/** `**Did:** text`, `**Did**`, `Did: text`. Of labels we do not know only bold ones with a colon count. */
function readLabel(line: string): { readonly bucket: Bucket | undefined; readonly rest: string } | undefined {
  const match = /^(\*\*|__)?([A-Za-z][A-Za-z '/-]{0,59})(:?)(?:\*\*|__)?(:?)[ \t]*(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, bold, name = '', colonInside, colonAfter, rest = ''] = match;
  const isBold = bold !== undefined;
  const hasColon = colonInside === ':' || colonAfter === ':';
  const bucket = labels.get(name.trim().toLowerCase());
  if (bucket !== undefined && (hasColon || (isBold && rest === ''))) return { bucket, rest: rest.trim() };
  return isBold && hasColon ? { bucket: undefined, rest: rest.trim() } : undefined;
}
