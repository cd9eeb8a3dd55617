/** The status bar item as plain data: numbers that are not zero, and the tasks behind each. Pure. */
import type { TaskView } from '../core/operations/task-view';
import type { L10n } from './l10n';
import { taskFace, taskLabel } from './task-face';
import type { TaskRef } from './task-ref';
import type { FolderTasks } from './views/chains-model';
import { hooksInactiveWords } from './views/session-words';

/** A list in a tooltip longer than this hides more than it shows. */
const tooltipTasks = 8;

export interface StatusBarSection {
  readonly heading: string;
  readonly tasks: readonly { readonly ref: TaskRef; readonly label: string; readonly state: string }[];
  /** How many more there are than shown. */
  readonly more: number;
}

export interface StatusBarModel {
  /** With the codicon in front. */
  readonly text: string;
  /** For screen readers: no icon, whole words. */
  readonly spoken: string;
  readonly sections: readonly StatusBarSection[];
  /** What a person should know of agents that run, in sentences. */
  readonly notes: readonly string[];
  /** A live session is silent: the one case that asks for a warning colour. */
  readonly warning: boolean;
}

interface Part {
  readonly holds: (task: TaskView) => boolean;
  readonly short: (count: number) => string;
  readonly heading: string;
}

export function statusBarModel(
  folders: readonly FolderTasks[],
  l10n: L10n,
  agentLabel: (agent: string) => string,
): StatusBarModel {
  const rows = folders.flatMap(({ root, snapshot }) => snapshot.tasks.map((task) => ({ root, task })));
  const shown = parts(l10n)
    .map((part) => ({ part, rows: rows.filter(({ task }) => part.holds(task)) }))
    .filter((entry) => entry.rows.length > 0);
  const words = shown.map((entry) => entry.part.short(entry.rows.length));
  const silent = rows.some(({ task }) => task.staleReasons.includes('silent'));
  const rest = rows.length === 0 ? l10n.t('no tasks') : l10n.t('nothing open');
  return {
    text: `$(arrow-swap) ${words.length > 0 ? words.join(' · ') : l10n.t('Baton')}`,
    spoken: l10n.t('Baton: {0}', words.length > 0 ? words.join(', ') : rest),
    warning: silent,
    notes: rows.flatMap(({ task }) =>
      task.running?.hooksInactive === true
        ? [`${agentLabel(task.running.session.agent)}, #${task.id}: ${hooksInactiveWords(l10n)}`]
        : [],
    ),
    sections: shown.map((entry) => ({
      heading: entry.part.heading,
      tasks: entry.rows.slice(0, tooltipTasks).map(({ root, task }) => ({
        ref: { root, task: task.id },
        label: taskLabel(task),
        state: taskFace(task, l10n).description,
      })),
      more: Math.max(0, entry.rows.length - tooltipTasks),
    })),
  };
}

function parts(l10n: L10n): readonly Part[] {
  return [
    {
      holds: (task) => task.running !== undefined,
      short: (count) => l10n.t('{0} running', count),
      heading: l10n.t('Running'),
    },
    {
      // A task is counted once: what was interrupted is resumable, not pending.
      holds: (task) => task.status === 'pending' && !task.badges.includes('resumable'),
      short: (count) => l10n.t('{0} pending', count),
      heading: l10n.t('Pending'),
    },
    {
      holds: (task) => task.badges.includes('resumable'),
      short: (count) => l10n.t('{0} resumable', count),
      heading: l10n.t('Resumable'),
    },
    {
      holds: (task) => task.badges.includes('stale'),
      short: (count) => l10n.t('{0} stale', count),
      heading: l10n.t('Stale'),
    },
  ];
}
