/** The Task Chains tree as plain data: folder → chain → task, and a task's checklist. Pure. */
import type { Feature, TaskId } from '../../core/model/task';
import type { Snapshot, TaskView, TaskWhole } from '../../core/operations/task-view';
import type { FolderBackground } from '../background/folder-background';
import { itemTokens } from '../contributions';
import type { L10n } from '../l10n';
import { spokenTask, taskFace, taskLabel, taskTokens } from '../task-face';
import { evidenceWords } from '../verification/evidence-words';
import type { TreeModel, TreeNode } from './tree-node';

export interface FolderTasks {
  readonly root: string;
  readonly name: string;
  readonly snapshot: Snapshot;
  /** Undefined until it has been read. */
  readonly background?: FolderBackground | undefined;
}

/** Folders appear as rows only when there are several; a chain of one task shows the task itself. */
export function chainsModel(folders: readonly FolderTasks[], l10n: L10n): TreeModel {
  const nodes = new Map<string, TreeNode>();
  const several = folders.length > 1;
  const roots = folders.flatMap((folder) => {
    const id = `folder:${folder.root}`;
    const children = chainRows(folder, several ? id : undefined, l10n, nodes);
    if (!several) return children;
    nodes.set(id, folderNode(id, folder, children, l10n));
    return [id];
  });
  return { roots, nodes };
}

/** The row of a task; the file is part of it, since two files may claim one id. */
export function taskNodeId(root: string, file: string): string {
  return `task:${root}:${file}`;
}

function folderNode(id: string, folder: FolderTasks, children: readonly string[], l10n: L10n): TreeNode {
  const count = folder.snapshot.tasks.length;
  const description = count === 1 ? l10n.t('1 task') : l10n.t('{0} tasks', count);
  return {
    id,
    parent: undefined,
    kind: 'folder',
    label: folder.name,
    description,
    icon: 'root-folder',
    color: undefined,
    spoken: l10n.t('Folder {0}, {1}', folder.name, description),
    tokens: [],
    collapse: 'expanded',
    children,
  };
}

function chainRows(
  folder: FolderTasks,
  parent: string | undefined,
  l10n: L10n,
  nodes: Map<string, TreeNode>,
): string[] {
  const { snapshot } = folder;
  const byId = tasksById(snapshot.tasks);
  const placed = new Set<TaskView>();
  const take = (ids: readonly TaskId[]) =>
    ids.flatMap((id) => byId.get(id) ?? []).filter((task) => !placed.has(task) && placed.add(task));
  const rows: string[] = [];
  for (const chain of snapshot.chains) {
    const tasks = take(chain.tasks);
    const [only] = tasks;
    if (only === undefined) continue;
    if (tasks.length === 1) {
      rows.push(addTask(folder, only, parent, l10n, nodes));
      continue;
    }
    const id = `chain:${folder.root}:${chain.id}`;
    const children = tasks.map((task) => addTask(folder, task, id, l10n, nodes));
    nodes.set(id, chainNode(id, parent, tasks, children, l10n));
    rows.push(id);
  }
  const loose = snapshot.tasks.filter((task) => !placed.has(task));
  return [...rows, ...loose.map((task) => addTask(folder, task, parent, l10n, nodes))];
}

function tasksById(tasks: readonly TaskView[]): ReadonlyMap<TaskId, readonly TaskView[]> {
  const byId = new Map<TaskId, TaskView[]>();
  for (const task of tasks) {
    const same = byId.get(task.id);
    if (same === undefined) byId.set(task.id, [task]);
    else same.push(task);
  }
  return byId;
}

function chainNode(
  id: string,
  parent: string | undefined,
  tasks: readonly TaskView[],
  children: readonly string[],
  l10n: L10n,
): TreeNode {
  const label = chainLabel(tasks, l10n);
  const completed = tasks.filter((task) => task.status === 'completed').length;
  const over = tasks.every((task) => task.status === 'completed' || task.status === 'cancelled');
  return {
    id,
    parent,
    kind: 'chain',
    label,
    description: `${completed}/${tasks.length}`,
    icon: 'link',
    color: over ? 'testing.iconPassed' : undefined,
    spoken: l10n.t('{0}, {1} of {2} tasks completed', label, completed, tasks.length),
    tokens: [],
    collapse: over ? 'collapsed' : 'expanded',
    children,
  };
}

/** The epic the tasks share, else the first task by its title, worded so that nobody takes the chain for the task. */
function chainLabel(tasks: readonly TaskView[], l10n: L10n): string {
  const [first] = tasks;
  if (first === undefined) return '';
  const shared = tasks.every((task) => task.epic === first.epic) ? first.epic : undefined;
  return shared ?? l10n.t('Chain from {0}', first.title);
}

function addTask(
  folder: FolderTasks,
  task: TaskView,
  parent: string | undefined,
  l10n: L10n,
  nodes: Map<string, TreeNode>,
): string {
  const id = taskNodeId(folder.root, task.file);
  const face = taskFace(task, l10n);
  const hasChecklist = task.progress.total + task.criteria.total > 0;
  nodes.set(id, {
    id,
    parent,
    kind: 'task',
    label: taskLabel(task),
    description: face.description,
    icon: face.icon,
    color: face.color,
    spoken: spokenTask(task, face, l10n),
    tokens: taskTokens(task),
    collapse: hasChecklist && task.fileProblem === undefined ? 'collapsed' : 'none',
    children: [],
    ref: { root: folder.root, task: task.id },
    path: task.path,
    revision: task.version,
  });
  return id;
}

/**
 * The checklist below a task: features, then acceptance criteria, under a heading each when there are both.
 * @param parent the task's own row
 */
export function checklistRows(parent: TreeNode, task: TaskWhole, l10n: L10n): TreeModel {
  const nodes = new Map<string, TreeNode>();
  const kinds = [
    { key: 'features', label: l10n.t('Features'), rows: featureRows(parent, task, l10n) },
    { key: 'criteria', label: l10n.t('Acceptance Criteria'), rows: criterionRows(parent, task, l10n) },
  ].filter(({ rows }) => rows.length > 0);
  const roots = kinds.flatMap(({ key, label, rows }) => {
    if (kinds.length === 1) {
      for (const row of rows) nodes.set(row.id, row);
      return rows.map(({ id }) => id);
    }
    const group = groupNode(`${parent.id}:${key}`, parent.id, label, rows, l10n);
    nodes.set(group.id, group);
    for (const row of rows) nodes.set(row.id, { ...row, parent: group.id });
    return [group.id];
  });
  return { roots, nodes };
}

function groupNode(
  id: string,
  parent: string,
  label: string,
  rows: readonly TreeNode[],
  l10n: L10n,
): TreeNode {
  const done = rows.filter(({ checked }) => checked === true).length;
  return {
    id,
    parent,
    kind: 'group',
    label,
    description: `${done}/${rows.length}`,
    icon: undefined,
    color: undefined,
    spoken: l10n.t('{0}, {1} of {2}', label, done, rows.length),
    tokens: [],
    collapse: 'expanded',
    children: rows.map((row) => row.id),
  };
}

function featureRows(parent: TreeNode, task: TaskWhole, l10n: L10n): TreeNode[] {
  const seen = new Map<string, number>();
  return task.document.featureList.map((feature) => {
    const repeat = seen.get(feature.id) ?? 0;
    seen.set(feature.id, repeat + 1);
    return {
      ...itemNode(
        `${parent.id}:feature:${feature.id}:${repeat}`,
        parent,
        feature.description,
        feature.passes,
      ),
      description: evidenceWords(feature, l10n),
      spoken: spokenFeature(feature, l10n),
      tokens: [
        itemTokens.checklistItem,
        itemTokens.feature,
        ...(feature.verify === undefined ? [] : [itemTokens.canVerify]),
      ],
      target: { kind: 'feature', id: feature.id },
    };
  });
}

/** For screen readers, and the hover. */
function spokenFeature(feature: Feature, l10n: L10n): string {
  const { id, description, passes, evidence, evidenceKind } = feature;
  const state = passes
    ? l10n.t('Feature {0}: {1}, passes', id, description)
    : l10n.t('Feature {0}: {1}, does not pass yet', id, description);
  const words = evidenceWords(feature, l10n);
  const why = evidenceKind === 'manual' ? evidence?.manual : evidence?.command;
  const rests = why === undefined || words === '' || evidenceKind === 'none' ? words : `${words}: ${why}`;
  return rests === '' ? state : `${state}, ${rests}`;
}

function criterionRows(parent: TreeNode, task: TaskWhole, l10n: L10n): TreeNode[] {
  return task.document.criteriaList.map((criterion, index) => ({
    ...itemNode(`${parent.id}:criterion:${index}`, parent, criterion.text, criterion.done),
    spoken: criterion.done
      ? l10n.t('Acceptance criterion: {0}, done', criterion.text)
      : l10n.t('Acceptance criterion: {0}, open', criterion.text),
    target: { kind: 'criterion', index, text: criterion.text },
  }));
}

function itemNode(id: string, parent: TreeNode, label: string, checked: boolean): TreeNode {
  return {
    id,
    parent: parent.id,
    kind: 'item',
    label,
    description: '',
    icon: undefined,
    color: undefined,
    spoken: label,
    tokens: [itemTokens.checklistItem],
    collapse: 'none',
    children: [],
    checked,
    ...(parent.ref === undefined ? {} : { ref: parent.ref }),
  };
}
