/**
 * The fast block reader: one pass over the lines, a few microseconds a kilobyte. It handles what it surely
 * understands; where CommonMark would need more than this line and a few bits of memory, it gives up (strict) or
 * takes the plain reading (lenient, for texts remark must not see).
 *
 * **Invariant:** where the strict scan answers, it answers what remark answers.
 */
import { type Block, makeBlock } from './block';
import { fenceBodyAt, fenceLengthAt } from './fence';
import {
  BRACKET,
  CARRIAGE_RETURN,
  checkboxAt,
  DASH,
  GREATER,
  headingLevelAt,
  isBlank,
  isDigit,
  isRule,
  isUnderline,
  LESS,
  lineEndAt,
  listMarkerWidth,
  nextLineAt,
  skipBlanks,
  TAB,
  trimEndAt,
} from './line-marks';

/** Undefined when the text is ambiguous to this scanner. `from` is where the body starts. */
export function scanBlocks(text: string, from: number): readonly Block[] | undefined {
  const scan = new BlockScan(text, from);
  return scan.run(true) ? scan.blocks : undefined;
}

/** Always answers; equal to `scanBlocks` where that answers. */
export function scanBlocksLeniently(text: string, from: number): readonly Block[] {
  const scan = new BlockScan(text, from);
  scan.run(false);
  return scan.blocks;
}

type Open = 'nothing' | 'paragraph' | 'list' | 'quote' | 'code';

class BlockScan {
  readonly blocks: Block[] = [];
  readonly #text: string;
  /** Start of the line under examination, of what stands on it, its end, and the start of the next. */
  #line: number;
  #at = 0;
  #end = 0;
  #next = 0;
  #open: Open = 'nothing';
  #openStart = 0;
  #openEnd = 0;
  #afterBlank = true;
  /** Of the open item: where its content starts, as column and offset, its tick, and its kind of marker. */
  #contentColumn = 0;
  #contentStart = 0;
  #checked: boolean | undefined;
  #marker = 0;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#line = from;
  }

  /** False when the text turned out ambiguous, which only `strict` can bring about. */
  run(strict: boolean): boolean {
    const text = this.#text;
    while (this.#line < text.length) {
      const feed = text.indexOf('\n', this.#line);
      this.#next = feed < 0 ? text.length : feed + 1;
      this.#end = feed < 0 ? text.length : beforeFeed(text, this.#line, feed);
      this.#at = skipBlanks(text, this.#line, this.#end);
      if (this.#at === this.#end) this.#blankLine();
      else {
        const sure = this.#at === this.#line ? this.#flushLine() : this.#indentedLine();
        if (!sure && strict) return false;
        this.#afterBlank = false;
      }
      this.#line = this.#next;
    }
    this.#close();
    return true;
  }

  #blankLine(): void {
    if (this.#open === 'paragraph' || this.#open === 'quote') this.#close();
    this.#afterBlank = true;
  }

  /** A line that starts at column 0. */
  #flushLine(): boolean {
    const text = this.#text;
    const code = text.charCodeAt(this.#line);
    // Letters begin most lines, and nothing but text begins with one.
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return this.#textLine();
    const level = headingLevelAt(text, this.#line, this.#end);
    if (level > 0) return this.#single('heading', level);
    const fence = fenceLengthAt(text, this.#line, this.#end);
    if (fence > 0) return this.#fence(fence);
    if (code === LESS) return this.#html();
    if (code === GREATER) return this.#quoteLine();
    if (this.#open === 'paragraph' && isUnderline(text, this.#line, this.#end)) return this.#guessRule();
    if (isRule(text, this.#line, this.#end)) {
      const sure = this.#open !== 'quote' && !(this.#open === 'paragraph' && code === DASH);
      this.#single('rule', 0);
      return sure;
    }
    const width = listMarkerWidth(text, this.#line, this.#end);
    return width > 0 ? this.#itemLine(width) : this.#textLine();
  }

  #indentedLine(): boolean {
    const column = columnOf(this.#text, this.#line, this.#at);
    if (this.#open === 'list') return this.#lineInList(column);
    if (this.#open === 'quote') return this.#textLine();
    if (this.#open === 'paragraph') {
      this.#openEnd = this.#end;
      return column >= 4 || !mayOpenBlock(this.#text.charCodeAt(this.#at));
    }
    if (column >= 4) return this.#codeLine();
    this.#close();
    this.#start('paragraph', this.#at);
    return !mayOpenBlock(this.#text.charCodeAt(this.#at));
  }

  #codeLine(): boolean {
    if (this.#open !== 'code') {
      this.#close();
      this.#start('code', this.#line);
    }
    this.#openEnd = this.#end;
    return true;
  }

  /** An indented line while a list is open: opaque when it belongs to the item, unless it brings a checkbox. */
  #lineInList(column: number): boolean {
    this.#openEnd = this.#end;
    const text = this.#text;
    if (column < this.#contentColumn || hasTab(text, this.#line, this.#at)) return false;
    const width = listMarkerWidth(text, this.#at, this.#end);
    if (width === 0) return !isUnderline(text, this.#at, this.#end);
    const content = skipBlanks(text, this.#at + width, this.#end);
    // Markers may stack on one line (`- - [ ] x`), and then only remark knows whose checkbox it is.
    return text.charCodeAt(content) !== BRACKET && listMarkerWidth(text, content, this.#end) === 0;
  }

  #textLine(): boolean {
    if (this.#open === 'paragraph') {
      this.#openEnd = this.#end;
      return true;
    }
    // Text right below a list item or a quote may be a lazy continuation of a paragraph inside it.
    const lazy = this.#open === 'quote' || (this.#open === 'list' && !this.#afterBlank);
    if (lazy) {
      this.#openEnd = this.#end;
      return false;
    }
    this.#close();
    this.#start('paragraph', this.#at);
    // A paragraph that starts with a bracket may turn out to be a link definition.
    return this.#text.charCodeAt(this.#at) !== BRACKET;
  }

  #quoteLine(): boolean {
    if (this.#open !== 'quote') {
      this.#close();
      this.#start('quote', this.#line);
    }
    this.#openEnd = this.#end;
    return true;
  }

  #itemLine(width: number): boolean {
    const text = this.#text;
    const first = text.charCodeAt(this.#line);
    const marker = isDigit(first) ? text.charCodeAt(this.#line + width - 1) : first;
    const content = skipBlanks(text, this.#line + width, this.#end);
    const gap = content - this.#line - width;
    let sure = content < this.#end && gap <= 4 && !hasTab(text, this.#line + width, content);
    if (this.#open === 'quote' || this.#open === 'code') sure = false;
    if (this.#open === 'paragraph' && isDigit(first)) sure &&= width === 2 && first === 49;
    if (this.#open === 'list' && !this.#afterBlank) sure &&= marker === this.#marker;
    sure &&= listMarkerWidth(text, content, this.#end) === 0;
    this.#close();
    this.#start('list', this.#line);
    this.#contentColumn = width + Math.max(1, gap);
    this.#contentStart = content;
    this.#checked = checkboxAt(text, content, this.#end);
    this.#marker = marker;
    return sure;
  }

  /** Comments are understood, other HTML is remark's. */
  #html(): boolean {
    const text = this.#text;
    if (!text.startsWith('<!--', this.#line)) {
      const sure = !/[A-Za-z/?!]/.test(text[this.#line + 1] ?? '');
      return this.#textLine() && sure;
    }
    const odd = text.startsWith('>', this.#line + 4) || text.startsWith('->', this.#line + 4);
    const close = text.indexOf('-->', this.#line + 4);
    this.#end = close < 0 ? text.length : lineEndAt(text, close);
    this.#next = close < 0 ? text.length : nextLineAt(text, close);
    this.#single('comment', 0);
    return !odd;
  }

  #fence(length: number): boolean {
    this.#close();
    const body = fenceBodyAt(this.#text, this.#line, length);
    const end = trimEndAt(this.#text, this.#line, body.end);
    this.blocks.push(makeBlock('fence', this.#line, end, 0, body.contentStart, body.contentEnd));
    this.#next = body.next;
    return true;
  }

  #single(kind: 'heading' | 'rule' | 'comment', level: number): boolean {
    this.#close();
    this.blocks.push(makeBlock(kind, this.#line, trimEndAt(this.#text, this.#line, this.#end), level));
    return true;
  }

  #guessRule(): boolean {
    this.#single('rule', 0);
    return false;
  }

  #start(open: Open, start: number): void {
    this.#open = open;
    this.#openStart = start;
    this.#openEnd = this.#end;
  }

  #close(): void {
    const open = this.#open;
    if (open === 'nothing') return;
    const start = this.#openStart;
    const end = trimEndAt(this.#text, start, this.#openEnd);
    if (open === 'list') {
      this.blocks.push(
        makeBlock('item', start, end, 0, Math.min(this.#contentStart, end), end, this.#checked),
      );
    } else {
      this.blocks.push(makeBlock(open === 'code' ? 'other' : open, start, end));
    }
    this.#open = 'nothing';
  }
}

/** The end of a line before its line feed, and before the carriage return of a CRLF. */
function beforeFeed(text: string, line: number, feed: number): number {
  return feed > line && text.charCodeAt(feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed;
}

/** Column of `at` on the line that starts at `line`, tabs at every fourth. */
function columnOf(text: string, line: number, at: number): number {
  let column = 0;
  for (let i = line; i < at; i++)
    column = text.charCodeAt(i) === TAB ? column + 4 - (column % 4) : column + 1;
  return column;
}

function hasTab(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (text.charCodeAt(i) === TAB) return true;
  return false;
}

/** Characters that, after one to three spaces, could begin something other than text. */
function mayOpenBlock(code: number): boolean {
  return !isBlank(code) && (isDigit(code) || '#>`~<-+*_=['.includes(String.fromCharCode(code)));
}
