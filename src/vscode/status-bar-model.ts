/** The status bar item as plain data: numbers that are not zero, and the tasks behind each. Pure. */
import { isFinished } from '../core/lifecycle/derive';
import type { TaskView } from '../core/operations/task-view';
import { mayComeBack, type QueuedEntry, queuedByTask, startsAt } from './background/folder-background';
import { type QueueRendering, queuedWords } from './background/queue-words';
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

export interface StatusBarNote {
  /** A codicon id. */
  readonly icon: string;
  readonly text: string;
}

export interface StatusBarModel {
  /** With the codicon in front. */
  readonly text: string;
  /** For screen readers: no icon, whole words. */
  readonly spoken: string;
  readonly sections: readonly StatusBarSection[];
  /** What a person should know of agents that run, and of what Baton does by itself, in sentences. */
  readonly notes: readonly StatusBarNote[];
  /** An open task is stale, or what Baton was to resume needs a person: what asks for a warning colour. */
  readonly warning: boolean;
  /** Something waits to be resumed. */
  readonly queued: boolean;
}

interface Part {
  readonly holds: (row: Row) => boolean;
  readonly short: (count: number) => string;
  readonly heading: string;
}

export function statusBarModel(
  folders: readonly FolderTasks[],
  rendering: QueueRendering,
  agentLabel: (agent: string) => string,
): StatusBarModel {
  const { l10n } = rendering;
  const rows = folders.flatMap((folder) => {
    const queue = queuedByTask(folder.background);
    return folder.snapshot.tasks.map((task) => ({ folder, task, queued: queue.get(task.id) }));
  });
  const shown = parts(l10n)
    .map((part) => ({ part, rows: rows.filter((row) => part.holds(row)) }))
    .filter((entry) => entry.rows.length > 0);
  const words = [
    ...shown.map((entry) => entry.part.short(entry.rows.length)),
    ...nextResume(folders, rendering),
  ];
  const rest = rows.length === 0 ? l10n.t('no tasks') : l10n.t('nothing open');
  return {
    text: `$(arrow-swap) ${words.length > 0 ? words.join(' · ') : l10n.t('Baton')}`,
    spoken: l10n.t('Baton: {0}', words.length > 0 ? words.join(', ') : rest),
    warning: rows.some(needsAttention),
    queued: folders.some(({ background }) => (background?.queue.length ?? 0) > 0),
    notes: [...backgroundNotes(folders, l10n), ...hookNotes(rows, l10n, agentLabel)],
    sections: shown.map((entry) => ({
      heading: entry.part.heading,
      tasks: entry.rows.slice(0, tooltipTasks).map((row) => ({
        ref: { root: row.folder.root, task: row.task.id },
        label: taskLabel(row.task),
        state: stateOf(row, rendering),
      })),
      more: Math.max(0, entry.rows.length - tooltipTasks),
    })),
  };
}

interface Row {
  readonly folder: FolderTasks;
  readonly task: TaskView;
  readonly queued: QueuedEntry | undefined;
}

function needsAttention(row: Row): boolean {
  // What a finished task was built on may change for ever; that is no reason for colour.
  const isStale = row.task.badges.includes('stale') && !isFinished(row.task.status);
  return isStale || hasFailed(row);
}

/** All attempts to resume it are used up. */
function hasFailed({ queued }: Row): boolean {
  return queued?.state === 'dead';
}

function stateOf({ folder, task, queued }: Row, rendering: QueueRendering): string {
  const { description } = taskFace(task, rendering.l10n);
  if (queued === undefined || folder.background === undefined) return description;
  return `${description} · ${queuedWords(queued, folder.background, rendering)}`;
}

/** The countdown: when the first of what waits for its moment is resumed. A time of day, since it need not be redrawn. */
function nextResume(folders: readonly FolderTasks[], { l10n, time }: QueueRendering): readonly string[] {
  const moments = folders.flatMap(({ background }) =>
    background === undefined
      ? []
      : background.queue.flatMap(({ entry, state }) =>
          state === 'waiting' && entry.taskId !== null && mayComeBack(background, entry)
            ? (startsAt(entry) ?? [])
            : [],
        ),
  );
  const [first] = moments.sort((a, b) => Date.parse(a) - Date.parse(b));
  return first === undefined ? [] : [l10n.t('resumes at {0}', time(first))];
}

function backgroundNotes(folders: readonly FolderTasks[], l10n: L10n): readonly StatusBarNote[] {
  const choices = folders.flatMap(({ background }) => background?.choice ?? []);
  const problems = folders.flatMap(({ background }) => background?.queueProblem ?? []);
  const notes = problems.map((text) => ({ icon: 'warning', text }));
  if (choices.some(({ pausedAt }) => pausedAt !== null)) {
    notes.push({ icon: 'debug-pause', text: l10n.t('All background work is paused.') });
  } else if (choices.some(({ autoResume }) => autoResume)) {
    const text = l10n.t('Auto-resume is on: Baton resumes what ended before it was done.');
    notes.push({ icon: 'info', text });
  }
  return notes;
}

function hookNotes(
  rows: readonly Row[],
  l10n: L10n,
  agentLabel: (agent: string) => string,
): readonly StatusBarNote[] {
  return rows.flatMap(({ task }) => {
    if (task.running?.hooksInactive !== true) return [];
    const agent = agentLabel(task.running.session.agent);
    return [{ icon: 'bell-dot', text: `${agent}, #${task.id}: ${hooksInactiveWords(l10n)}` }];
  });
}

function parts(l10n: L10n): readonly Part[] {
  return [
    {
      holds: hasFailed,
      short: (count) => l10n.t('{0} failed to resume', count),
      heading: l10n.t('Failed to Resume'),
    },
    {
      holds: ({ task }) => task.running !== undefined,
      short: (count) => l10n.t('{0} running', count),
      heading: l10n.t('Running'),
    },
    {
      // A task is counted once: what was interrupted is resumable, not pending.
      holds: (row) => isPending(row.task) && !hasFailed(row),
      short: (count) => l10n.t('{0} pending', count),
      heading: l10n.t('Pending'),
    },
    {
      holds: (row) => row.task.badges.includes('resumable') && !hasFailed(row),
      short: (count) => l10n.t('{0} resumable', count),
      heading: l10n.t('Resumable'),
    },
    {
      holds: ({ task }) => task.badges.includes('stale'),
      short: (count) => l10n.t('{0} stale', count),
      heading: l10n.t('Stale'),
    },
  ];
}

function isPending({ status, badges }: TaskView): boolean {
  return status === 'pending' && !badges.includes('resumable');
}
