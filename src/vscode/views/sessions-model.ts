/** The Sessions view as plain data: live sessions, then those that ended last. Pure. */
import type { SessionView, TaskView } from '../../core/operations/task-view';
import { type ItemToken, itemTokens } from '../contributions';
import { canStop, taskLabel } from '../task-face';
import type { FolderTasks } from './chains-model';
import {
  type EndKind,
  endKind,
  endWords,
  isBackground,
  liveWords,
  type SessionRendering,
} from './session-words';
import type { TreeModel, TreeNode } from './tree-node';

const recentSessions = 20;

export function sessionsModel(folders: readonly FolderTasks[], rendering: SessionRendering): TreeModel {
  const rows = folders.flatMap((folder) => {
    const tasks = new Map(folder.snapshot.tasks.map((task) => [task.id, task]));
    return folder.snapshot.sessions.map((view) => ({ view, folder, task: tasks.get(view.session.task) }));
  });
  const newest = rows.sort((a, b) => b.view.session.startedAt.localeCompare(a.view.session.startedAt));
  const live = newest.filter(({ view }) => view.session.end === null);
  const ended = newest.filter(({ view }) => view.session.end !== null).slice(0, recentSessions);
  const nodes = [...live, ...ended].map(({ view, folder, task }) =>
    sessionNode(folder.root, view, task, rendering),
  );
  return { roots: nodes.map(({ id }) => id), nodes: new Map(nodes.map((node) => [node.id, node])) };
}

function sessionNode(
  root: string,
  view: SessionView,
  task: TaskView | undefined,
  rendering: SessionRendering,
): TreeNode {
  const { l10n, agent } = rendering;
  const { session } = view;
  const label = task === undefined ? `#${session.task}` : taskLabel(task);
  // The side bar is narrow: how it goes comes first.
  const description = [
    session.end === null ? liveWords(view, rendering) : endWords(session, session.end, rendering),
    l10n.t('session {0}', session.number),
    agent(session.agent).label,
  ].join(' · ');
  return {
    id: `session:${root}:${session.id}`,
    parent: undefined,
    kind: 'session',
    label,
    description,
    ...look(view, rendering),
    spoken: `${label}, ${description}`,
    tokens: sessionTokens(view),
    collapse: 'none',
    children: [],
    ref: { root, task: session.task },
    session: session.id,
    revision: `${view.liveness} ${session.pid} ${session.hookAt}`,
  };
}

function sessionTokens({ session }: SessionView): readonly ItemToken[] {
  const own = [itemTokens.session, ...(isBackground(session) ? [itemTokens.hasLog] : [])];
  if (session.end !== null) return own;
  return [...own, itemTokens.running, ...(canStop(session) ? [itemTokens.canStop] : [])];
}

type Look = Pick<TreeNode, 'icon' | 'color'>;

function look(view: SessionView, { agent }: SessionRendering): Look {
  const { session } = view;
  if (session.end !== null) return ends[endKind(session.end, agent(session.agent).exit)];
  if (session.stopRequestedAt !== null) return { icon: 'debug-stop', color: 'charts.yellow' };
  if (view.liveness === 'silent' || view.hooksInactive || view.longRunning)
    return { icon: 'bell-dot', color: 'charts.yellow' };
  return { icon: 'sync~spin', color: 'charts.blue' };
}

const ends: Readonly<Record<EndKind, Look>> = {
  well: { icon: 'check', color: 'testing.iconPassed' },
  doubtful: { icon: 'question', color: 'charts.yellow' },
  stopped: { icon: 'debug-stop', color: 'descriptionForeground' },
  unexpected: { icon: 'debug-disconnect', color: 'charts.yellow' },
};
