/**
 * A goal or a document, made into a plan by its own lists, headings and words. The same text always gives the same plan, at
 * once, and nobody is asked. Source: requirements 001-5, 001-45 … 001-48.
 */
import { BatonError } from '../base/baton-error';
import { readBlocks } from '../markdown/blocks/read-blocks';
import { readFrontMatter } from '../markdown/front-matter/front-matter';
import { withSafeLines } from '../markdown/state-file';
import { type Plan, planLimits } from '../model/plan';
import { linkDrafts } from './dependencies';
import { checkSize, type Draft, draft, withIds } from './draft';
import { draftDocument, draftItem } from './draft-document';
import { topItems } from './list-lines';
import { normalPlan, planBody, planLine } from './normal-plan';
import { gather, splitProse } from './split-prose';

export interface Proposed {
  readonly plan: Plan;
  /** What could not be taken as it is said, one sentence each. */
  readonly notices: readonly string[];
}

/** Throws `invalid_input` for a blank goal, `too_large`. */
export function planGoal(goal: string): Proposed {
  if (goal.length > planLimits.goal) {
    throw new BatonError('too_large', `The goal is longer than ${planLimits.goal} characters`, {
      hint: 'Put it into a Markdown file and plan from that: baton plan --prd FILE.',
    });
  }
  const text = withSafeLines(planBody(goal));
  if (text === '') throw new BatonError('invalid_input', 'Say what the goal is');
  const blocks = readBlocks(text, 0);
  if (blocks.some(({ kind }) => kind === 'heading')) return planDocument(text, { prd: '', name: 'Goal' });
  const items = topItems(text, blocks);
  const drafts = items.length > 0 ? items.map(draftItem) : draftProse(text);
  const [first] = blocks;
  const title = first?.kind === 'paragraph' ? text.slice(first.start, first.end) : (drafts[0]?.title ?? text);
  return planned({ title: firstWords(title), goal: text, prd: '', epic: '' }, drafts);
}

/** @param prd as the plan is to name it @param name of the document, for one without a title */
export function planDocument(document: string, { prd, name }: { prd: string; name: string }): Proposed {
  if (document.length > planLimits.document) {
    throw new BatonError('too_large', `${name} is longer than ${planLimits.document} characters`, {
      hint: 'Plan from a part of it.',
    });
  }
  const text = withSafeLines(document.replaceAll('\0', '\ufffd'));
  const { bodyStart } = readFrontMatter(text);
  if (text.slice(bodyStart).trim() === '') throw new BatonError('invalid_input', `${name} is empty`);
  const blocks = readBlocks(text, bodyStart);
  const found = draftDocument(text, blocks);
  const title = firstWords(
    found.title.replace(/^(?:prd|product requirements(?: document)?)\s*[:–—-]\s*/i, '') || name,
  );
  const drafts = found.tasks.length > 0 ? found.tasks : draftFlat(text, blocks, title);
  return planned({ title, goal: found.goal, prd, epic: title }, drafts);
}

/** Of a document that names no task: the items of its lists, else the whole as one task. */
function draftFlat(text: string, blocks: ReturnType<typeof readBlocks>, title: string): readonly Draft[] {
  const items = topItems(text, blocks);
  return items.length > 0 ? items.map(draftItem) : [draft(title)];
}

/** Parts beyond a handful are put together, and each of them becomes a criterion. */
function draftProse(text: string): readonly Draft[] {
  const parts = splitProse(text);
  return gather(parts, planLimits.tasksOfProse).map((group) =>
    draft(group.map(capital).join('; '), { criteria: group.length > 1 ? group : [] }),
  );
}

function planned(head: Omit<Plan, 'tasks'>, drafts: readonly Draft[]): Proposed {
  checkSize(drafts);
  const { upstream, dropped, unheard } = linkDrafts(drafts);
  const key = (at: number) => `T${at + 1}`;
  const tasks = drafts.map(({ title, description, criteria, features }, at) => ({
    key: key(at),
    title: capital(title),
    description: [description, ...(unheard[at] ?? []).map((hint) => `Depends on: ${planLine(hint)}`)]
      .join('\n\n')
      .trim(),
    criteria,
    features: withIds(features),
    dependsOn: (upstream[at] ?? []).map((on) => (typeof on === 'number' ? key(on) : on)),
  }));
  return {
    plan: normalPlan({ ...head, tasks }),
    notices: dropped.map(
      ({ from, on }) => `${key(from)} would depend on itself through ${key(on)}: that is left out.`,
    ),
  };
}

function capital(text: string): string {
  const line = planLine(text);
  return /^\p{Ll}[\p{Ll}\s]/u.test(line) ? line.charAt(0).toUpperCase() + line.slice(1) : line;
}

/** One line for a title; what is cut off stands in the goal. */
function firstWords(text: string): string {
  const line = planLine(text).replace(/[:.]+$/, '');
  if (line.length <= titleLength) return line;
  const cut = line.slice(0, titleLength - 1).replace(/[\ud800-\udbff]$/, '');
  return `${(cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut).trimEnd()}…`;
}

const titleLength = 120;
