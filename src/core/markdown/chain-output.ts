/** The Chain Output section: what downstream tasks receive. Source: requirements 003-15 … 003-19, 003-40. */
import { contentHash } from '../base/content-hash';
import type { ChainOutput } from '../model/task';
import { headingName } from './headings';
import { type Part, partsOf } from './parts';
import { isPlaceholder } from './placeholders';
import { unprotect } from './protect';
import { type Structure, sectionText } from './structure';
import { withUnixLines } from './unix-lines';

export function outputParts(structure: Structure): readonly Part<string>[] {
  return partsOf(structure, structure.sections.get('output'), (heading) => heading);
}

/** The part under the heading "Summary", by its words. */
export function summaryPart(parts: readonly Part<string>[]): Part<string> | undefined {
  return parts.find((part) => headingName(part.name) === 'summary');
}

/** Raw text of the summary: its sub-section, else what stands above the first sub-heading. Empty when unfilled. */
function rawSummary(structure: Structure, parts: readonly Part<string>[]): string {
  const section = structure.sections.get('output');
  if (section === undefined) return '';
  const part = summaryPart(parts);
  const first = parts[0];
  const raw =
    part !== undefined
      ? structure.text.slice(part.start, part.end)
      : first === undefined
        ? sectionText(structure, section)
        : structure.text.slice(section.start, first.heading.start);
  return isPlaceholder(raw) ? '' : raw;
}

/** Present when the summary is filled; the hash covers the whole section, line endings and margins aside. */
export function outputHash(structure: Structure): string | undefined {
  const section = structure.sections.get('output');
  if (section === undefined || rawSummary(structure, outputParts(structure)) === '') return undefined;
  return contentHash(withUnixLines(sectionText(structure, section)));
}

export function readOutput(structure: Structure): ChainOutput | undefined {
  const section = structure.sections.get('output');
  const hash = outputHash(structure);
  if (section === undefined || hash === undefined) return undefined;
  return {
    summary: plain(rawSummary(structure, outputParts(structure))),
    sections: outputSections(structure),
    hash,
    range: { start: section.heading.start, end: section.end },
  };
}

/** What the sub-sections say, by heading as written; also while the summary is not filled. */
export function outputSections(structure: Structure): Readonly<Record<string, string>> {
  const sections = new Map<string, string>();
  for (const part of outputParts(structure)) {
    if (!sections.has(part.name)) sections.set(part.name, readPart(structure, part));
  }
  return Object.fromEntries(sections);
}

/** What a sub-section says, trimmed, with LF line endings. */
export function readPart(structure: Structure, part: Part<string>): string {
  return plain(structure.text.slice(part.start, part.end));
}

function plain(raw: string): string {
  return unprotect(withUnixLines(raw).trim());
}
