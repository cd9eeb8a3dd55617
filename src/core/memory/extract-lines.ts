/** The lines of an item that tell what it is about, each with its weight. */
import type { MemoryItem } from '../model/memory';

export interface ExtractLine {
  readonly text: string;
  /** 0 matters most: title, decisions, next steps, headings, first and last lines. */
  readonly rank: number;
}

type Source = Pick<MemoryItem, 'kind' | 'detail' | 'title' | 'text'>;

const ranks = { title: 0, decision: 1, next: 2, heading: 3, edge: 4 } as const;
/** Characters; what is longer is cut and ends in `…`. */
const longestLine = 160;

/** Labels of the progress log's own form: every entry has them, so they tell nothing. */
const formLabel = /^(?:what i did|did|issues(?: encountered)?|current state|state|next(?: steps?)?)$/i;
const decisionLabel = /^(?:decisions?|corrections?|decided|corrected)\b/i;
const nextLabel = /^(?:next(?: steps?)?|to ?do)\b/i;

interface Line {
  readonly text: string;
  /** Of a heading or a label: its words. */
  readonly label: string | undefined;
  /** What stands on a label's own line after it. */
  readonly rest: string;
}

/** In the order of the item, the title first; each line once, with its greatest weight. */
export function extractLines(item: Source): readonly ExtractLine[] {
  const found = new Map<string, number>();
  const add = (text: string, rank: number) => {
    const line = shortened(text);
    if (says(line) && rank < (found.get(line) ?? Number.POSITIVE_INFINITY)) found.set(line, rank);
  };
  add(firstLine(item.title), ranks.title);
  for (const { text, rank } of ranked(item)) add(text, rank);
  return [...found].map(([text, rank]) => ({ text, rank }));
}

/** The lines of the text in their order, those without weight left out. */
function ranked({ kind, detail, text }: Source): readonly ExtractLine[] {
  const decided = kind === 'note' && (detail === 'decision' || detail === 'correction');
  const lines = linesOf(text);
  const told = lines.filter(({ label, rest }) => label === undefined || rest !== '');
  const edges = new Set([told[0], told.at(-1)]);
  let section: number = decided ? ranks.decision : ranks.edge;
  return lines.flatMap((line) => {
    if (line.label !== undefined) section = sectionOf(line.label, decided);
    const isEdge = edges.has(line);
    if (line.label !== undefined && line.rest === '') return headingOf(line.label);
    const rank = section < ranks.heading ? section : ranks.edge;
    return isEdge || rank < ranks.edge ? [{ text: line.text, rank }] : [];
  });
}

function headingOf(label: string): readonly ExtractLine[] {
  return formLabel.test(label) ? [] : [{ text: label, rank: ranks.heading }];
}

function sectionOf(label: string, decided: boolean): number {
  if (decided || decisionLabel.test(label)) return ranks.decision;
  return nextLabel.test(label) ? ranks.next : ranks.edge;
}

/** Without blank lines, list marks and fences; what looks like a heading inside a fence is none. */
function linesOf(text: string): readonly Line[] {
  let fence: string | undefined;
  return text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/).flatMap((raw) => {
    const line = raw.trim();
    const mark = /^(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return [];
    }
    if (!says(line)) return [];
    return [fence === undefined ? readLine(line) : { text: line, label: undefined, rest: '' }];
  });
}

function readLine(line: string): Line {
  const text = line.replace(/^(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/, '');
  const heading = /^#{1,6}\s+(.+)$/.exec(line)?.[1]?.replace(/\s#+$/, '').trimEnd();
  if (heading !== undefined) return { text, label: heading, rest: '' };
  const [, bold, after = ''] = /^\*\*([^*:]{1,60})(?::\*\*|\*\*:)\s*(.*)$/.exec(text) ?? [];
  if (bold !== undefined) return { text, label: bold, rest: after };
  const [, plain, rest = ''] = /^([\p{L}][\p{L} ]{0,40}):\s*(.*)$/u.exec(text) ?? [];
  const isLabel = plain !== undefined && (rest === '' || decisionLabel.test(plain) || nextLabel.test(plain));
  return { text, label: isLabel ? plain : undefined, rest: isLabel ? rest : '' };
}

function firstLine(text: string): string {
  return linesOf(text)[0]?.text ?? '';
}

/** Something that a person can read. */
function says(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line);
}

function shortened(line: string): string {
  const signs = [...line];
  return signs.length > longestLine ? `${signs.slice(0, longestLine - 1).join('')}…` : line;
}
