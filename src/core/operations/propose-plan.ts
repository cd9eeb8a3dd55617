/**
 * `baton plan`: a goal or a document becomes a proposed chain of tasks at once. Nothing is written and no model is asked.
 * Requirements 001-5, 001-10, 001-45, 001-46.
 */
import { isBatonError } from '../base/baton-error';
import { defaultConfig } from '../model/config';
import type { Plan } from '../model/plan';
import { planText } from '../planner/plan-text';
import { type Proposed, planDocument, planGoal } from '../planner/propose-plan';
import { isInside, join, nameOf, relativeTo } from '../store/paths';
import { requireOn } from './switches';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export type PlanSource =
  | { readonly goal: string }
  | {
      readonly prd: {
        /** Absolute, `/` as separator; undefined for what is no file. */
        readonly path: string | undefined;
        readonly text: string;
      };
    };

export interface ProposedPlan {
  readonly plan: Plan;
  /** The same as a text to edit, which `acceptPlanText` takes. */
  readonly text: string;
  /** What could not be taken as it is said. */
  readonly notices: readonly string[];
}

/** Throws `invalid_input` where there is nothing to plan, `too_large`, `switched_off`. */
export async function proposePlan(workspace: BatonWorkspace, source: PlanSource): Promise<ProposedPlan> {
  requireOn(workspace, 'agentRuntime');
  const { plan, notices } = await withExistingOnly(workspace, proposed(workspace, source));
  return { plan, text: planText(plan), notices };
}

/** The same for a folder in which Baton is not set up yet: there is no task to depend on. */
export function proposeFirstPlan(root: string, source: PlanSource): ProposedPlan {
  const first = proposed({ root, config: defaultConfig }, source);
  const named = (one: string) => one.startsWith('#');
  const tasks = first.plan.tasks.map((task) => ({
    ...task,
    dependsOn: task.dependsOn.filter((one) => !named(one)),
  }));
  const plan = { ...first.plan, tasks };
  return { plan, text: planText(plan), notices: first.notices };
}

function proposed(folder: Pick<BatonWorkspace, 'root' | 'config'>, source: PlanSource): Proposed {
  return 'goal' in source ? planGoal(source.goal) : ofDocument(folder, source.prd);
}

function ofDocument(
  { root, config }: Pick<BatonWorkspace, 'root' | 'config'>,
  { path, text }: { readonly path: string | undefined; readonly text: string },
): Proposed {
  const prd = path === undefined ? '' : fromFolder(join(root, config.tasks.folder), path, root);
  const name = path === undefined ? 'The document' : nameOf(path);
  return planDocument(text, { prd, name: name.replace(/\.(?:md|markdown|txt)$/i, '') });
}

/** As a state file names it. Where the machine keeps a file from elsewhere is nobody else's business: only its name. */
function fromFolder(folder: string, path: string, root: string): string {
  if (!isInside(join(root), join(path))) return nameOf(path);
  const up = relativeTo(root, folder)
    .split('/')
    .map(() => '..');
  return [...up, relativeTo(root, path)].join('/');
}

/** A number in a document may be that of anything. */
async function withExistingOnly(workspace: BatonWorkspace, { plan, notices }: Proposed): Promise<Proposed> {
  const named = new Set(
    plan.tasks.flatMap(({ dependsOn }) => dependsOn.filter((one) => one.startsWith('#'))),
  );
  const missing = new Set<string>();
  for (const reference of named) if (!(await exists(workspace, reference))) missing.add(reference);
  if (missing.size === 0) return { plan, notices };
  const tasks = plan.tasks.map((task) => ({
    ...task,
    dependsOn: task.dependsOn.filter((one) => !missing.has(one)),
  }));
  const said = [...missing].map((one) => `There is no task ${one}: nothing depends on it.`);
  return { plan: { ...plan, tasks }, notices: [...notices, ...said] };
}

/** @param reference `#100` */
export async function exists({ store }: BatonWorkspace, reference: string): Promise<boolean> {
  try {
    await store.find(asTaskId(reference));
    return true;
  } catch (error) {
    if (isBatonError(error, 'not_found') || isBatonError(error, 'invalid_input')) return false;
    throw error;
  }
}
