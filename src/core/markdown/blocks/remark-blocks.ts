/**
 * The thorough block reader: remark decides what every line is. Inline Markdown is switched off, since texts are
 * taken as raw slices of the source and inline parsing is where most of the time (and of the traps) is.
 */
import { remark } from 'remark';
import type { Processor } from 'unified';
import { type Block, type BlockKind, makeBlock } from './block';
import { fenceBodyAt, fenceLengthAt } from './fence';
import { htmlEndAt } from './html-end';
import { BACKTICK, checkboxAt, lineEndAt, TILDE, trimEndAt } from './line-marks';
import { pieceAt } from './pieces';

/**
 * What one text may cost, as the sum of squared piece weights: about two seconds at the very worst. Real state
 * files stay below a thousandth of it.
 */
const workLimit = 20_000_000;

const inlineConstructs = [
  'attention',
  'autolink',
  'characterEscape',
  'characterReference',
  'codeText',
  'hardBreakEscape',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
];

function blocksOnly(this: Processor): undefined {
  const data = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), { disable: { null: inlineConstructs } }];
}

function blockParser() {
  return remark().use(blocksOnly).freeze();
}

let parser: ReturnType<typeof blockParser> | undefined;

/** Made by the first text: in the bundles remark is loaded by whoever asks first, and many processes never do. */
function processor(): ReturnType<typeof blockParser> {
  parser ??= blockParser();
  return parser;
}

type Root = ReturnType<ReturnType<typeof blockParser>['parse']>;
type Node = Root['children'][number];

/** Undefined when taking the text apart would cost more than a state file is worth. `from`: start of the body. */
export function remarkBlocks(text: string, from: number): readonly Block[] | undefined {
  const blocks: Block[] = [];
  let work = 0;
  for (let at = from; at < text.length; ) {
    const piece = pieceAt(text, at);
    work += piece.weight * piece.weight;
    if (work > workLimit) return undefined;
    const base = at;
    const nodes = parseSlice(text, at, piece.end);
    for (const node of nodes) addBlocks(blocks, text, base, node);
    at = finishLast(blocks, text, piece.end);
  }
  return blocks;
}

/** The same stream from a single run of remark over the whole body; tests hold `remarkBlocks` against it. */
export function remarkBlocksInOneRun(text: string, from: number): readonly Block[] {
  const blocks: Block[] = [];
  for (const node of parseSlice(text, from, text.length)) addBlocks(blocks, text, from, node);
  return blocks;
}

/**
 * Two oddities of micromark are kept away from it: it drops a byte order mark at the start, and with it the truth of
 * its offsets; and a last line without a line ending is read differently from the same line with one.
 */
function parseSlice(text: string, start: number, end: number): readonly Node[] {
  const slice = text.slice(start, end);
  const unmarked = slice.startsWith('\ufeff') ? `\u2060${slice.slice(1)}` : slice;
  return processor().parse(unmarked.endsWith('\n') ? unmarked : `${unmarked}\n`).children;
}

/** The last block of a piece may go on behind its end; gives it its real end, and where reading continues. */
function finishLast(blocks: Block[], text: string, pieceEnd: number): number {
  const last = blocks.at(-1);
  if (last === undefined || pieceEnd === text.length) return pieceEnd;
  if (last.kind === 'fence') {
    const body = fenceBodyAt(text, last.start, fenceLengthAt(text, last.start, lineEndAt(text, last.start)));
    if (body.next <= pieceEnd) return pieceEnd;
    blocks[blocks.length - 1] = fenceBlock(text, last.start);
    return body.next;
  }
  if (last.kind !== 'comment' && !(last.kind === 'other' && text.startsWith('<', last.start)))
    return pieceEnd;
  const html = htmlEndAt(text, last.start);
  if (html.next <= pieceEnd) return pieceEnd;
  blocks[blocks.length - 1] = makeBlock(last.kind, last.start, trimEndAt(text, last.start, html.end));
  return html.next;
}

function fenceBlock(text: string, start: number): Block {
  const body = fenceBodyAt(text, start, fenceLengthAt(text, start, lineEndAt(text, start)));
  const end = trimEndAt(text, start, body.end);
  return makeBlock('fence', start, end, 0, body.contentStart, body.contentEnd);
}

const kinds: Partial<Record<Node['type'], BlockKind>> = {
  blockquote: 'quote',
  thematicBreak: 'rule',
  paragraph: 'paragraph',
};

function addBlocks(blocks: Block[], text: string, base: number, node: Node): void {
  const end = endIn(text, base + startOf(node), base + endOf(node));
  const start = startIn(text, node, base + startOf(node), blocks.at(-1)?.end ?? 0, end);
  if (node.type === 'list') addItems(blocks, text, base, node, 0);
  else if (node.type === 'heading') blocks.push(makeBlock('heading', start, end, node.depth));
  else if (node.type === 'code' && isFence(text, start)) blocks.push(fenceBlock(text, start));
  else if (node.type === 'html' && text.startsWith('<!--', start))
    blocks.push(makeBlock('comment', start, end));
  else blocks.push(makeBlock(kinds[node.type] ?? 'other', start, end));
}

/** HTML counts the blanks before it as its own, and a setext heading the definitions above it. */
function startIn(text: string, node: Node, start: number, previousEnd: number, end: number): number {
  if (node.type !== 'html' && previousEnd <= start) return start;
  let at = Math.max(start, previousEnd);
  while (at < end && ' \t\r\n'.includes(text.charAt(at))) at++;
  return at;
}

function endIn(text: string, start: number, end: number): number {
  return trimEndAt(text, start, Math.min(end, text.length));
}

type List = Extract<Node, { type: 'list' }>;

function addItems(blocks: Block[], text: string, base: number, list: List, depth: number): void {
  for (const [index, item] of list.children.entries()) {
    const start = base + startOf(item);
    const next = list.children[index + 1];
    // An item that ends in an open fence is said to reach into the next one.
    const reach = next === undefined ? endOf(item) : Math.min(endOf(item), startOf(next));
    const end = endIn(text, start, base + reach);
    const first = item.children[0];
    const contentStart = first === undefined ? end : Math.min(base + startOf(first), end);
    const checked =
      first?.type === 'paragraph' ? checkboxAt(text, contentStart, lineEndAt(text, contentStart)) : undefined;
    if (depth === 0 || checked !== undefined) {
      blocks.push(makeBlock('item', start, end, depth, contentStart, end, checked));
    }
    for (const child of item.children) {
      if (child.type === 'list') addItems(blocks, text, base, child, depth + 1);
    }
  }
}

function isFence(text: string, start: number): boolean {
  const code = text.charCodeAt(start);
  return code === BACKTICK || code === TILDE;
}

/** remark gives every node of a parsed text its position; without one there is a bug in it. */
function startOf(node: Pick<Node, 'type' | 'position'>): number {
  const offset = node.position?.start.offset;
  if (offset === undefined) throw new Error(`remark gave no position to a ${node.type}`);
  return offset;
}

function endOf(node: Pick<Node, 'type' | 'position'>): number {
  const offset = node.position?.end.offset;
  if (offset === undefined) throw new Error(`remark gave no position to a ${node.type}`);
  return offset;
}
