/**
 * The top level of a Markdown text as a flat stream of blocks. Both block readers (`scanBlocks` by hand, `remarkBlocks`
 * by remark) give the same stream, and everything a state file says is taken from that stream and the text.
 */

export type BlockKind =
  | 'heading'
  | 'fence' // fenced code
  | 'comment' // HTML that begins with a comment
  | 'item' // a list item; nested ones appear only when they carry a checkbox
  | 'quote'
  | 'rule' // thematic break
  | 'paragraph'
  | 'other'; // indented code, other HTML, definitions

/** Offsets are UTF-16 units into the whole text. `end` lies before the line ending, trailing blanks left out. */
export interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  /** Heading level 1–6; nesting depth of an item, 0 at the top; else 0. */
  readonly level: number;
  /** Of a fence: the code. Of an item: what follows the marker. Else as `start` and `end`. */
  readonly contentStart: number;
  readonly contentEnd: number;
  /** Of a task list item (`[` is at `contentStart`): its tick. Undefined for everything else. */
  readonly checked: boolean | undefined;
}

/** One literal for all blocks keeps their hidden class the same, which the scanner's speed rests on. */
export function makeBlock(
  kind: BlockKind,
  start: number,
  end: number,
  level = 0,
  contentStart = start,
  contentEnd = end,
  checked: boolean | undefined = undefined,
): Block {
  return { kind, start, end, level, contentStart, contentEnd, checked };
}
