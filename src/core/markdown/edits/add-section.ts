/** Adds a missing section in its place: behind the nearest section that comes before it in the order of product.md. */
import type { TextEdit } from '../../base/text-edit';
import { trimEndAt } from '../blocks/line-marks';
import type { SectionKind } from '../headings';
import { contentEnd, type Section, type Structure } from '../structure';
import { inEolOf } from './edit-session';
import { gapBelow } from './gap-below';

type MainSection = Exclude<SectionKind, 'description' | 'criteria'>;

const order: readonly MainSection[] = ['context', 'inputs', 'checklist', 'log', 'history', 'output'];

const names: Readonly<Record<MainSection, string>> = {
  context: 'Static Context',
  inputs: 'Chain Inputs',
  checklist: 'Feature Checklist',
  log: 'Progress Log',
  history: 'Git History',
  output: 'Chain Output',
};

/** Without a number, since the numbers of the file's own sections depend on which of them it has. */
export function addSection(structure: Structure, kind: MainSection, body: string): TextEdit {
  const { text } = structure;
  const level = Math.min(3, mainSections(structure)[0]?.level ?? 2);
  const section = `${'#'.repeat(level)} ${names[kind]}\n\n${body}`;
  const before = order.slice(0, order.indexOf(kind)).findLast((other) => structure.sections.has(other));
  if (before !== undefined) {
    const at = endOfSection(structure, before);
    return insertion(text, at, `\n\n---\n\n${section}${gapBelow(text, at)}`);
  }
  const first = mainSections(structure)[0];
  if (first !== undefined) return insertion(text, first.heading.start, `${section}\n\n---\n\n`);
  const end = trimEndAt(text, structure.bodyStart, text.length);
  if (end === structure.bodyStart)
    return insertion(text, text.length, `${gapInEmptyBody(structure)}${section}\n`);
  return insertion(text, end, structure.all.length > 0 ? `\n\n---\n\n${section}` : `\n\n${section}`);
}

/** A file without a body is empty, or holds blanks, or ends with its front matter. */
function gapInEmptyBody({ text, bodyStart }: Structure): string {
  if (bodyStart < text.length) return text.endsWith('\n') ? '' : '\n';
  if (text.trim() === '') return '';
  return text.endsWith('\n') ? '\n' : '\n\n';
}

function mainSections(structure: Structure): readonly Section[] {
  return structure.all.filter((section) => order.some((kind) => kind === section.kind));
}

/** Description and criteria belong to the context above them. */
function endOfSection(structure: Structure, kind: MainSection): number {
  const section = structure.sections.get(kind);
  if (section === undefined) return structure.text.length;
  let index = structure.all.indexOf(section);
  for (;;) {
    const next = structure.all[index + 1];
    if (next?.kind !== 'description' && next?.kind !== 'criteria') break;
    index++;
  }
  const last = structure.all[index] ?? section;
  return trimEndAt(structure.text, last.start, contentEnd(structure, last));
}

function insertion(text: string, at: number, inserted: string): TextEdit {
  return { start: at, end: at, text: inEolOf(text, inserted) };
}
