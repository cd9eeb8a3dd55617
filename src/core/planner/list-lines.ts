/** List items of plans and documents, taken apart by line: what an item says, and what stands nested below it. */
import type { Block } from '../markdown/blocks/block';
import { planLine } from './normal-plan';

export interface ListItem {
  /** Without marker and box; its lines joined. */
  readonly text: string;
  /** Nested items, and further paragraphs, in order; their markers and boxes taken off. */
  readonly below: readonly string[];
  readonly hasBox: boolean;
  /** Of a numbered list. */
  readonly isNumbered: boolean;
  readonly start: number;
  readonly end: number;
}

const marker = /^\s*(?:[-*+]|\d{1,9}[.)])(?:\s+|$)/;
const box = /^\[[ xX]\](?:\s+|$)/;

/** The items at the top of the lists among these blocks; nested ones are in `below`. One that says nothing is none. */
export function topItems(text: string, blocks: readonly Block[]): readonly ListItem[] {
  return blocks
    .filter(({ kind, level }) => kind === 'item' && level === 0)
    .map((block) => readItem(text, block))
    .filter((item) => item.text !== '');
}

function readItem(text: string, block: Block): ListItem {
  const lines = text.slice(block.contentStart, block.contentEnd).split('\n');
  const own: string[] = [];
  const below: string[][] = [];
  let afterBlank = false;
  for (const line of lines) {
    const bare = line.replace(marker, '').replace(box, '');
    const isNew = own.length > 0 && (marker.test(line) || (afterBlank && line.trim() !== ''));
    if (isNew) below.push([bare]);
    else (below.at(-1) ?? own).push(below.length > 0 || own.length > 0 ? line : line.replace(box, ''));
    afterBlank = line.trim() === '';
  }
  // Where the item's own line is empty, the first one below says what it is.
  const [first = '', ...rest] = [
    planLine(own.join(' ')),
    ...below.map((parts) => unescapeStep(planLine(parts.join(' ')))),
  ].filter((part) => part !== '');
  return {
    text: first,
    below: rest,
    hasBox: block.checked !== undefined,
    isNumbered: /^\d/.test(text.slice(block.start, block.contentStart).trimStart()),
    start: block.start,
    end: block.end,
  };
}

/** What would be more than text at the start of a nested item. */
const opensMore = /^\\*(?:[#<>=~+*_|[-]|`{3}|\d{1,9}[.)])/;

export function escapeStep(step: string): string {
  return opensMore.test(step) ? `\\${step}` : step;
}

function unescapeStep(step: string): string {
  return step.startsWith('\\') && opensMore.test(step) ? step.slice(1) : step;
}
