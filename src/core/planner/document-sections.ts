/** A document by its headings, and what the names of its headings mean for a plan. */
import type { Block } from '../markdown/blocks/block';
import { headingName, headingText, unescapeHeading } from '../markdown/headings';
import { planLine } from './normal-plan';

export interface DocumentSection {
  /** Without number; empty for what stands above the first heading. */
  readonly title: string;
  readonly name: string;
  /** 0 above the first heading. */
  readonly level: number;
  /** Directly below the heading, up to the next one of any level. */
  readonly blocks: readonly Block[];
  readonly children: readonly DocumentSection[];
  /** Of the heading, and of all below it. */
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

/** The outermost sections in order; what stands above the first heading is one of its own. */
export function documentSections(text: string, blocks: readonly Block[]): readonly DocumentSection[] {
  const firstHeading = blocks.findIndex(({ kind }) => kind === 'heading');
  const above = firstHeading < 0 ? blocks : blocks.slice(0, firstHeading);
  const intro = above.length === 0 ? [] : [introOf(text, above, blocks[above.length])];
  return [...intro, ...(firstHeading < 0 ? [] : nested(text, blocks, firstHeading, blocks.length))];
}

function introOf(text: string, above: readonly Block[], next: Block | undefined): DocumentSection {
  const start = above[0]?.start ?? 0;
  const place = { start, bodyStart: start, end: next?.start ?? text.length };
  return { title: '', name: '', level: 0, blocks: above, children: [], ...place };
}

/** A loop over siblings; it calls itself for what is nested, at most six levels deep. */
function nested(
  text: string,
  blocks: readonly Block[],
  from: number,
  to: number,
): readonly DocumentSection[] {
  const sections: DocumentSection[] = [];
  for (let at = from; at < to; ) {
    const heading = blocks[at];
    if (heading === undefined) break;
    let own = at + 1;
    while (own < to && blocks[own]?.kind !== 'heading') own++;
    let end = own;
    while (end < to && !closes(blocks[end], heading)) end++;
    const words = unescapeHeading(headingText(text, heading));
    sections.push({
      title: withoutNumber(planLine(words)),
      name: headingName(words),
      level: heading.level,
      blocks: blocks.slice(at + 1, own),
      children: own < end ? nested(text, blocks, own, end) : [],
      start: heading.start,
      bodyStart: heading.end,
      end: blocks[end]?.start ?? text.length,
    });
    at = end;
  }
  return sections;
}

function closes(block: Block | undefined, heading: Block): boolean {
  return block?.kind === 'heading' && block.level <= heading.level;
}

/** `1. `, `2.3) `, `Step 4: `, `Task #7: `: the order says as much. */
function withoutNumber(title: string): string {
  const bare = title
    .replace(
      /^(?:(?:task|step|phase|milestone|story|feature|epic)\s*#?\s*)?\d{1,4}(?:\.\d{1,3}){0,3}\s*[.):–—-]+\s+/i,
      '',
    )
    .replace(/^\d{1,4}(?:\.\d{1,3}){1,3}\s+/, '');
  return bare === '' ? title : bare;
}

export type SectionMeaning = 'background' | 'tasks' | 'criteria' | 'features' | 'depends' | 'task';

const named: Readonly<Record<Exclude<SectionMeaning, 'task'>, readonly string[]>> = {
  background: [
    'abstract',
    'appendix',
    'assumptions',
    'audience',
    'background',
    'changelog',
    'constraints',
    'contents',
    'context',
    'definitions',
    'executive summary',
    'future work',
    'glossary',
    'goal',
    'goals',
    'introduction',
    'links',
    'motivation',
    'non-goals',
    'non goals',
    'nongoals',
    'notes',
    'objective',
    'objectives',
    'open questions',
    'out of scope',
    'overview',
    'personas',
    'problem',
    'problem statement',
    'purpose',
    'questions',
    'references',
    'risks',
    'scope',
    'stakeholders',
    'success metrics',
    'metrics',
    'milestones',
    'roadmap',
    'summary',
    'table of contents',
    'target audience',
    'target users',
    'terms',
    'timeline',
    'users',
    'vision',
    'why',
  ],
  tasks: [
    'backlog',
    'deliverables',
    'epics',
    'features',
    'functional requirements',
    'implementation',
    'implementation plan',
    'implementation steps',
    'non-functional requirements',
    'phases',
    'plan',
    'requirements',
    'steps',
    'stories',
    'task breakdown',
    'task list',
    'tasks',
    'todo',
    'to do',
    'user stories',
    'work breakdown',
    'work items',
    'work packages',
  ],
  criteria: [
    'acceptance criteria',
    'acceptance',
    'criteria',
    'definition of done',
    'done when',
    'success criteria',
  ],
  features: ['checklist', 'feature checklist', 'features', 'scope of work', 'requirements', 'details'],
  depends: ['dependencies', 'depends on', 'prerequisites', 'blocked by'],
};

/** What a heading's name means where a document's own parts are. */
export function outerMeaning(name: string): SectionMeaning {
  if (named.tasks.includes(name)) return 'tasks';
  return named.background.includes(name) || named.criteria.includes(name) || named.depends.includes(name)
    ? 'background'
    : 'task';
}

/** What it means inside a task; `task` for a part of its description. */
export function innerMeaning(name: string): SectionMeaning {
  for (const meaning of ['criteria', 'features', 'depends'] as const) {
    if (named[meaning].includes(name)) return meaning;
  }
  return 'task';
}
