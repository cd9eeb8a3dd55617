/**
 * The Attention view as plain data: tasks that need a person, the most urgent first, each with all its reasons; below
 * them what goes on by itself, and what could be done next. Pure.
 */

import type { Draft } from '../../core/nudges/suggest';
import type { TaskView } from '../../core/operations/task-view';
import {
  comesBack,
  type FolderBackground,
  type QueuedEntry,
  queuedByTask,
  startsAt,
} from '../background/folder-background';
import { type QueueRendering, queuedWords } from '../background/queue-words';
import { oneShortLine } from '../background/short-line';
import { type ItemToken, itemTokens } from '../contributions';
import type { L10n } from '../l10n';
import { taskLabel, taskTokens } from '../task-face';
import { looks, type Reason, reasons, reasonsOf, reasonWords } from './attention-reasons';
import type { FolderTasks } from './chains-model';
import type { TreeModel, TreeNode } from './tree-node';

export interface AttentionModel extends TreeModel {
  /** What a person has to do: the number of the badge. */
  readonly needed: number;
}

/** A heading stands only where there is more than one kind of rows. */
export function attentionModel(folders: readonly FolderTasks[], rendering: QueueRendering): AttentionModel {
  const { l10n } = rendering;
  const needed = neededRows(folders, rendering);
  const sections = [
    { id: 'attention:needed', label: l10n.t('Needs Attention'), rows: needed },
    {
      id: 'attention:queue',
      label: l10n.t('Resume Queue'),
      rows: folders.flatMap((folder) => queueRows(folder, rendering)),
    },
    {
      id: 'attention:suggested',
      label: l10n.t('Suggested'),
      rows: folders.flatMap((folder) => suggestedRows(folder, l10n)),
    },
  ].filter(({ rows }) => rows.length > 0);
  const grouped = sections.some(({ rows }) => rows !== needed);
  const roots = grouped ? sections.map(({ id }) => id) : needed.map(({ id }) => id);
  const nodes = sections.flatMap(({ id, label, rows }) =>
    grouped ? [headingNode(id, label, rows), ...rows.map((row) => ({ ...row, parent: id }))] : rows,
  );
  return { roots, nodes: new Map(nodes.map((node) => [node.id, node])), needed: needed.length };
}

function headingNode(id: string, label: string, rows: readonly TreeNode[]): TreeNode {
  const description = String(rows.length);
  return {
    ...bare(id, 'group', label, description),
    collapse: 'expanded',
    children: rows.map((row) => row.id),
  };
}

function bare(id: string, kind: TreeNode['kind'], label: string, description: string): TreeNode {
  return {
    id,
    parent: undefined,
    kind,
    label,
    description,
    icon: undefined,
    color: undefined,
    spoken: `${label}, ${description}`,
    tokens: [],
    collapse: 'none',
    children: [],
  };
}

function neededRows(folders: readonly FolderTasks[], rendering: QueueRendering): readonly TreeNode[] {
  const rows = folders.flatMap((folder) => {
    const queue = queuedByTask(folder.background);
    return folder.snapshot.tasks.flatMap((task) => {
      const queued = queue.get(task.id);
      const why = reasonsOf(task, queued, folder.background);
      const [first] = why;
      if (first === undefined) return [];
      return [
        { rank: reasons.indexOf(first), node: neededNode({ folder, task, queued, why, first }, rendering) },
      ];
    });
  });
  rows.sort((a, b) => a.rank - b.rank);
  return [...folders.flatMap((folder) => problemRow(folder)), ...rows.map(({ node }) => node)];
}

interface Needed {
  readonly folder: FolderTasks;
  readonly task: TaskView;
  readonly queued: QueuedEntry | undefined;
  readonly why: readonly Reason[];
  readonly first: Reason;
}

function neededNode({ folder, task, queued, why, first }: Needed, rendering: QueueRendering): TreeNode {
  const { l10n } = rendering;
  const words = why
    .map((reason) =>
      (reason === 'failedResume' || reason === 'resumable') &&
      queued !== undefined &&
      folder.background !== undefined
        ? queuedReason(reason, queued, folder.background, rendering)
        : reasonWords(reason, task, l10n),
    )
    .join(' · ');
  return {
    ...taskNode(folder, task, queued, words, l10n),
    icon: looks[first].icon,
    color: looks[first].color,
  };
}

function queuedReason(
  reason: 'failedResume' | 'resumable',
  queued: QueuedEntry,
  background: FolderBackground,
  rendering: QueueRendering,
): string {
  const words = queuedWords(queued, background, rendering);
  return reason === 'failedResume' ? words : `${rendering.l10n.t('resumable')}, ${words}`;
}

function taskNode(
  { root }: FolderTasks,
  task: TaskView,
  queued: QueuedEntry | undefined,
  words: string,
  l10n: L10n,
): TreeNode {
  return {
    ...bare(`attention:${root}:${task.file}`, 'task', taskLabel(task), words),
    spoken: l10n.t('Task {0}: {1}. {2}', task.id, task.title, words),
    tokens: [...taskTokens(task), ...queueTokens(queued)],
    ref: { root, task: task.id },
    path: task.path,
    ...(queued === undefined ? {} : { entry: queued.entry.id }),
    revision: task.version,
  };
}

function queueTokens(queued: QueuedEntry | undefined): readonly ItemToken[] {
  if (queued === undefined) return [];
  const idle = queued.state === 'due' || queued.state === 'waiting' || queued.state === 'dead';
  return idle ? [itemTokens.queued] : [];
}

function problemRow({ root, background }: FolderTasks): readonly TreeNode[] {
  const problem = background?.queueProblem;
  if (problem === undefined) return [];
  return [{ ...bare(`attention:${root}:queue`, 'item', problem, ''), ...looks.broken, spoken: problem }];
}

/** What waits for its turn without asking anything of anybody, and prompts that no task belongs to. */
function queueRows(folder: FolderTasks, rendering: QueueRendering): readonly TreeNode[] {
  const { background, snapshot, root } = folder;
  if (background === undefined) return [];
  const tasks = new Map(snapshot.tasks.map((task) => [task.id, task]));
  const waiting = background.queue.flatMap((queued) => {
    const { taskId } = queued.entry;
    const task = taskId === null ? undefined : tasks.get(taskId);
    if (taskId !== null && (task === undefined || !isQuiet(task, queued, background))) return [];
    return [{ queued, task }];
  });
  const rows = waiting.slice(0, queueRowsAtMost).map(({ queued, task }) => {
    if (task === undefined) return promptNode(root, queued, rendering.l10n);
    const words = queuedWords(queued, background, rendering);
    const node = taskNode(folder, task, queued, words, rendering.l10n);
    const description = timeOf(queued, rendering) ?? words;
    return { ...node, description, id: `attention:${root}:entry:${queued.entry.id}`, ...waitingLook };
  });
  const more = waiting.length - rows.length;
  if (more === 0) return rows;
  return [...rows, bare(`attention:${root}:more`, 'item', rendering.l10n.t('and {0} more', more), '')];
}

/** The side bar is narrow, and the heading says already what happens then. */
function timeOf({ entry, state }: QueuedEntry, { l10n, time }: QueueRendering): string | undefined {
  const at = state === 'waiting' ? startsAt(entry) : undefined;
  return at === undefined ? undefined : l10n.t('at {0}', time(at));
}

const waitingLook = { icon: 'clock', color: 'charts.blue' };
/** Show Queue has all of them. */
const queueRowsAtMost = 20;

/** It comes back by itself, nobody works on it now, and there is no other reason to look at it. */
function isQuiet(task: TaskView, queued: QueuedEntry, background: FolderBackground): boolean {
  if (queued.state === 'running' || !comesBack(background, queued)) return false;
  return reasonsOf(task, queued, background).length === 0;
}

function promptNode(root: string, { entry }: QueuedEntry, l10n: L10n): TreeNode {
  const node = bare(
    `attention:${root}:entry:${entry.id}`,
    'item',
    oneShortLine(entry.prompt),
    l10n.t('a prompt without a task; never started by itself'),
  );
  return { ...node, icon: 'comment', tokens: [itemTokens.queued], entry: entry.id, root };
}

function suggestedRows(folder: FolderTasks, l10n: L10n): readonly TreeNode[] {
  const { background, root } = folder;
  if (background === undefined) return [];
  return [...idleRows(folder, l10n), ...background.drafts.map((draft) => draftNode(root, draft, l10n))];
}

function idleRows(folder: FolderTasks, l10n: L10n): readonly TreeNode[] {
  const { background, snapshot, root } = folder;
  const idle = (background?.nudges ?? []).filter(({ kind }) => kind === 'ready_idle');
  return idle.flatMap((nudge) => {
    const task = snapshot.tasks.find(({ id }) => id === nudge.task);
    if (task === undefined || reasonsOf(task, undefined, background).length > 0) return [];
    const node = taskNode(folder, task, undefined, l10n.t('ready, and nobody works'), l10n);
    return [
      { ...node, id: `attention:${root}:idle:${task.file}`, icon: 'play-circle', color: 'charts.blue' },
    ];
  });
}

function draftNode(root: string, { key, title, about, rationale, criteria }: Draft, l10n: L10n): TreeNode {
  const node = bare(`attention:${root}:draft:${key}`, 'item', title, l10n.t('draft for #{0}', about));
  return {
    ...node,
    icon: 'lightbulb',
    color: 'charts.yellow',
    spoken: [`${title}. ${rationale}`, ...criteria.map((one) => `• ${one}`)].join('\n'),
    tokens: [itemTokens.draft],
    ref: { root, task: about },
    draft: key,
  };
}
