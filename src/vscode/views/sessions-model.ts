/** The Sessions view as plain data: live sessions, then those that ended last. Pure. */
import type { Session, SessionEnd } from '../../core/model/session';
import type { SessionView, TaskView } from '../../core/operations/task-view';
import { type ItemToken, itemTokens } from '../contributions';
import type { L10n } from '../l10n';
import { taskLabel } from '../task-face';
import type { FolderTasks } from './chains-model';
import type { TreeModel, TreeNode } from './tree-node';

const recentSessions = 20;

export interface SessionRendering {
  readonly l10n: L10n;
  /** The time of day (and the day, when it is another) of a UTC time, for the reader's own clock. */
  readonly time: (utc: string) => string;
  readonly agentLabel: (agent: string) => string;
}

export function sessionsModel(folders: readonly FolderTasks[], rendering: SessionRendering): TreeModel {
  const rows = folders.flatMap((folder) =>
    folder.snapshot.sessions.map((view) => ({
      view,
      folder,
      task: folder.snapshot.tasks.find(({ id }) => id === view.session.task),
    })),
  );
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
  const { l10n, agentLabel } = rendering;
  const { session } = view;
  const label = task === undefined ? `#${session.task}` : taskLabel(task);
  // The side bar is narrow: how it goes comes first.
  const description = [
    session.end === null ? liveWords(session, task, rendering) : endWords(session, session.end, rendering),
    l10n.t('session {0}', session.number),
    agentLabel(session.agent),
  ].join(' · ');
  return {
    id: `session:${root}:${session.id}`,
    parent: undefined,
    kind: 'session',
    label,
    description,
    ...look(session.end, task),
    spoken: `${label}, ${description}`,
    tokens: sessionTokens(session),
    collapse: 'none',
    children: [],
    ref: { root, task: session.task },
    session: session.id,
    revision: `${view.liveness} ${session.pid}`,
  };
}

function sessionTokens(session: Session): readonly ItemToken[] {
  return session.end === null ? [itemTokens.session, itemTokens.running] : [itemTokens.session];
}

function look(end: SessionEnd | null, task: TaskView | undefined): Pick<TreeNode, 'icon' | 'color'> {
  if (end === null) {
    const silent = task?.staleReasons.includes('silent') === true;
    return silent
      ? { icon: 'bell-dot', color: 'charts.yellow' }
      : { icon: 'sync~spin', color: 'charts.blue' };
  }
  if (end.exitCode === 0) return { icon: 'check', color: 'testing.iconPassed' };
  if (end.reason === 'user' || end.reason === 'extension') {
    return { icon: 'debug-stop', color: 'descriptionForeground' };
  }
  return { icon: 'debug-disconnect', color: 'charts.yellow' };
}

function liveWords(session: Session, task: TaskView | undefined, { l10n, time }: SessionRendering): string {
  const since = l10n.t('running since {0}', time(session.startedAt));
  return task?.staleReasons.includes('silent') === true ? `${since} · ${l10n.t('silent')}` : since;
}

function endWords(session: Session, end: SessionEnd, { l10n, time }: SessionRendering): string {
  const parts = [exitWords(end, l10n), `${time(session.startedAt)} – ${time(end.at)}`];
  if (end.commits.length === 1) parts.push(l10n.t('1 commit'));
  else if (end.commits.length > 1) parts.push(l10n.t('{0} commits', end.commits.length));
  return parts.join(' · ');
}

/** Never guesses: an unknown code is called unknown. */
function exitWords(end: SessionEnd, l10n: L10n): string {
  if (end.exitCode !== null) return l10n.t('exited with {0}', end.exitCode);
  if (end.signal !== null) return l10n.t('ended by {0}', end.signal);
  switch (end.reason) {
    case 'user':
      return l10n.t('closed by you');
    case 'extension':
      return l10n.t('stopped');
    case 'shutdown':
      return l10n.t('window closed');
    case 'vanished':
      return l10n.t('vanished');
    case 'process':
    case 'unknown':
      return l10n.t('ended, exit code unknown');
  }
}
