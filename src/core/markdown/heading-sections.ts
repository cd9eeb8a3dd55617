/** Any Markdown text by its headings, for texts that are merged heading by heading. Headings in code are none. */
import { lineEndAt } from './blocks/line-marks';
import { remarkBlocks } from './blocks/remark-blocks';
import { scanBlocksLeniently } from './blocks/scan-blocks';
import { readFrontMatter } from './front-matter/front-matter';
import { headingText } from './headings';

export interface HeadingSection {
  /** The heading's words as written; undefined for what stands above the first heading. */
  readonly heading: string | undefined;
  /** The heading and all below it, without blank lines around. */
  readonly text: string;
  /** Nothing stands below the heading. */
  readonly isEmpty: boolean;
  /** One-based, of the heading, or of the first line. */
  readonly line: number;
  /** Length of that line, UTF-16 units. */
  readonly lineLength: number;
}

interface Mark {
  readonly start: number;
  readonly end: number;
  readonly level: number;
  readonly heading: string;
}

/**
 * Cuts a text into sections, in file order; front matter is left out, everything else is in exactly one of them.
 *
 * A section holds its sub-sections. The only heading of level 1 is the file's title, wherever it stands: it holds
 * what follows it up to the next heading, and the sections below it stand for themselves.
 *
 * @param text lines end in `\n`
 */
export function headingSections(text: string): readonly HeadingSection[] {
  const { bodyStart } = readFrontMatter(text);
  const marks = outermost(headingMarks(text, bodyStart));
  const sections: HeadingSection[] = [];
  const lines = new LineCounter(text);
  const add = (start: number, end: number, mark: Mark | undefined) => {
    const from = start + leadingBlank(text.slice(start, end));
    const own = text.slice(from, end).trimEnd();
    if (own === '') return;
    const at = mark?.start ?? from;
    sections.push({
      heading: mark?.heading,
      text: own,
      isEmpty: mark !== undefined && text.slice(mark.end, end).trim() === '',
      line: lines.at(at),
      lineLength: lineEndAt(text, at) - at,
    });
  };
  add(bodyStart, marks[0]?.start ?? text.length, undefined);
  for (const [index, mark] of marks.entries()) add(mark.start, marks[index + 1]?.start ?? text.length, mark);
  return sections;
}

function headingMarks(text: string, bodyStart: number): readonly Mark[] {
  const blocks = remarkBlocks(text, bodyStart) ?? scanBlocksLeniently(text, bodyStart);
  return blocks
    .filter(({ kind }) => kind === 'heading')
    .map((block) => ({
      start: block.start,
      end: block.end,
      level: block.level,
      heading: headingText(text, block),
    }));
}

/** Headings that no other section holds. */
function outermost(marks: readonly Mark[]): readonly Mark[] {
  const hasTitle = marks.filter(({ level }) => level === 1).length === 1;
  const found: Mark[] = [];
  let open: Mark | undefined;
  for (const mark of marks) {
    const isTitle = (one: Mark) => hasTitle && one.level === 1;
    if (open !== undefined && !isTitle(open) && mark.level > open.level) continue;
    found.push(mark);
    open = mark;
  }
  return found;
}

function leadingBlank(text: string): number {
  return /^(?:[ \t]*\n)*/.exec(text)?.[0].length ?? 0;
}

/** Line numbers of offsets that only grow. */
class LineCounter {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): number {
    for (let feed = this.#text.indexOf('\n', this.#at); feed >= 0 && feed < offset; ) {
      this.#line++;
      this.#at = feed + 1;
      feed = this.#text.indexOf('\n', this.#at);
    }
    return this.#line;
  }
}
