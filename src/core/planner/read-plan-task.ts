/** One task of a plan's text: its heading, what it depends on, and the lists below. */
import type { TextRange } from '../base/text-edit';
import type { Block } from '../markdown/blocks/block';
import { lineEndAt, nextLineAt } from '../markdown/blocks/line-marks';
import { headingName, headingText, unescapeHeading } from '../markdown/headings';
import { unprotect } from '../markdown/protect';
import type { PlannedFeature, PlannedTask } from '../model/plan';
import { isTaskId } from '../model/task';
import { topItems } from './list-lines';
import { featureId, isFeatureId, planLine } from './normal-plan';
import type { PlanPart } from './read-plan';

/** With where in the text it says what, for problems. */
export interface WrittenTask {
  readonly task: PlannedTask;
  readonly heading: TextRange;
  /** What "Depends on" names, in order; `to` is undefined for words that name nothing. */
  readonly references: readonly (TextRange & { readonly to: string | undefined; readonly written: string })[];
  /** Of each feature. */
  readonly features: readonly TextRange[];
}

export function readPlanTask(text: string, part: PlanPart): WrittenTask {
  const { heading = { start: 0, end: 0 } } = part;
  const { key, title } = part.heading === undefined ? noTitle : readTitle(headingText(text, part.heading));
  const references = readDependsOn(text, part.blocks);
  const { kept, criteria, features } = sortBlocks(text, part, heading.end, references?.lines);
  return {
    task: {
      key,
      title,
      description: kept,
      criteria: criteria.map(({ text: words, below }) => [words, ...below].join('; ')),
      features: readFeatures(features),
      dependsOn: references?.found.flatMap(({ to }) => to ?? []) ?? [],
    },
    heading: { start: heading.start, end: heading.end },
    references: references?.found ?? [],
    features: features.map(({ start, end }) => ({ start, end })),
  };
}

const noTitle = { key: '', title: '' };

function readTitle(heading: string): { readonly key: string; readonly title: string } {
  const words = unescapeHeading(heading);
  const match = /^(t\d{1,6})(?:\s*:\s*|\s+[–—-]\s+|$)(.*)$/is.exec(words);
  if (match === null) return { key: '', title: planLine(words) };
  return { key: (match[1] ?? '').toUpperCase(), title: planLine(match[2] ?? '') };
}

const dependsLine = /^[ \t]*(?:\*\*|__)?depends on(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*/i;

interface DependsOn {
  readonly found: WrittenTask['references'];
  /** The line that begins so, and those it is wrapped onto. */
  readonly lines: TextRange;
}

/** The first such line, wherever in the task's paragraphs; undefined without one. */
function readDependsOn(text: string, blocks: readonly Block[]): DependsOn | undefined {
  for (const { kind, start, end } of blocks) {
    if (kind !== 'paragraph') continue;
    for (let at = start; at < end; at = nextLineAt(text, at)) {
      const label = dependsLine.exec(lineFrom(text, at, end))?.[0];
      if (label !== undefined) return readReferences(text, { start: at, end }, label.length);
    }
  }
  return undefined;
}

/** @param range from the label's line to the end of its paragraph @param label how long that is */
function readReferences(text: string, { start, end }: TextRange, label: number): DependsOn {
  const found: WrittenTask['references'][number][] = [];
  let at = start + label;
  for (let goesOn = true; goesOn; ) {
    const line = lineFrom(text, at, end);
    found.push(...referencesIn(line, at));
    at = Math.min(nextLineAt(text, at), end);
    goesOn = at < end && (/[,;]$/.test(line.trimEnd()) || namesOnly(lineFrom(text, at, end)));
  }
  return { found, lines: { start, end: at } };
}

function lineFrom(text: string, at: number, end: number): string {
  return text.slice(at, Math.min(lineEndAt(text, at), end));
}

function referencesIn(line: string, at: number): WrittenTask['references'] {
  return [...line.matchAll(/[^\s,;]+/g)].flatMap(({ 0: written, index }) => {
    if (namesNothing(written)) return [];
    const start = at + index;
    return [{ start, end: start + written.length, to: referenceOf(written), written }];
  });
}

/** Else a line below is the description's. */
function namesOnly(line: string): boolean {
  return referencesIn(line, 0).every(({ to }) => to !== undefined);
}

function namesNothing(written: string): boolean {
  return /^(?:and|nothing|none|—|-)$/i.test(written);
}

function referenceOf(written: string): string | undefined {
  if (/^t\d{1,6}$/i.test(written)) return written.toUpperCase();
  return written.startsWith('#') && isTaskId(written.slice(1)) ? written : undefined;
}

type Kind = 'text' | 'criteria' | 'features';

/**
 * Lists below the two headings are taken apart; everything else is the description, also what stands between.
 *
 * @param apart lines that are no part of the description
 */
function sortBlocks(
  text: string,
  { blocks, end }: PlanPart,
  bodyStart: number,
  apart: TextRange | undefined,
) {
  const lists = { criteria: [] as Block[], features: [] as Block[] };
  const kept: TextRange[] = [];
  let kind: Kind = 'text';
  let from = bodyStart;
  const keep = (to: number) => {
    if (to > from) kept.push({ start: from, end: to });
  };
  for (const [index, block] of blocks.entries()) {
    const next = blocks[index + 1]?.start ?? end;
    const named = block.kind === 'heading' && block.level === 3 ? listKind(text, block) : undefined;
    if (named !== undefined) {
      if (kind === 'text') keep(block.start);
      kind = named;
      from = next;
    } else if (block.kind === 'heading' && kind !== 'text' && block.level <= 3) {
      kind = 'text';
      from = block.start;
    } else if (kind !== 'text') {
      if (block.kind === 'item') lists[kind].push(block);
      else kept.push({ start: block.start, end: next });
      from = next;
    }
  }
  if (kind === 'text') keep(end);
  const pieces = kept
    .flatMap((range) => without(range, apart))
    .map(({ start, end: to }) => text.slice(start, to).replaceAll('\r\n', '\n').trim());
  return {
    kept: unprotect(pieces.filter((piece) => piece !== '').join('\n\n')),
    criteria: topItems(text, lists.criteria),
    features: topItems(text, lists.features),
  };
}

function without(range: TextRange, apart: TextRange | undefined): readonly TextRange[] {
  if (apart === undefined || apart.end <= range.start || apart.start >= range.end) return [range];
  return [
    { start: range.start, end: apart.start },
    { start: apart.end, end: range.end },
  ];
}

function listKind(text: string, block: Block): Exclude<Kind, 'text'> | undefined {
  const name = headingName(headingText(text, block));
  if (name === 'acceptance criteria' || name === 'criteria') return 'criteria';
  return name === 'features' || name === 'feature checklist' ? 'features' : undefined;
}

const withId = /^`([^`]+)`\s*:?\s*(.*)$/s;

/** A feature without an id gets one of its words. */
function readFeatures(items: ReturnType<typeof topItems>): readonly PlannedFeature[] {
  const split = items.map(({ text, below }) => {
    const match = withId.exec(text);
    const id = match?.[1] ?? '';
    return isFeatureId(id)
      ? { id, description: planLine(match?.[2] ?? ''), steps: below }
      : { id: undefined, description: text, steps: below };
  });
  const taken = new Map(split.flatMap(({ id }) => (id === undefined ? [] : [[id, 2] as const])));
  return split.map(({ id, description, steps }) => ({
    id: id ?? featureId(description, taken),
    description,
    steps,
  }));
}
