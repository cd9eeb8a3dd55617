/**
 * Change Dependencies: which tasks a task builds on, picked from a list, or dropped onto it in the tree. Comes with the
 * bundle of editing help, since few windows ever need it.
 */
import * as vscode from 'vscode';
import { ChainGraph } from '../../core/chain/graph';
import type { TaskId } from '../../core/model/task';
import { isTaskId } from '../../core/model/task';
import { setDependencies } from '../../core/operations/set-dependencies';
import { chainNode } from '../../core/operations/take-snapshot';
import { askMany, type Choice } from '../quick-input/ask';
import { taskChoice } from '../quick-input/new-task-flow';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { idList, taskLabel } from '../task-face';
import { chooseTask } from './choose';
import type { Services } from './services';

/** Called with a task and `add`, the ids of further upstream tasks, it asks before it writes; else it lets the person pick. */
export async function changeDependenciesOf(
  services: Pick<Services, 'state'>,
  argument: unknown,
): Promise<void> {
  const { t } = vscode.l10n;
  try {
    const located = await chooseTask(services, argument, {
      title: t('Change Dependencies'),
      placeholder: t('The task whose dependencies change'),
      offer: ({ status }) => status !== 'completed' && status !== 'cancelled',
      none: t('There is no open task.'),
    });
    const added = addedOf(argument);
    const wanted = added.length > 0 ? await confirmed(located, added) : await picked(located);
    const { folder, task } = located;
    await setDependencies(folder.workspace, task.id, wanted);
    await folder.refresh();
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
  }
}

function addedOf(argument: unknown): readonly TaskId[] {
  if (typeof argument !== 'object' || argument === null || !('add' in argument)) return [];
  return Array.isArray(argument.add) ? argument.add.filter(isTaskId) : [];
}

/** A drop is easily a slip of the hand. What cannot be is refused by the verb, with the reason, without a question. */
async function confirmed(
  { folder, task }: LocatedTask,
  added: readonly TaskId[],
): Promise<readonly TaskId[]> {
  const { t } = vscode.l10n;
  const fresh = added.filter((id) => !task.dependsOn.includes(id));
  const wanted = [...task.dependsOn, ...fresh];
  if (fresh.length === 0) throw new Cancelled();
  const graph = graphOf(folder.workspace);
  const canBe = fresh.every((id) => graph.has(id) && graph.wouldCycle(task.id, id) === undefined);
  if (!canBe) return wanted;
  const yes = t('Make It Depend');
  const detail = t(
    '{0} then waits until {1} is completed, and starts from its output. To undo this, use Change Dependencies.',
    taskLabel(task),
    idList(fresh),
  );
  const question = t('Make {0} depend on {1}?', `#${task.id}`, idList(fresh));
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, yes);
  if (answer !== yes) throw new Cancelled();
  return wanted;
}

/** Tasks that wait for this one are not offered: they would close a circle. Upstream ids without a task can be taken away. */
async function picked({ folder, task }: LocatedTask): Promise<readonly TaskId[]> {
  const { t } = vscode.l10n;
  const graph = graphOf(folder.workspace);
  const below = new Set<TaskId>([task.id, ...graph.descendants(task.id)]);
  const present = new Set<TaskId>(task.dependsOn);
  const tasks = folder.snapshot?.tasks ?? [];
  const offered = tasks.filter(({ id }) => present.has(id) || !below.has(id)).map((one) => taskChoice(one));
  const known = new Set(tasks.map(({ id }) => id));
  const missing = task.dependsOn
    .filter((id) => !known.has(id))
    .map((id): Choice<TaskId> => ({ label: `#${id}`, description: t('does not exist here'), value: id }));
  const items = [...missing, ...offered];
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('There is no other task that this one could depend on.'));
    throw new Cancelled();
  }
  const { value } = await askMany<TaskId>({
    title: t('Dependencies of {0}', taskLabel(task)),
    placeholder: t('The tasks whose output it needs; none for a task that can begin at once'),
    items: items.sort((a, b) => Number(present.has(b.value)) - Number(present.has(a.value))),
    chosen: (id) => present.has(id),
  });
  // Those that stay keep their order.
  const chosen = new Set(value);
  return [...task.dependsOn.filter((id) => chosen.has(id)), ...value.filter((id) => !present.has(id))];
}

function graphOf({ store }: LocatedTask['folder']['workspace']): ChainGraph {
  return new ChainGraph(store.tasks().map(chainNode));
}
