/**
 * The block of YAML a state file may begin with, as a map of raw values. Flat blocks, which is what Baton writes, are
 * scanned by hand; everything else goes through gray-matter with YAML as its only engine.
 */
import type { TextRange } from '../../base/text-edit';
import { lineEndAt, nextLineAt, skipBlanks } from '../blocks/line-marks';
import { type Finding, finding } from '../problems';
import { readFlatYaml } from './flat-yaml';
import { readYaml } from './yaml-engine';

/** A value as written: quotes taken off, numbers and dates left as their text. */
export type FrontMatterValue =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'other' };

export interface FrontMatterEntry {
  readonly value: FrontMatterValue;
  /** Key and value. */
  readonly range: TextRange;
}

export type FrontMatterEntries = ReadonlyMap<string, FrontMatterEntry>;

export interface FrontMatterBlock {
  /** From the opening to the end of the closing line, without its line ending. */
  readonly range: TextRange;
  /** The YAML between them, with its last line ending. */
  readonly yaml: TextRange;
  /** What stands behind the opening `---`, trimmed: empty or the name of a language. */
  readonly language: string;
  /** Start of the line after the block. */
  readonly next: number;
}

export interface FrontMatter {
  readonly block: FrontMatterBlock | undefined;
  readonly entries: FrontMatterEntries;
  /** Where the body starts: after the block, else after a byte order mark, else 0. */
  readonly bodyStart: number;
  readonly findings: readonly Finding[];
}

const byteOrderMark = 0xfeff;

/** Above this, front matter that is not flat is not read: YAML is for a few facts, not for documents. */
export const yamlLimit = 16_384;

export function isYamlLanguage(language: string): boolean {
  return language === '' || /^ya?ml$/i.test(language);
}

/**
 * Finds the block: `---` on the very first line, not followed by an empty line (that is a thematic break, as Pandoc
 * reads it), up to the next line that begins with `---`.
 */
export function locateFrontMatter(text: string): FrontMatterBlock | undefined {
  const start = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  if (!text.startsWith('---', start) || text.charCodeAt(start + 3) === 45) return undefined;
  const yamlStart = nextLineAt(text, start);
  const firstEnd = lineEndAt(text, yamlStart);
  if (skipBlanks(text, yamlStart, firstEnd) === firstEnd) return undefined;
  const language = text.slice(start + 3, lineEndAt(text, start)).trim();
  const close = text.startsWith('---', yamlStart) ? yamlStart : text.indexOf('\n---', yamlStart) + 1;
  if (close === 0) return undefined;
  const end = lineEndAt(text, close);
  if (skipBlanks(text, close + 3, end) !== end) return undefined;
  return {
    range: { start, end },
    yaml: { start: yamlStart, end: close },
    language,
    next: nextLineAt(text, close),
  };
}

export function readFrontMatter(text: string): FrontMatter {
  const block = locateFrontMatter(text);
  if (block === undefined) return withoutBlock(text);
  const bodyStart = block.next;
  if (!isYamlLanguage(block.language)) {
    const message = `Front matter in "${block.language.slice(0, 40)}" is not read: only YAML is data, anything else could run`;
    return {
      block,
      entries: new Map(),
      bodyStart,
      findings: [finding('front_matter_engine', 'error', message, block.range)],
    };
  }
  const flat = readFlatYaml(text, block.yaml);
  if (flat !== undefined) return { block, entries: flat, bodyStart, findings: [] };
  if (block.yaml.end - block.yaml.start > yamlLimit) {
    const message = `Front matter is longer than ${yamlLimit / 1024} KB and is not read`;
    return {
      block,
      entries: new Map(),
      bodyStart,
      findings: [finding('front_matter_invalid', 'error', message, block.range)],
    };
  }
  return { block, bodyStart, ...readYaml(text, block) };
}

function withoutBlock(text: string): FrontMatter {
  const start = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  const findings: Finding[] = [];
  // A first line `---` with a key below it was meant as front matter; alone it is a thematic break.
  if (/^---[^\n]*\n[A-Za-z_][\w-]*:/.test(text.slice(start, start + 200))) {
    const range = { start, end: lineEndAt(text, start) };
    findings.push(finding('front_matter_invalid', 'error', 'Front matter has no closing line `---`', range));
  }
  return { block: undefined, entries: new Map(), bodyStart: start, findings };
}
