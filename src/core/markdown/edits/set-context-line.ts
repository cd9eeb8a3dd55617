/** Sets one of the `**PRD:** …` lines of the static context. Source: requirement 003-6. */
import type { TextEdit } from '../../base/text-edit';
import { lineEndAt, nextLineAt, skipBlanks } from '../blocks/line-marks';
import { type ContextLine, type ContextLineName, contextLineNames, contextLines } from '../context-lines';
import { oneLine } from '../one-line';
import type { StateFile } from '../state-file';
import type { Section, Structure } from '../structure';
import { addSection } from './add-section';
import { inEolOf, openForEdit, verified } from './edit-session';

/** An undefined or empty value leaves the line with its name only. */
export function setContextLine(text: string, name: ContextLineName, value: string | undefined): TextEdit[] {
  const { structure } = openForEdit(text);
  const words = oneLine(value ?? '');
  const known = contextLines(structure);
  const line = known.get(name);
  if (oneLine(line?.value ?? '') === words) return [];
  const edit =
    line === undefined ? addLine(structure, known, name, words) : changeLine(structure, line, words);
  const isSet = (after: StateFile) => (contextLines(after.structure).get(name)?.value ?? '') === words;
  return verified(text, [edit], isSet, `${name} line`);
}

function changeLine(structure: Structure, line: ContextLine, words: string): TextEdit {
  const { start, end } = line.valueRange;
  const needsBlank = words !== '' && !/[ \t]/.test(structure.text.charAt(start - 1));
  return { start, end, text: needsBlank ? ` ${words}` : words };
}

function addLine(
  structure: Structure,
  known: ReadonlyMap<ContextLineName, ContextLine>,
  name: ContextLineName,
  words: string,
): TextEdit {
  const written = `**${name}:** ${words}`;
  const { text } = structure;
  const before = contextLineNames
    .slice(0, contextLineNames.indexOf(name))
    .findLast((other) => known.has(other));
  const above = before && known.get(before);
  if (above !== undefined) return insertion(text, above.line.end, `\n${bulletOf(text, above)}${written}`);
  const below = contextLineNames.map((other) => known.get(other)).find((line) => line !== undefined);
  if (below !== undefined) return insertion(text, below.line.start, `${bulletOf(text, below)}${written}\n`);
  const section = structure.sections.get('context');
  return section === undefined
    ? addSection(structure, 'context', written)
    : firstLine(text, section, written);
}

/** Lines kept as a list stay one. */
function bulletOf(text: string, line: ContextLine): string {
  return /^[ \t]*[-*+][ \t]+/.exec(text.slice(line.line.start, line.line.end))?.[0] ?? '';
}

/** Below the section's heading, as a paragraph of its own. */
function firstLine(text: string, section: Section, written: string): TextEdit {
  const next = nextLineAt(text, section.heading.end);
  const nextEnd = lineEndAt(text, next);
  const gap = skipBlanks(text, next, nextEnd) === nextEnd ? '' : '\n';
  return insertion(text, section.heading.end, `\n\n${written}${gap}`);
}

function insertion(text: string, at: number, inserted: string): TextEdit {
  return { start: at, end: at, text: inEolOf(text, inserted) };
}
