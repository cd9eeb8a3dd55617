import * as z from 'zod';
import { changeStatus } from '../../core/operations/change-status';
import { createTask } from '../../core/operations/create-task';
import { inspectTask } from '../../core/operations/inspect-task';
import { nextIn } from '../../core/operations/next-task';
import { takeSnapshot } from '../../core/operations/take-snapshot';
import type { TaskView } from '../../core/operations/task-view';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { taskBriefSchema, taskWholeSchema } from '../../wire/task-schema';
import { taskBriefShape, taskWholeShape } from '../../wire/task-shape';
import { ownTask, taskId, tool } from '../tool';

const choices = ['open', 'ready', 'resumable', 'running', 'blocked', 'completed', 'all'] as const;
type Choice = (typeof choices)[number];

/** What a list without a limit would be worth to an agent is less than the context it fills. */
const usualTasks = 30;

/** What is listed, and which of it to work on next. */
async function listed(workspace: BatonWorkspace, show: Choice, limit: number) {
  const snapshot = await takeSnapshot(workspace);
  const fitting = snapshot.tasks.filter((task) => isShown(task, show));
  const next = nextIn(snapshot);
  return {
    tasks: fitting.slice(0, limit).map(taskBriefShape),
    omitted: Math.max(fitting.length - limit, 0),
    next: { task: next.task?.id ?? null, why: next.why },
  };
}

function isShown({ status, badges }: TaskView, show: Choice): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'open':
      return status !== 'completed' && status !== 'cancelled';
    case 'completed':
      return status === 'completed';
    case 'blocked':
      return status === 'blocked' || status === 'needs_input';
    default:
      return badges.includes(show);
  }
}

/** One tool for both: each costs an agent context, and who has a task rarely lists. */
export const taskShow = tool({
  name: 'task_show',
  title: 'Show tasks',
  description:
    'Show one task whole: description, acceptance criteria, feature checklist, chain inputs from upstream tasks, the latest progress entries, chain output, problems of the file. With "list", or where no task is known, list tasks with status, progress and dependencies instead, and say which one to work on next and why. Not to watch a task again and again: it changes by these tools and by hand.',
  reads: true,
  input: z.strictObject({
    task: ownTask,
    entries: z.int().min(0).max(100).default(3).describe('How many of the latest progress entries.'),
    list: z
      .enum(choices)
      .optional()
      .describe('List these tasks instead of one; "open" leaves out completed and cancelled ones.'),
    limit: z.int().min(1).max(200).default(usualTasks).describe('With list: how many at most.'),
  }),
  output: z.looseObject({
    task: z.optional(taskWholeSchema),
    entriesOmitted: z.optional(z.int()),
    tasks: z.optional(z.array(taskBriefSchema)),
    omitted: z.optional(z.int()),
    next: z.optional(z.looseObject({ task: z.nullable(z.string()), why: z.string() })),
  }),
  run: async ({ workspace, ownTask: own, task }, { task: given, entries, list, limit }) => {
    if (list !== undefined || (given === undefined && own === undefined)) {
      return listed(workspace, list ?? 'open', limit);
    }
    const whole = taskWholeShape(await inspectTask(workspace, task(given), { record: false }));
    const log = entries === 0 ? [] : whole.log.slice(-entries);
    return { task: { ...whole, log }, entriesOmitted: whole.log.length - log.length };
  },
});

export const taskCreate = tool({
  name: 'task_create',
  title: 'Create a task',
  description:
    'Create a task with its own state file. Make one task of what one agent can finish; split a goal into a chain with dependsOn, upstream tasks first. Not for steps of the task you work on: those are features.',
  input: z.strictObject({
    title: z.string(),
    description: z.string().optional(),
    dependsOn: z.array(taskId).optional().describe('Ids of the tasks whose output this one builds on.'),
    criteria: z.array(z.string()).optional().describe('Acceptance criteria.'),
    features: z
      .array(z.strictObject({ id: z.string(), description: z.string() }))
      .optional()
      .describe('Checklist: small, testable, each with a short id.'),
    priority: z.int().min(1).max(9).optional().describe('1 is the highest.'),
    estimateMinutes: z.int().min(1).max(999_999).optional(),
    agent: z.string().optional().describe('Agent that should work on it.'),
    epic: z.string().optional(),
  }),
  output: z.looseObject({ task: taskBriefSchema }),
  run: async ({ workspace }, input) => ({ task: taskBriefShape(await createTask(workspace, input)) }),
});

/** Those an agent may give. Completing is `finalize`; answering and cancelling are for the person. */
const agentTriggers = ['acknowledge', 'start', 'block', 'unblock', 'needInput', 'reopen'] as const;

export const taskStatus = tool({
  name: 'task_status',
  title: 'Change the status of a task',
  description:
    'Make one status transition: "block" when the task cannot go on, "needInput" to ask the person (the reason is the question), "unblock", "start", "reopen". To complete a task use finalize.',
  input: z.strictObject({
    task: ownTask,
    trigger: z.enum(agentTriggers),
    reason: z.string().optional().describe('Why, or the question; needed for block and needInput.'),
  }),
  output: z.looseObject({ task: taskBriefSchema }),
  run: async ({ workspace, task }, { task: given, trigger, reason }) => ({
    task: taskBriefShape(await changeStatus(workspace, task(given), trigger, { reason })),
  }),
});
