/**
 * `baton plan accept`: the tasks of a plan are created, upstream tasks first, and the plan is kept for memory. What can be
 * refused is refused before the first task; what fails between two says which exist. Requirements 001-18, 001-47, 001-49.
 */
import { BatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import { isFinished } from '../lifecycle/derive';
import { type Plan, type PlannedTask, type PlanProblem, planLimits } from '../model/plan';
import type { TaskId } from '../model/task';
import { inDependencyOrder } from '../planner/plan-findings';
import { planText } from '../planner/plan-text';
import { readPlan } from '../planner/read-plan';
import { createFile } from '../store/atomic-file';
import { join, paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import { tasksOfPlans } from './accepted-plans';
import { changeBy } from './change-by';
import { createTask } from './create-task';
import { exists } from './propose-plan';
import { requireOn } from './switches';
import type { TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

/** `.baton/memory/plans/<id>.json`; more fields may be added. */
export interface AcceptedPlan {
  readonly id: string;
  readonly title: string;
  /** As given; the title where a plan says no more. */
  readonly goal: string;
  readonly prd: string | null;
  /** UTC. */
  readonly at: string;
  readonly by: BatonWorkspace['acting']['actor'];
  readonly session: string | null;
  /** In the order of their creation. */
  readonly tasks: readonly {
    readonly key: string;
    readonly title: string;
    readonly id: TaskId;
    readonly dependsOn: readonly TaskId[];
  }[];
}

export interface PlanAccepted {
  readonly plan: AcceptedPlan;
  readonly tasks: readonly TaskView[];
}

/** As `acceptPlan`, of a text that somebody edited. Throws `invalid_input` with its problems as details. */
export async function acceptPlanText(workspace: BatonWorkspace, text: string): Promise<PlanAccepted> {
  const { plan, problems } = readPlan(text);
  refuse(problems);
  return acceptPlan(workspace, plan);
}

/**
 * Throws before anything is created: `switched_off`; `invalid_input` for a plan with problems, `not_found` for an existing
 * task that is none, `exists` for tasks that a plan of this title has made and that are not finished. Throws the failure's
 * own code afterwards, with what exists as details.
 */
export async function acceptPlan(workspace: BatonWorkspace, given: Plan): Promise<PlanAccepted> {
  requireOn(workspace, 'agentRuntime');
  // Judged as its text is, so that there is one rule for both.
  const { plan, problems } = readPlan(planText(given));
  refuse(problems);
  await requireUpstream(workspace, plan);
  await requireNew(workspace, plan);
  const created: Created[] = [];
  try {
    for (const task of inDependencyOrder(plan.tasks))
      created.push(await create(workspace, plan, task, created));
    const kept = await keep(workspace, plan, created);
    return { plan: kept, tasks: created.map(({ view }) => view) };
  } catch (error) {
    throw cutShort(plan, created, error);
  }
}

function refuse(problems: readonly PlanProblem[]): void {
  if (problems.length === 0) return;
  const [first] = problems;
  throw new BatonError('invalid_input', `The plan cannot be accepted: ${first?.message ?? ''}`, {
    hint: 'No task was created. Change the text, then accept it again.',
    details: problems.map(({ line, message }) => `line ${line}: ${message}`),
  });
}

async function requireUpstream(workspace: BatonWorkspace, { tasks }: Plan): Promise<void> {
  for (const { key, dependsOn } of tasks) {
    for (const reference of dependsOn.filter((one) => one.startsWith('#'))) {
      if (await exists(workspace, reference)) continue;
      throw new BatonError('not_found', `${key} depends on ${reference}, which does not exist`, {
        hint: 'No task was created. Tasks of the plan itself are named T1, T2 …',
      });
    }
  }
}

/** A plan's file stays, and its button may be pressed again. What is finished may be planned anew. */
async function requireNew(workspace: BatonWorkspace, { title, tasks }: Plan): Promise<void> {
  const titles = new Set(tasks.map((task) => task.title));
  const made = (await tasksOfPlans(workspace, title)).filter((task) => titles.has(task.title));
  if (made.length === 0) return;
  const { store } = workspace;
  await store.refresh();
  const open = made.filter(({ id }) => {
    const status = store.get(id)?.outline.status;
    return status !== undefined && !isFinished(status);
  });
  if (open.length === 0) return;
  throw new BatonError('exists', 'Tasks of this plan were created already', {
    hint: 'No task was created. Take these out of the plan, or give it another title to create them once more.',
    details: open.map((task) => `#${task.id} ${task.title}`),
  });
}

interface Created {
  readonly task: PlannedTask;
  readonly dependsOn: readonly TaskId[];
  readonly view: TaskView;
}

async function create(
  workspace: BatonWorkspace,
  { prd, epic }: Plan,
  task: PlannedTask,
  before: readonly Created[],
): Promise<Created> {
  const ids = new Map(before.map(({ task: { key }, view }) => [key, view.id]));
  const view = await createTask(workspace, {
    title: task.title,
    dependsOn: task.dependsOn.map((one) => ids.get(one) ?? one),
    description: task.description,
    criteria: task.criteria,
    features: task.features,
    prd,
    epic,
  });
  return { task, view, dependsOn: view.dependsOn };
}

async function keep(
  workspace: BatonWorkspace,
  plan: Plan,
  created: readonly Created[],
): Promise<AcceptedPlan> {
  const { ports, root, acting } = workspace;
  const at = timestamp(workspace);
  const record: AcceptedPlan = {
    id: `plan-${at.replace(/\D/g, '').slice(0, 14)}-${ports.ids.uuid().slice(0, 8)}`,
    title: plan.title,
    goal: plan.goal === '' ? plan.title : plan.goal,
    prd: plan.prd === '' ? null : plan.prd,
    at,
    by: acting.actor,
    session: acting.session ?? null,
    tasks: created.map(({ task: { key, title }, view, dependsOn }) => ({
      key,
      title,
      id: view.id,
      dependsOn,
    })),
  };
  const folder = paths.plans(root);
  const path = join(folder, `${record.id}.json`);
  await ports.fs.mkdir(folder);
  const target = await new WorkspaceGuard(ports.fs, root).forWriting(path);
  await createFile(ports.fs, target, encodeUtf8(`${JSON.stringify(record, undefined, 2)}\n`));
  const { id, title, tasks } = record;
  const change = changeBy(workspace, 'plan.accepted', { id, title, tasks });
  await workspace.store.recordEvent({ path, task: null, change });
  return record;
}

/** What exists stays: tasks may be at work already. The rest is named, so that nobody creates the first ones twice. */
function cutShort({ tasks }: Plan, created: readonly Created[], cause: unknown): unknown {
  if (created.length === 0) return cause;
  const done = new Set(created.map(({ task }) => task.key));
  const exist = created.map(({ task, view }) => `created: #${view.id} ${task.title} (${task.key})`);
  const missing = tasks
    .filter(({ key }) => !done.has(key))
    .map(({ key, title }) => `not created: ${title} (${key})`);
  const code = cause instanceof BatonError ? cause.code : 'io_failed';
  const why = cause instanceof Error ? cause.message : String(cause);
  const what =
    missing.length === 0
      ? `All ${tasks.length} tasks were created, but the plan itself could not be kept`
      : `Only ${created.length} of ${tasks.length} tasks were created`;
  return new BatonError(code, `${what}: ${why}`, {
    hint: 'The tasks that exist stay. Take them out of the plan before it is accepted again.',
    details: [...exist, ...missing].slice(0, planLimits.tasks),
    cause,
  });
}
