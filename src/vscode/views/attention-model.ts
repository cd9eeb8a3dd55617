/** The Attention view as plain data: tasks that need a person, the most urgent first, each with all its reasons. Pure. */
import type { TaskView } from '../../core/operations/task-view';
import type { L10n } from '../l10n';
import { idList, isReadyToFinalize, problemWords, taskLabel, taskTokens } from '../task-face';
import type { FolderTasks } from './chains-model';
import type { TreeModel, TreeNode } from './tree-node';

/** In order of urgency. */
const reasons = [
  'needsInput',
  'blocked',
  'broken',
  'cyclic',
  'dangling',
  'silent',
  'staleInputs',
  'finalize',
  'undocumented',
  'resumable',
] as const;
type Reason = (typeof reasons)[number];

const icons: Readonly<Record<Reason, { readonly icon: string; readonly color: string }>> = {
  needsInput: { icon: 'question', color: 'charts.yellow' },
  blocked: { icon: 'error', color: 'list.errorForeground' },
  broken: { icon: 'warning', color: 'list.warningForeground' },
  cyclic: { icon: 'warning', color: 'list.warningForeground' },
  dangling: { icon: 'warning', color: 'list.warningForeground' },
  silent: { icon: 'bell-dot', color: 'charts.yellow' },
  staleInputs: { icon: 'history', color: 'charts.yellow' },
  finalize: { icon: 'pass', color: 'testing.iconPassed' },
  undocumented: { icon: 'note', color: 'charts.yellow' },
  resumable: { icon: 'debug-pause', color: 'charts.yellow' },
};

/** The number of rows is the badge: things to act on, not tasks in total. */
export function attentionModel(folders: readonly FolderTasks[], l10n: L10n): TreeModel {
  const rows = folders.flatMap((folder) =>
    folder.snapshot.tasks.flatMap((task) => {
      const why = reasonsOf(task);
      const [first] = why;
      return first === undefined
        ? []
        : [{ rank: reasons.indexOf(first), node: attentionNode(folder, task, first, why, l10n) }];
    }),
  );
  rows.sort((a, b) => a.rank - b.rank);
  const nodes = rows.map(({ node }) => node);
  return { roots: nodes.map(({ id }) => id), nodes: new Map(nodes.map((node) => [node.id, node])) };
}

function reasonsOf(task: TaskView): Reason[] {
  const badges = new Set(task.badges);
  const holds: Readonly<Record<Reason, boolean>> = {
    needsInput: task.status === 'needs_input',
    blocked: task.status === 'blocked',
    broken: task.fileProblem !== undefined || badges.has('broken'),
    cyclic: badges.has('cyclic'),
    dangling: badges.has('dangling') && !badges.has('cyclic'),
    silent: task.staleReasons.includes('silent'),
    staleInputs: task.staleReasons.includes('inputs'),
    finalize: isReadyToFinalize(task),
    undocumented: badges.has('undocumented'),
    resumable: badges.has('resumable'),
  };
  return reasons.filter((reason) => holds[reason]);
}

function attentionNode(
  folder: FolderTasks,
  task: TaskView,
  first: Reason,
  why: readonly Reason[],
  l10n: L10n,
): TreeNode {
  const words = why.map((reason) => reasonWords(reason, task, l10n)).join(' · ');
  return {
    id: `attention:${folder.root}:${task.file}`,
    parent: undefined,
    kind: 'task',
    label: taskLabel(task),
    description: words,
    icon: icons[first].icon,
    color: icons[first].color,
    spoken: l10n.t('Task {0}: {1}. {2}', task.id, task.title, words),
    tokens: taskTokens(task),
    collapse: 'none',
    children: [],
    ref: { root: folder.root, task: task.id },
    revision: task.version,
  };
}

function reasonWords(reason: Reason, task: TaskView, l10n: L10n): string {
  switch (reason) {
    case 'needsInput':
      return l10n.t('waits for your answer');
    case 'blocked':
      return l10n.t('blocked');
    case 'broken':
      return problemWords(task.fileProblem, l10n);
    case 'cyclic':
      return l10n.t('depends on itself');
    case 'dangling':
      return l10n.t('depends on {0}, some of which do not exist', idList(task.unmet));
    case 'silent':
      return l10n.t('agent is silent');
    case 'staleInputs':
      return l10n.t('stale inputs');
    case 'finalize':
      return l10n.t('ready to finalize');
    case 'undocumented':
      return l10n.t('undocumented session');
    case 'resumable':
      return l10n.t('resumable');
  }
}
