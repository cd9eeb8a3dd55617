/** Tasks that earlier plans have made, from the plans that are kept (`.baton/memory/plans/*.json`), read as far as they can be. */
import { parseJson } from '../base/parse-json';
import { decodeUtf8 } from '../base/utf8';
import { isTaskId, type TaskId } from '../model/task';
import { join, paths } from '../store/paths';
import type { BatonWorkspace } from './workspace';

export interface TaskOfPlan {
  readonly id: TaskId;
  /** As the plan had it. */
  readonly title: string;
}

/** Of all plans with that title, the oldest first. What is no plan has none. Throws what the file system throws. */
export async function tasksOfPlans(
  { root, ports: { fs } }: BatonWorkspace,
  title: string,
): Promise<readonly TaskOfPlan[]> {
  const folder = paths.plans(root);
  const entries = (await fs.list(folder)) ?? [];
  const names = entries.flatMap(({ name, kind }) =>
    kind === 'file' && name.endsWith('.json') ? [name] : [],
  );
  const found: TaskOfPlan[] = [];
  for (const name of names.sort()) {
    const bytes = await fs.read(join(folder, name));
    const plan = bytes && parseJson(decodeUtf8(bytes) ?? '');
    const tasks = isFields(plan) && plan['title'] === title ? plan['tasks'] : undefined;
    if (Array.isArray(tasks)) found.push(...tasks.flatMap(taskOfPlan));
  }
  return found;
}

function taskOfPlan(value: unknown): readonly TaskOfPlan[] {
  if (!isFields(value)) return [];
  const { id, title } = value;
  return isTaskId(id) && typeof title === 'string' ? [{ id, title }] : [];
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
