/** The parts of one section: progress entries, chain inputs, sub-sections of the chain output. */
import type { Block } from './blocks/block';
import { headingText } from './headings';
import { contentEnd, type Section, type Structure, sectionBlocks } from './structure';

export interface Part<T> {
  readonly heading: Block;
  /** The heading as written, without its marks. */
  readonly name: string;
  readonly value: T;
  readonly blocks: readonly Block[];
  /** Offsets of the text below the heading. */
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a section at the headings `accept` takes. A part ends at the next heading that is not deeper than its own,
 * so that deeper headings are content of the part, whatever they say.
 */
export function partsOf<T>(
  structure: Structure,
  section: Section | undefined,
  accept: (heading: string) => T | undefined,
): readonly Part<T>[] {
  if (section === undefined) return [];
  const blocks = sectionBlocks(structure, section);
  const parts: Part<T>[] = [];
  let open: { heading: Block; name: string; value: T; first: number } | undefined;
  const close = (index: number, end: number) => {
    if (open === undefined) return;
    const { heading, name, value, first } = open;
    parts.push({ heading, name, value, blocks: blocks.slice(first, index), start: heading.end, end });
    open = undefined;
  };
  let index = -1;
  for (const block of blocks) {
    index++;
    if (block.kind !== 'heading' || (open !== undefined && block.level > open.heading.level)) continue;
    close(index, block.start);
    const name = headingText(structure.text, block);
    const value = accept(name);
    if (value !== undefined) open = { heading: block, name, value, first: index + 1 };
  }
  close(blocks.length, contentEnd(structure, section));
  return parts;
}
