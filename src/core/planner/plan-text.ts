/**
 * A plan as a text that a person or an agent edits before anything is created.
 *
 * **Invariant:** `readPlan(planText(plan))` gives the plan back, for every plan without problems in its normal form.
 */
import { escapeHeading } from '../markdown/headings';
import { protect } from '../markdown/protect';
import { type Plan, type PlannedFeature, type PlannedTask, planMark } from '../model/plan';
import { escapeStep } from './list-lines';
import { normalPlan } from './normal-plan';

const explanation = `${planMark} 1
A proposal: no task exists yet. Change titles, texts, order, criteria and features; delete a task that is not wanted.
"Depends on" names tasks of this plan (T1) and tasks that exist already (#100). -->`;

/** Markdown with LF line endings and a final one. */
export function planText(given: Plan): string {
  const plan = normalPlan(given);
  const head = [
    // First, since an editor names an unsaved text by its first line.
    heading(1, `Plan: ${plan.title}`),
    explanation,
    `${labelled('PRD', plan.prd)}\n${labelled('Epic', plan.epic)}`,
    protect(plan.goal, 2),
  ];
  return `${[...head, ...plan.tasks.map(taskText)].filter((part) => part !== '').join('\n\n')}\n`;
}

function taskText(task: PlannedTask): string {
  const depends = task.dependsOn.length === 0 ? 'nothing' : task.dependsOn.join(', ');
  return [
    heading(2, `${task.key}: ${task.title}`),
    labelled('Depends on', depends),
    protect(task.description, 3),
    listed(
      'Acceptance Criteria',
      task.criteria.map((criterion) => `- [ ] ${criterion}`),
    ),
    listed('Features', task.features.map(featureText)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function featureText({ id, description, steps }: PlannedFeature): string {
  return [`- \`${id}\`: ${description}`, ...steps.map((step) => `  - ${escapeStep(step)}`)].join('\n');
}

function listed(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `### ${title}\n${items.join('\n')}`;
}

function labelled(name: string, value: string): string {
  return `**${name}:** ${value}`.trimEnd();
}

function heading(level: number, words: string): string {
  return `${'#'.repeat(level)} ${escapeHeading(words)}`;
}
