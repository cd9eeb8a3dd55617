/** Writes or refreshes the chain input of one upstream task. Source: requirements 003-9, 003-25; product.md section 3. */
import type { TextEdit, TextRange } from '../../base/text-edit';
import type { TaskId } from '../../model/task';
import { generatedInput, type InputPart, inputParts, readInput } from '../chain-inputs';
import { quoteBlock } from '../quote-block';
import { chainInputPart } from '../skeleton';
import type { StateFile } from '../state-file';
import type { Structure } from '../structure';
import { addSection } from './add-section';
import { inEolOf, openForEdit, verified } from './edit-session';
import { gapBelow } from './gap-below';
import { appendToSection } from './section-body';

export interface NewChainInput {
  readonly from: TaskId;
  /** Title of the upstream task. */
  readonly title: string;
  readonly text: string;
  /** Hash of the upstream output, as its outline gives it. */
  readonly hash: string | undefined;
}

/**
 * Replaces only what Baton generated, the marker and the quote; the heading and the text a person added below the
 * quote stay. A new upstream task gets its part at the end of the section.
 */
export function setChainInput(text: string, input: NewChainInput): TextEdit[] {
  const { structure } = openForEdit(text);
  const part = partOf(structure, input);
  const edit = part === undefined ? addPart(structure, input) : refreshPart(structure, part, input);
  const isThere = (after: StateFile) =>
    partOf(after.structure, input) !== undefined && keepsNote(structure, part, after);
  return edit === undefined ? [] : verified(text, [edit], isThere, `chain input from task ${input.from}`);
}

function partOf(structure: Structure, input: NewChainInput): InputPart | undefined {
  return inputParts(structure).find((part) => part.value.from === input.from);
}

function keepsNote(before: Structure, part: InputPart | undefined, after: StateFile): boolean {
  if (part === undefined) return true;
  const { note } = readInput(before, part);
  const same = inputParts(after.structure).find((other) => other.value.from === part.value.from);
  return same !== undefined && readInput(after.structure, same).note.endsWith(note);
}

function addPart(structure: Structure, input: NewChainInput): TextEdit {
  const section = structure.sections.get('inputs');
  const level = inputParts(structure)[0]?.heading.level ?? Math.min(6, (section?.level ?? 2) + 1);
  const body = chainInputPart(input).replace(/^#+/, '#'.repeat(level));
  return section === undefined
    ? addSection(structure, 'inputs', body)
    : appendToSection(structure, section, body);
}

function refreshPart(structure: Structure, part: InputPart, input: NewChainInput): TextEdit | undefined {
  const { text } = structure;
  const range = generatedRange(structure, part);
  const block = quoteBlock(input);
  if (range === undefined) {
    const at = part.heading.end;
    return { start: at, end: at, text: inEolOf(text, `\n${block}${gapBelow(text, at)}`) };
  }
  if (text.slice(range.start, range.end) === inEolOf(text, block)) return undefined;
  return { ...range, text: inEolOf(text, block + gapBelow(text, range.end)) };
}

function generatedRange(structure: Structure, part: InputPart): TextRange | undefined {
  const { marker, quote } = generatedInput(structure, part);
  const first = marker ?? quote;
  const last = quote ?? marker;
  return first && last && { start: first.start, end: last.end };
}
