/** Reads the text of a plan as a person or an agent has left it. Never throws; says what keeps it from being accepted. */
import type { TextRange } from '../base/text-edit';
import type { Block } from '../markdown/blocks/block';
import { readBlocks } from '../markdown/blocks/read-blocks';
import { readFrontMatter } from '../markdown/front-matter/front-matter';
import { headingText, unescapeHeading } from '../markdown/headings';
import { unprotect } from '../markdown/protect';
import { withSafeLines } from '../markdown/state-file';
import { type Plan, type PlanProblem, planLimits } from '../model/plan';
import { normalPlan, planLine } from './normal-plan';
import { PlanFindings } from './plan-findings';
import { readPlanTask, type WrittenTask } from './read-plan-task';

export interface ReadPlan {
  readonly plan: Plan;
  /** In the order of the text; an empty list means that it can be accepted. */
  readonly problems: readonly PlanProblem[];
}

/** @param original Markdown; line endings of any kind */
export function readPlan(original: string): ReadPlan {
  const findings = new PlanFindings(original);
  if (original.length > planLimits.document) {
    findings.add('plan.long-text', { start: 0, end: 0 }, String(planLimits.document));
    return { plan: emptyPlan, problems: findings.located() };
  }
  const text = withSafeLines(original.replaceAll('\0', '\ufffd'));
  const { bodyStart } = readFrontMatter(text);
  const blocks = readBlocks(text, bodyStart);
  const parts = cut(text, blocks);
  const written = withKeys(parts.tasks.map((part) => readPlanTask(text, part)));
  const plan = normalPlan({ ...readHead(text, parts.head), tasks: written.map(({ task }) => task) });
  findings.judge(written, wholeTitle(text, parts.head));
  return {
    plan: { ...plan, title: plan.title || (plan.tasks[0]?.title ?? '') },
    problems: findings.located(),
  };
}

const emptyPlan: Plan = { title: '', goal: '', prd: '', epic: '', tasks: [] };

/** A heading with what stands below it. */
export interface PlanPart {
  readonly heading: Block | undefined;
  readonly blocks: readonly Block[];
  readonly end: number;
}

/** The title is the first heading of level 1 before any task; every other heading of level 1 or 2 is a task's. */
function cut(text: string, blocks: readonly Block[]): { head: PlanPart; tasks: readonly PlanPart[] } {
  const starts = blocks.flatMap((block, index) => (isHeading(block, 2) ? [index] : []));
  const partAt = (from: number | undefined, to: number | undefined): PlanPart => ({
    heading: from === undefined ? undefined : blocks[from],
    blocks: blocks.slice(from === undefined ? 0 : from + 1, to),
    end: blocks[to ?? blocks.length]?.start ?? text.length,
  });
  const [first] = starts;
  const hasTitle = first !== undefined && blocks[first]?.level === 1;
  const taskStarts = hasTitle ? starts.slice(1) : starts;
  const head = partAt(hasTitle ? first : undefined, taskStarts[0]);
  return { head, tasks: taskStarts.map((from, at) => partAt(from, taskStarts[at + 1])) };
}

export function isHeading({ kind, level }: Block, deepest: number): boolean {
  return kind === 'heading' && level <= deepest;
}

function readHead(text: string, { heading, blocks, end }: PlanPart): Omit<Plan, 'tasks'> {
  const title = heading === undefined ? '' : unescapeHeading(headingText(text, heading));
  const [lines] = blocks.filter(({ kind }) => kind !== 'comment');
  const labels = lines?.kind === 'paragraph' ? readLabels(text.slice(lines.start, lines.end)) : undefined;
  const from = labels === undefined ? (lines?.start ?? end) : (lines?.start ?? 0) + labels.length;
  return {
    title: planLine(title.replace(/^plan:/i, '')),
    goal: unprotect(text.slice(from, end).replaceAll('\r\n', '\n').trim()),
    prd: labels?.prd ?? '',
    epic: labels?.epic ?? '',
  };
}

const labelLine = /^[ \t]*(?:\*\*|__)?(PRD|Epic)(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*([^\n]*)(?:\n|$)/i;

/** The lines at the beginning of a paragraph, and how much of it they are. */
function readLabels(paragraph: string): { prd: string; epic: string; length: number } | undefined {
  const found = { prd: '', epic: '', length: 0 };
  for (;;) {
    const match = labelLine.exec(paragraph.slice(found.length));
    if (match === null || match[0] === '') break;
    found[match[1]?.toLowerCase() === 'prd' ? 'prd' : 'epic'] = planLine(match[2] ?? '');
    found.length += match[0].length;
  }
  return found.length === 0 ? undefined : found;
}

function wholeTitle(text: string, { heading }: PlanPart): TextRange & { readonly length: number } {
  const { start, end } = heading ?? { start: 0, end: 0 };
  const title = heading === undefined ? '' : unescapeHeading(headingText(text, heading));
  return { start, end, length: planLine(title.replace(/^plan:/i, '')).length };
}

/** Tasks whose heading names no key get the next free one, so that nothing that was typed is refused for that. */
function withKeys(written: readonly WrittenTask[]): readonly WrittenTask[] {
  const taken = new Set(written.map(({ task }) => task.key));
  let next = 1;
  return written.map((one) => {
    if (one.task.key !== '') return one;
    while (taken.has(`T${next}`)) next++;
    const key = `T${next}`;
    taken.add(key);
    return { ...one, task: { ...one.task, key } };
  });
}
