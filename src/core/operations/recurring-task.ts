/** `baton recur`, and what completing a recurring task does: its next occurrence becomes a task of its own (000-59). */
import { BatonError, isBatonError } from '../base/baton-error';
import { nextOccurrence } from '../lifecycle/recurrence';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import { isTaskId, type Recurrence, type TaskDocument, type TaskId } from '../model/task';
import { changeBy } from './change-by';
import { createTask } from './create-task';
import { requireDay } from './require-day';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

/**
 * Makes a task recurring, or with `undefined` no longer so.
 *
 * @param due `YYYY-MM-DD`, when this occurrence is due; what the file says stays unless given. Throws `invalid_input`.
 */
export async function setRecurrence(
  workspace: BatonWorkspace,
  id: string,
  recurs: Recurrence | undefined,
  due?: string,
): Promise<TaskView> {
  if (due !== undefined) requireDay(due);
  const { record } = await workspace.store.update(
    asTaskId(id),
    ({ document }) =>
      changeBy(
        workspace,
        'recurrence.set',
        { recurs: recurs ?? null, due: due ?? document.tracking?.nextDue ?? null },
        { recurs: document.tracking?.recurs ?? null, due: document.tracking?.nextDue ?? null },
      ),
    ({ text }) =>
      setFrontMatter(text, {
        recurs: recurs ?? null,
        next_due: recurs === undefined ? null : due,
        recurs_day: recurs === 'monthly' && due === undefined ? undefined : null,
      }),
  );
  return viewOf(workspace, record);
}

/**
 * The task that follows a recurring one; undefined when the task does not recur.
 *
 * **Invariant:** completing an occurrence twice creates the next one once, at once or on a later day.
 */
export async function createNextOccurrence(
  workspace: BatonWorkspace,
  done: TaskDocument & { readonly id: TaskId | undefined },
): Promise<TaskId | undefined> {
  const { tracking, id } = done;
  if (tracking?.recurs === undefined || id === undefined) return undefined;
  const later = await laterOccurrence(workspace, id, tracking.nextDue);
  if (later !== undefined) return later;
  const { due, wantedDay } = nextOccurrence(
    { recurs: tracking.recurs, due: tracking.nextDue, wantedDay: tracking.recursDay },
    timestamp(workspace).slice(0, 10),
  );
  const next = occurrenceId(id, due);
  try {
    await createTask(workspace, {
      ...sameWork(done),
      id: next,
      recurrence: { of: id, recurs: tracking.recurs, due, wantedDay },
    });
  } catch (error) {
    if (!isBatonError(error, 'exists')) throw error;
  }
  return next;
}

/** One of the same series that is due after `due`: where an occurrence was reopened, what follows it is there. */
async function laterOccurrence(
  { store }: BatonWorkspace,
  id: TaskId,
  due: string | undefined,
): Promise<TaskId | undefined> {
  await store.refresh();
  const since = due ?? id.slice(seriesOf(id).length + 1);
  const later = store.tasks().find((other) => {
    const { recurs, nextDue = '' } = other.outline.tracking ?? {};
    return other.id !== id && recurs !== undefined && nextDue > since && seriesOf(other.id) === seriesOf(id);
  });
  return later?.id;
}

function seriesOf(id: TaskId): string {
  return id.replace(/-\d{4}-\d{2}-\d{2}$/, '');
}

/** `standup`, then `standup-2026-11-23`, then `standup-2026-11-24`. */
function occurrenceId(id: TaskId, due: string): TaskId {
  const series = seriesOf(id);
  const next = `${series}-${due}`;
  if (isTaskId(next)) return next;
  throw new BatonError('invalid_input', `The id ${id} is too long to name its next occurrence`, {
    hint: 'Give the recurring task a shorter id, or take its recurrence away.',
  });
}

function sameWork({
  title,
  dependsOn,
  context,
  priority,
  estimateMinutes,
  criteriaList,
  featureList,
}: TaskDocument) {
  return {
    title,
    dependsOn,
    priority,
    estimateMinutes,
    agent: context.agent,
    epic: context.epic,
    prd: context.prd,
    repository: context.repository,
    description: context.description,
    criteria: criteriaList.map(({ text }) => text),
    features: featureList.map(({ id, description, category, steps, verify, files }) => ({
      id,
      description,
      ...(category === undefined ? {} : { category }),
      ...(steps.length === 0 ? {} : { steps }),
      ...(verify === undefined ? {} : { verify }),
      ...(files === undefined ? {} : { files }),
    })),
  };
}
