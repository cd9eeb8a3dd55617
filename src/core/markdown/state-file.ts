/** Opens the text of a state file: front matter off, line endings made safe, blocks by the reader the caller chose. */
import type { Block } from './blocks/block';
import { type FrontMatterFacts, frontMatterFacts } from './front-matter/facts';
import { type FrontMatter, readFrontMatter } from './front-matter/front-matter';
import { readStructure, type Structure } from './structure';

/** Above this many UTF-16 units remark is not run. Product.md asks for an archive long before, at 75 KB. */
export const documentLimit = 1_000_000;

export interface StateFile {
  readonly frontMatter: FrontMatter;
  readonly facts: FrontMatterFacts;
  readonly structure: Structure;
}

export function isBinary(text: string): boolean {
  return text.includes('\0');
}

/**
 * A text in which every line ends in LF or CRLF, with the same offsets. CommonMark also ends lines at a carriage
 * return alone, and everything here that looks for lines looks for line feeds.
 */
export function withSafeLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}

/** `readBlocks` gets the text and the start of the body. */
export function openStateFile(
  original: string,
  readBlocks: (text: string, bodyStart: number) => readonly Block[],
): StateFile {
  const text = withSafeLines(original);
  const frontMatter = readFrontMatter(text);
  const facts = frontMatterFacts(frontMatter);
  const blocks = readBlocks(text, frontMatter.bodyStart);
  return { frontMatter, facts, structure: readStructure(text, blocks, frontMatter.bodyStart) };
}
