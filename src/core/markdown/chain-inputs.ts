/** The blocks of the Chain Inputs section, one per upstream task. Source: requirement 003-9, product.md section 3. */
import type { ChainInput } from '../model/task';
import type { Block } from './blocks/block';
import { lineEndAt } from './blocks/line-marks';
import { type InputHeading, parseInput } from './headings';
import { type Part, partsOf } from './parts';
import type { Structure } from './structure';
import { withUnixLines } from './unix-lines';

export type InputPart = Part<InputHeading>;

/** The first part of each upstream task. */
export function inputParts(structure: Structure): readonly InputPart[] {
  const seen = new Set<string>();
  return partsOf(structure, structure.sections.get('inputs'), parseInput).filter((part) => {
    if (seen.has(part.value.from)) return false;
    seen.add(part.value.from);
    return true;
  });
}

const markerPattern = /^<!--[ \t]*baton:input\b/;

/** The generated block of a part: our marker, when it has one, and the quote below it. */
export interface GeneratedInput {
  readonly marker: Block | undefined;
  readonly quote: Block | undefined;
}

export function generatedInput(structure: Structure, part: InputPart): GeneratedInput {
  const quoteIndex = part.blocks.findIndex((block) => block.kind === 'quote');
  const marker = part.blocks.find(
    (block) =>
      block.kind === 'comment' && markerPattern.test(structure.text.slice(block.start, block.start + 40)),
  );
  const quote = part.blocks[quoteIndex];
  if (marker === undefined) return { marker, quote };
  // Only the quote right below the marker is ours; one further down is a person's.
  const below = part.blocks[part.blocks.indexOf(marker) + 1];
  return { marker, quote: below?.kind === 'quote' ? below : undefined };
}

/** The hash of the upstream output in the marker comment. */
export function inputHash(structure: Structure, part: InputPart): string | undefined {
  const { marker } = generatedInput(structure, part);
  if (marker === undefined) return undefined;
  const line = structure.text.slice(
    marker.start,
    Math.min(lineEndAt(structure.text, marker.start), marker.start + 300),
  );
  return /[ \t]hash=([A-Za-z0-9]+)/.exec(line)?.[1];
}

export function readInput(structure: Structure, part: InputPart): ChainInput {
  const { marker, quote } = generatedInput(structure, part);
  const { text } = structure;
  const range = { start: part.heading.start, end: part.blocks.at(-1)?.end ?? part.heading.end };
  const below = (start: number) => withUnixLines(text.slice(start, part.end)).trim();
  const own = { from: part.value.from, title: part.value.title, hash: inputHash(structure, part), range };
  if (quote !== undefined) {
    return { ...own, text: unquote(text.slice(quote.start, quote.end)), note: below(quote.end) };
  }
  // Without a quote a person wrote the input by hand; below a marker it is a note to an input that is gone.
  if (marker !== undefined) return { ...own, text: '', note: below(marker.end) };
  return { ...own, text: below(part.start), note: '' };
}

function unquote(raw: string): string {
  return withUnixLines(raw)
    .split('\n')
    .map((line) => line.replace(/^ {0,3}> ?/, ''))
    .join('\n')
    .trim();
}
