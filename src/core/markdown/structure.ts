/** The parts of a state file: which block belongs to which section. Sections are found by their words, not their numbers. */
import type { Block } from './blocks/block';
import {
  contextPartName,
  deepestSectionLevel,
  fullSectionName,
  headingName,
  headingText,
  parseInput,
  parseSession,
  parseTitle,
  type SectionKind,
  shortSectionName,
} from './headings';

/** A run of blocks under a heading. `first` and `last` (exclusive) are indexes into the block stream, heading excluded. */
export interface Section {
  readonly kind: SectionKind | 'unknown';
  readonly heading: Block;
  /** Level of the heading; a log that begins with its first session has the session's level. */
  readonly level: number;
  readonly first: number;
  readonly last: number;
  /** Offsets of the text under the heading, up to the next section's heading. */
  readonly start: number;
  readonly end: number;
  /** A log without a heading of its own: `heading` is that of its first session, which belongs to the body. */
  readonly implicit: boolean;
}

export interface Structure {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly title: Block | undefined;
  /** All sections in file order, unknown ones and duplicates included. */
  readonly all: readonly Section[];
  /** The first section of each kind. */
  readonly sections: ReadonlyMap<SectionKind, Section>;
  readonly duplicates: readonly Section[];
  /** Where the body starts, after the front matter. */
  readonly bodyStart: number;
}

interface OpenSection {
  kind: SectionKind | 'unknown';
  heading: Block;
  level: number;
  first: number;
  implicit: boolean;
}

/** Kinds whose headings set the level of the sections; description and criteria are parts of the context. */
function isMain(kind: Section['kind']): boolean {
  return kind !== 'unknown' && kind !== 'description' && kind !== 'criteria';
}

export function readStructure(text: string, blocks: readonly Block[], bodyStart: number): Structure {
  const walk = new SectionWalk(text, blocks);
  // With `entries()` a large file costs an array for each of its blocks, at every keystroke.
  blocks.forEach((block, index) => {
    if (block.kind === 'heading') walk.heading(block, index);
  });
  const all = walk.finish();
  const sections = new Map<SectionKind, Section>();
  const duplicates: Section[] = [];
  for (const section of all) {
    if (section.kind === 'unknown') continue;
    if (sections.has(section.kind)) duplicates.push(section);
    else sections.set(section.kind, section);
  }
  return { text, blocks, title: walk.title, all, sections, duplicates, bodyStart };
}

class SectionWalk {
  title: Block | undefined;
  readonly #text: string;
  readonly #blocks: readonly Block[];
  readonly #done: Section[] = [];
  #open: OpenSection | undefined;
  #mainLevel = 2;

  constructor(text: string, blocks: readonly Block[]) {
    this.#text = text;
    this.#blocks = blocks;
  }

  heading(block: Block, index: number): void {
    const heading = headingText(this.#text, block);
    const kind = this.#kindOf(headingName(heading), block.level);
    if (kind !== undefined) this.#enter(kind, block, index, false);
    else if (this.#isTitle(heading, block)) this.#setTitle(block, index);
    else if (this.#open === undefined || block.level <= this.#open.level)
      this.#sibling(heading, block, index);
  }

  finish(): readonly Section[] {
    this.#leave(this.#blocks.length);
    return this.#done;
  }

  #kindOf(name: string, level: number): SectionKind | undefined {
    const full = level <= deepestSectionLevel ? fullSectionName(name) : undefined;
    if (full !== undefined) return full;
    const part = contextPartName(name);
    if (part !== undefined && this.#takesContextPart(level)) return part;
    return level <= this.#mainLevel ? shortSectionName(name) : undefined;
  }

  #takesContextPart(level: number): boolean {
    const open = this.#open;
    return open === undefined || open.kind === 'context' || level <= open.level;
  }

  #isTitle(heading: string, block: Block): boolean {
    if (this.title !== undefined) return false;
    if (parseTitle(heading).isTask && block.level <= deepestSectionLevel)
      return this.#open === undefined || block.level === 1;
    return block.level === 1 && this.#open === undefined && parseSession(heading) === undefined;
  }

  #setTitle(block: Block, index: number): void {
    this.#leave(index);
    this.title = block;
  }

  /** A heading at section level that names no section may still be a part of the open one, or begin a log. */
  #sibling(heading: string, block: Block, index: number): void {
    const open = this.#open?.kind;
    if (open === 'inputs' && parseInput(heading) !== undefined) return;
    const isSession = parseSession(heading) !== undefined;
    if (open === 'log' && isSession) return;
    const startsLog = isSession && !this.#done.some((section) => section.kind === 'log');
    if (startsLog) this.#enter('log', block, index, true);
    else this.#enter('unknown', block, index, false);
  }

  #enter(kind: Section['kind'], heading: Block, index: number, implicit: boolean): void {
    this.#leave(index);
    if (isMain(kind) && !implicit) this.#mainLevel = heading.level;
    this.#open = { kind, heading, level: heading.level, first: implicit ? index : index + 1, implicit };
  }

  #leave(index: number): void {
    const open = this.#open;
    if (open === undefined) return;
    const start = open.implicit ? open.heading.start : open.heading.end;
    const end = this.#blocks[index]?.start ?? this.#text.length;
    this.#done.push({ ...open, last: index, start, end });
    this.#open = undefined;
  }
}

/** The blocks of a section, the rule before the next section left out. */
export function sectionBlocks(structure: Structure, section: Section): readonly Block[] {
  const blocks = structure.blocks.slice(section.first, section.last);
  return endsInSeparator(structure, section) ? blocks.slice(0, -1) : blocks;
}

/** The raw text of a section without its heading and the rule that separates it from the next, trimmed. */
export function sectionText(structure: Structure, section: Section): string {
  return structure.text.slice(section.start, contentEnd(structure, section)).trim();
}

/** Where the content of a section ends: before its separating rule, trailing blank lines included. */
export function contentEnd(structure: Structure, section: Section): number {
  if (!endsInSeparator(structure, section)) return section.end;
  return structure.blocks[section.last - 1]?.start ?? section.end;
}

/** A rule at the end separates sections, unless nothing follows or what follows is a part of the same section. */
function endsInSeparator(structure: Structure, section: Section): boolean {
  const next = structure.blocks[section.last];
  if (next === undefined || section.last <= section.first) return false;
  if (structure.blocks[section.last - 1]?.kind !== 'rule') return false;
  const following = structure.all.find((other) => other.heading === next);
  return following?.kind !== 'description' && following?.kind !== 'criteria';
}
