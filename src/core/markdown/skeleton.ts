/** The text of a new state file. Source: product.md section 3, requirement 003-38. */
import type { TaskId } from '../model/task';
import type { NewChainInput } from './edits/set-chain-input';
import { checklistBlock, type NewFeature } from './feature-json';
import { escapeHeading } from './headings';
import { oneLine } from './one-line';
import { protect } from './protect';
import { quoteBlock } from './quote-block';
import { yamlList, yamlScalar } from './yaml-scalar';

export interface NewTaskText {
  readonly id: TaskId;
  readonly title: string;
  /** UTC ISO-8601 with `Z`. */
  readonly created: string;
  readonly dependsOn?: readonly TaskId[];
  readonly priority?: number;
  readonly estimateMinutes?: number;
  readonly prd?: string;
  readonly epic?: string;
  readonly repository?: string;
  readonly agent?: string;
  readonly description?: string;
  readonly criteria?: readonly string[];
  readonly features?: readonly NewFeature[];
  readonly inputs?: readonly NewChainInput[];
}

/** What stands where an agent will write. */
export const logPlaceholder = '(Agent will append entries here)';
export const outputPlaceholder = '(Agent will finalize when task is complete)';

const descriptionLevel = 3;

/**
 * LF line endings. Whatever the task's texts hold, reading the file gives them back: trimmed, titles and other
 * one-line values with their line breaks as spaces.
 */
export function skeleton(task: NewTaskText): string {
  const sections = [
    `## 1. Static Context\n\n${staticContext(task)}`,
    ['## 2. Chain Inputs', ...(task.inputs ?? []).map(chainInputPart)].join('\n\n'),
    `## 3. Feature Checklist\n\n${checklistBlock(task.features ?? [])}`,
    `## 4. Progress Log\n\n${logPlaceholder}`,
    '## 5. Git History',
    `## 6. Chain Output\n\n${outputPlaceholder}`,
  ];
  return `${frontMatter(task)}\n\n${titleHeading(task.id, task.title)}\n\n${sections.join('\n\n---\n\n')}\n`;
}

function frontMatter(task: NewTaskText): string {
  const lines = ['---', 'status: pending', `depends_on: ${yamlList(task.dependsOn ?? [])}`];
  if (task.priority !== undefined) lines.push(`priority: ${yamlScalar(task.priority)}`);
  if (task.estimateMinutes !== undefined) lines.push(`estimate_minutes: ${yamlScalar(task.estimateMinutes)}`);
  lines.push(`created: ${yamlScalar(task.created)}`, '---');
  return lines.join('\n');
}

export function titleHeading(id: TaskId, title: string): string {
  const words = oneLine(title);
  return `# Task #${id}: ${words === '' ? '' : `${words} `}- State`;
}

function staticContext(task: NewTaskText): string {
  const lines = [
    contextLine('PRD', task.prd),
    contextLine('Epic', task.epic),
    contextLine('Repository', task.repository),
    contextLine('Agent', task.agent),
  ];
  const description = protect(task.description ?? '', descriptionLevel);
  const criteria = (task.criteria ?? []).map(oneLine).filter((criterion) => criterion !== '');
  return [
    lines.join('\n'),
    withBody('### Task Description', description),
    withBody('### Acceptance Criteria', criteria.map((criterion) => `- [ ] ${criterion}`).join('\n')),
  ].join('\n\n');
}

function contextLine(name: string, value: string | undefined): string {
  return `**${name}:** ${oneLine(value ?? '')}`.trimEnd();
}

function withBody(heading: string, body: string): string {
  return body === '' ? heading : `${heading}\n${body}`;
}

/** The sub-section of one upstream task, LF line endings. */
export function chainInputPart(input: NewChainInput): string {
  const title = escapeHeading(oneLine(input.title));
  return `### From Task #${input.from}${title === '' ? '' : `: ${title}`}\n${quoteBlock(input)}`;
}
