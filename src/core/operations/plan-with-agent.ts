/** `baton plan --agent`: planning as a task like any other, which an agent is launched on. Requirement 001-46. */
import { BatonError } from '../base/baton-error';
import { type Plan, planLimits } from '../model/plan';
import { createTask } from './create-task';
import { type PlanSource, proposePlan } from './propose-plan';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** Where the agent puts its plan, from the workspace folder. */
export const planFile = 'baton-plan.md';

/** Creates the task and launches nothing. Throws as `proposePlan` and `createTask` do. */
export async function createPlanningTask(
  workspace: BatonWorkspace,
  source: PlanSource,
  agent: string,
): Promise<TaskView> {
  const { plan, text } = await proposePlan(workspace, source);
  const description = planningDescription(plan, text);
  if (description.length > planLimits.description) {
    throw new BatonError('too_large', 'The goal is too long for the task of an agent', {
      hint: 'Commit the document, and name it in a shorter goal.',
    });
  }
  return createTask(workspace, {
    title: `Plan: ${plan.title}`.slice(0, planLimits.title),
    agent,
    prd: plan.prd,
    epic: plan.epic,
    description,
    criteria: [
      `${planFile} holds the plan, and the person has agreed to it`,
      `The tasks are created by \`baton plan accept ${planFile}\``,
    ],
  });
}

function planningDescription({ goal, title }: Plan, draft: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...draft.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `Split this goal into tasks that build on each other. Do not begin with the work itself.

${quoted(goal === '' ? title : goal)}

1. Read what of the repository bears on the goal, and the tasks that exist: \`baton task list\`.
2. Write the plan to \`${planFile}\`, in the form of the draft below. Each task is one that an agent can finish in a session or a few and that hands something on. Give it criteria that can be checked, and features that are small and testable. Let a task depend on another one only where it needs its output.
3. Check it with \`baton plan check ${planFile}\` until it names no problem.
4. Show the plan to the person. Say what you left out and what you assumed, and change it as they ask.
5. When they agree, run \`baton plan accept ${planFile}\`, and delete the file. Without a person there, leave the file, and stop.

The draft that Baton made of the goal's own words:

${fence}markdown
${draft.trimEnd()}
${fence}`;
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}
