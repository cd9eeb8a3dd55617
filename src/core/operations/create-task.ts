/** `baton task create`: a new state file, its chain inputs filled from upstream tasks that are already completed. */
import { BatonError } from '../base/baton-error';
import { applyEdits } from '../base/text-edit';
import type { NewChainInput } from '../markdown/edits/set-chain-input';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import type { NewFeature } from '../markdown/feature-json';
import { type NewTaskText, skeleton } from '../markdown/skeleton';
import type { Recurrence, TaskId } from '../model/task';
import { inputFrom } from './chain-input';
import { changeBy } from './change-by';
import { rememberChecklist } from './health/remember-checklist';
import { requireDay } from './require-day';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface CreateTaskInput {
  readonly title: string;
  readonly id?: string | undefined;
  readonly dependsOn?: readonly string[] | undefined;
  readonly agent?: string | undefined;
  readonly epic?: string | undefined;
  readonly prd?: string | undefined;
  readonly repository?: string | undefined;
  /** 1 is the highest. */
  readonly priority?: number | undefined;
  readonly estimateMinutes?: number | undefined;
  readonly description?: string | undefined;
  readonly criteria?: readonly string[] | undefined;
  readonly features?: readonly NewFeature[] | undefined;
  readonly recurrence?:
    | {
        /** The occurrence this one follows; undefined for the first of a series. */
        readonly of?: TaskId | undefined;
        readonly recurs: Recurrence;
        /** `YYYY-MM-DD` */
        readonly due?: string | undefined;
        readonly wantedDay?: number | undefined;
      }
    | undefined;
}

/** Characters a title has at most. */
export const maxTitle = 200;

/** Throws `invalid_input`, `exists` (the id is taken), `not_found` (an upstream task is missing), `cycle`. */
export async function createTask(workspace: BatonWorkspace, input: CreateTaskInput): Promise<TaskView> {
  const title = checkedTitle(input.title);
  const id = input.id === undefined ? undefined : asTaskId(input.id);
  const dependsOn = [...new Set((input.dependsOn ?? []).map(asTaskId))];
  if (id !== undefined && dependsOn.includes(id)) {
    throw new BatonError('cycle', `#${id} cannot depend on itself`);
  }
  const features = checkedFeatures(input.features ?? []);
  const inputs = await inputsOf(workspace, dependsOn);
  const created = timestamp(workspace);
  const { recurrence } = input;
  if (recurrence?.due !== undefined) requireDay(recurrence.due);
  const record = await workspace.store.create(
    (assigned) =>
      withRecurrence(recurrence, {
        id: assigned,
        title,
        created,
        dependsOn,
        inputs,
        features,
        criteria: (input.criteria ?? []).map((text) => text.trim()).filter((text) => text !== ''),
        ...present({
          priority: input.priority,
          estimateMinutes: input.estimateMinutes,
          prd: input.prd,
          epic: input.epic,
          repository: input.repository,
          agent: input.agent,
          description: input.description,
        }),
      }),
    {
      ...(id === undefined ? {} : { id }),
      change: changeBy(workspace, recurrence?.of === undefined ? 'task.create' : 'task.recur', {
        title,
        dependsOn,
        ...(recurrence === undefined
          ? {}
          : { of: recurrence.of ?? null, recurs: recurrence.recurs, due: recurrence.due ?? null }),
      }),
    },
  );
  if (features.length > 0) await rememberChecklist(workspace, record.id);
  return viewOf(workspace, record);
}

function withRecurrence(recurrence: CreateTaskInput['recurrence'], task: NewTaskText): string {
  const text = skeleton(task);
  if (recurrence === undefined) return text;
  const { recurs, due, wantedDay } = recurrence;
  return applyEdits(text, setFrontMatter(text, { recurs, next_due: due, recurs_day: wantedDay }));
}

function checkedTitle(given: string): string {
  const title = given.replace(/\s+/g, ' ').trim();
  if (title === '') throw new BatonError('invalid_input', 'A task needs a title');
  if (title.length > maxTitle) {
    throw new BatonError('invalid_input', `The title is longer than ${maxTitle} characters`, {
      hint: 'Put the detail into the description.',
    });
  }
  return title;
}

function checkedFeatures(features: readonly NewFeature[]) {
  const seen = new Set<string>();
  for (const { id } of features) {
    if (seen.has(id)) throw new BatonError('invalid_input', `Two features have the id "${id}"`);
    seen.add(id);
  }
  return features;
}

/** Existing upstream tasks only: a dependency on nothing is refused where it is made. */
async function inputsOf(
  workspace: BatonWorkspace,
  upstream: readonly TaskId[],
): Promise<readonly NewChainInput[]> {
  const inputs: NewChainInput[] = [];
  for (const id of upstream) {
    const { document } = await workspace.store.read(id);
    const input = inputFrom(id, document);
    if (input) inputs.push(input);
  }
  return inputs;
}

/** Leaves out what is undefined or blank, which the skeleton takes as absent. */
function present<T extends Record<string, string | number | undefined>>(
  values: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}
