/** Writes the chain output by sub-section. Source: requirements 003-15 … 003-19. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import { trimEndAt } from '../blocks/line-marks';
import { outputParts, readPart, summaryPart } from '../chain-output';
import { contextPartName, escapeHeading, fullSectionName, headingName, unescapeHeading } from '../headings';
import { oneLine } from '../one-line';
import type { Part } from '../parts';
import { protect } from '../protect';
import type { StateFile } from '../state-file';
import { contentEnd, type Section, type Structure } from '../structure';
import { addSection } from './add-section';
import { inEolOf, openForEdit, verified } from './edit-session';
import { gapBelow } from './gap-below';
import { placeholderRange } from './section-body';

export interface NewChainOutput {
  readonly summary?: string;
  /** By heading, in the order they are added. Sub-sections not named here stay as they are. */
  readonly sections: Readonly<Record<string, string>>;
}

/** Throws `invalid_input` for a heading that is empty, names a section of the file itself, or is given twice. */
export function setChainOutput(text: string, output: NewChainOutput): TextEdit[] {
  const { structure } = openForEdit(text);
  const section = structure.sections.get('output');
  const wanted = wantedSections(output);
  if (wanted.size === 0) return [];
  const level = outputParts(structure)[0]?.heading.level ?? Math.min(6, (section?.level ?? 2) + 1);
  const edits =
    section === undefined
      ? [addSection(structure, 'output', newParts([...wanted], level))]
      : updateSection(structure, section, wanted, level);
  return verified(text, edits, (after) => reads(after, wanted), 'chain output');
}

/** By heading, the summary first. */
function wantedSections(output: NewChainOutput): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>();
  if (output.summary !== undefined) wanted.set('Summary', output.summary);
  const names = new Set([...wanted.keys()].map(partName));
  for (const [given, body] of Object.entries(output.sections)) {
    const heading = checkedHeading(given);
    if (names.has(partName(heading))) {
      throw new BatonError('invalid_input', `"${heading.slice(0, 80)}" of the chain output is given twice`);
    }
    names.add(partName(heading));
    wanted.set(heading, body);
  }
  return wanted;
}

/**
 * What is the same for headings that mean the same part: numbers, emphasis and case do not count, every word does, in
 * any script and in parentheses.
 */
function partName(heading: string): string {
  if (headingName(heading) === 'summary') return 'summary';
  return unescapeHeading(heading)
    .replace(/[*_`]/g, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/^\d{1,3}(?:\.\d{1,3})*[.):]?[ \t]+(?=\S)/, '')
    .toLowerCase()
    .split(/[\s:]+/)
    .filter((word) => word !== '')
    .join(' ');
}

function checkedHeading(heading: string): string {
  const words = oneLine(heading);
  const name = headingName(words);
  if (partName(words) === '' || fullSectionName(name) !== undefined || contextPartName(name) !== undefined) {
    throw new BatonError('invalid_input', `"${words.slice(0, 80)}" cannot be a part of the chain output`);
  }
  return words;
}

function updateSection(
  structure: Structure,
  section: Section,
  wanted: ReadonlyMap<string, string>,
  level: number,
): readonly TextEdit[] {
  const parts = outputParts(structure);
  const edits: TextEdit[] = [];
  const missing: [string, string][] = [];
  for (const [heading, body] of wanted) {
    const part = findPart(parts, heading);
    if (part === undefined) missing.push([heading, body]);
    else edits.push(...replacePart(structure, part, body));
  }
  return [...edits, ...addParts(structure, section, parts, missing, level)];
}

function findPart(parts: readonly Part<string>[], heading: string): Part<string> | undefined {
  const name = partName(heading);
  if (name === 'summary') return summaryPart(parts);
  return parts.find((part) => part.name === heading) ?? parts.find((part) => partName(part.name) === name);
}

function replacePart(structure: Structure, part: Part<string>, body: string): readonly TextEdit[] {
  const { text } = structure;
  const content = protect(body, part.heading.level);
  if (protect(readPart(structure, part), part.heading.level) === content) return [];
  const end = trimEndAt(text, part.start, part.end);
  const written = content === '' ? '' : `\n${content}${gapBelow(text, end)}`;
  return [{ start: part.start, end, text: inEolOf(text, written) }];
}

/** A summary goes above the other sub-sections, everything else below them; a placeholder makes way. */
function addParts(
  structure: Structure,
  section: Section,
  parts: readonly Part<string>[],
  missing: readonly [string, string][],
  level: number,
): readonly TextEdit[] {
  if (missing.length === 0) return [];
  const { text } = structure;
  const end = trimEndAt(text, section.start, contentEnd(structure, section));
  const first = parts[0];
  const placeholder = placeholderRange(text, section.start, first?.heading.start ?? end);
  if (placeholder !== undefined && first === undefined) {
    const gap = gapBelow(text, placeholder.end);
    return [{ ...placeholder, text: inEolOf(text, newParts(missing, level) + gap) }];
  }
  const summary =
    first === undefined ? [] : missing.filter(([heading]) => headingName(heading) === 'summary');
  const others = missing.filter((entry) => !summary.includes(entry));
  const edits: TextEdit[] = [];
  if (summary.length > 0 && first !== undefined) {
    const place = placeholder ?? { start: first.heading.start, end: first.heading.start };
    const gap = placeholder === undefined ? '\n\n' : '';
    edits.push({ ...place, text: inEolOf(text, newParts(summary, level) + gap) });
  }
  if (others.length > 0)
    edits.push({
      start: end,
      end,
      text: inEolOf(text, `\n\n${newParts(others, level)}${gapBelow(text, end)}`),
    });
  return edits;
}

function newParts(entries: readonly [string, string][], level: number): string {
  return entries
    .map(([heading, body]) => {
      const content = protect(body, level);
      return `${'#'.repeat(level)} ${escapeHeading(heading)}${content === '' ? '' : `\n${content}`}`;
    })
    .join('\n\n');
}

function reads(after: StateFile, wanted: ReadonlyMap<string, string>): boolean {
  const parts = outputParts(after.structure);
  return [...wanted].every(([heading, body]) => {
    const part = findPart(parts, heading);
    return part !== undefined && protect(readPart(after.structure, part), 6) === protect(body, 6);
  });
}
