/** How a task looks wherever it is shown: icon, colour, words, and what can be done with it. Pure. */
import { triggersFrom } from '../core/lifecycle/transitions';
import type { Session } from '../core/model/session';
import type { TaskView } from '../core/operations/task-view';
import { type ItemToken, itemTokens } from './contributions';
import type { L10n } from './l10n';

export interface TaskFace {
  /** A codicon id. */
  readonly icon: string;
  /** A theme colour id. */
  readonly color: string | undefined;
  /** One or two words: ready, waiting for #100, in progress, resumable … */
  readonly state: string;
  /** The state and the numbers beside it: `in progress · 2/5 · session 3`. */
  readonly description: string;
}

type Look = 'broken' | 'running' | 'done' | 'resumable' | 'ready' | 'waiting' | TaskView['status'];

const looks: Readonly<Record<Look, { readonly icon: string; readonly color?: string }>> = {
  broken: { icon: 'warning', color: 'list.warningForeground' },
  running: { icon: 'sync~spin', color: 'charts.blue' },
  done: { icon: 'pass', color: 'testing.iconPassed' },
  resumable: { icon: 'debug-pause', color: 'charts.yellow' },
  ready: { icon: 'circle-large-outline', color: 'charts.blue' },
  waiting: { icon: 'lock', color: 'descriptionForeground' },
  pending: { icon: 'circle-large-outline', color: 'descriptionForeground' },
  acknowledged: { icon: 'inbox', color: 'charts.blue' },
  in_progress: { icon: 'play-circle', color: 'charts.blue' },
  blocked: { icon: 'error', color: 'list.errorForeground' },
  needs_input: { icon: 'question', color: 'charts.yellow' },
  completed: { icon: 'pass-filled', color: 'testing.iconPassed' },
  cancelled: { icon: 'circle-slash', color: 'disabledForeground' },
};

function lookOf(task: TaskView): Look {
  if (task.fileProblem !== undefined || task.badges.includes('broken')) return 'broken';
  if (task.badges.includes('running')) return 'running';
  // What a person has to answer comes before what a machine could continue.
  if (task.status === 'blocked' || task.status === 'needs_input') return task.status;
  if (isReadyToFinalize(task)) return 'done';
  // A task that was worked on and waits again cannot be resumed before its upstream is done.
  if (task.badges.includes('waiting')) return 'waiting';
  if (task.badges.includes('resumable')) return 'resumable';
  if (task.badges.includes('ready')) return 'ready';
  return task.status;
}

export function taskFace(task: TaskView, l10n: L10n): TaskFace {
  const look = lookOf(task);
  const state = stateWords(task, look, l10n);
  const { icon, color } = looks[look];
  return {
    icon,
    color,
    state,
    description: [state, ...numbers(task, l10n), ...flags(task, l10n)].join(' · '),
  };
}

function stateWords(task: TaskView, look: Look, l10n: L10n): string {
  switch (look) {
    case 'broken':
      return problemWords(task.fileProblem, l10n);
    case 'running':
      return task.staleReasons.includes('silent') ? l10n.t('running, silent') : l10n.t('in progress');
    case 'done':
      return l10n.t('ready to finalize');
    case 'resumable':
      return l10n.t('resumable');
    case 'ready':
      return l10n.t('ready');
    case 'waiting':
      return l10n.t('waiting for {0}', idList(task.unmet));
    case 'pending':
      return l10n.t('pending');
    case 'acknowledged':
      return l10n.t('acknowledged');
    case 'in_progress':
      return l10n.t('in progress');
    case 'blocked':
      return l10n.t('blocked');
    case 'needs_input':
      return l10n.t('needs input');
    case 'completed':
      return l10n.t('completed');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

/** What is wrong with the file itself, in a few words. */
export function problemWords(problem: TaskView['fileProblem'], l10n: L10n): string {
  switch (problem) {
    case 'duplicate_id':
      return l10n.t('another file has this id');
    case 'unreadable':
      return l10n.t('cannot be read');
    case 'not_utf8':
      return l10n.t('not UTF-8, read only');
    case 'too_large':
      return l10n.t('too large, read only');
    case 'outside_workspace':
      return l10n.t('links to a file outside the workspace');
    case undefined:
      return l10n.t('file has errors');
  }
}

function numbers(task: TaskView, l10n: L10n): string[] {
  const parts: string[] = [];
  if (task.progress.total > 0 && task.status !== 'cancelled' && task.status !== 'completed') {
    parts.push(progressText(task));
  }
  if (task.running !== undefined) parts.push(l10n.t('session {0}', task.running.session.number));
  return parts;
}

function flags(task: TaskView, l10n: L10n): string[] {
  const parts: string[] = [];
  if (task.staleReasons.includes('inputs')) parts.push(l10n.t('stale inputs'));
  if (task.badges.includes('undocumented')) parts.push(l10n.t('undocumented'));
  if (task.badges.includes('cyclic')) parts.push(l10n.t('depends on itself'));
  else if (task.badges.includes('dangling')) parts.push(l10n.t('unknown upstream'));
  return parts;
}

export function progressText(task: Pick<TaskView, 'progress'>): string {
  return `${task.progress.passed}/${task.progress.total}`;
}

export function taskLabel(task: Pick<TaskView, 'id' | 'title'>): string {
  return task.title === '' ? `#${task.id}` : `#${task.id} ${task.title}`;
}

/** `#100, #101 and 3 more` without the words: at most `limit` ids, then an ellipsis. */
export function idList(ids: readonly string[], limit = 3): string {
  const shown = ids.slice(0, limit).map((id) => `#${id}`);
  return ids.length > limit ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** One sentence for a screen reader. */
export function spokenTask(task: TaskView, face: TaskFace, l10n: L10n): string {
  const progress =
    task.progress.total === 0
      ? ''
      : task.progress.of === 'features'
        ? l10n.t('{0} of {1} features pass', task.progress.passed, task.progress.total)
        : l10n.t('{0} of {1} acceptance criteria done', task.progress.passed, task.progress.total);
  return [l10n.t('Task {0}: {1}', task.id, task.title), face.state, progress, ...flags(task, l10n)]
    .filter((part) => part !== '')
    .join(', ');
}

/** Whether the task could be completed from its status; what is still missing is for the preview to say. */
export function canFinalize(task: TaskView): boolean {
  return task.running === undefined && triggersFrom(task.status).includes('complete');
}

/** Everything ticked and nobody working: the one thing left is the chain output. */
export function isReadyToFinalize(task: TaskView): boolean {
  const { progress, criteria } = task;
  const ticked = progress.passed === progress.total && criteria.done === criteria.total;
  return canFinalize(task) && progress.total > 0 && ticked && task.unmet.length === 0;
}

/** The one step a click most likely means. */
export function nextAction(task: TaskView): 'launch' | 'resume' | 'show' | 'finalize' | 'open' {
  if (task.running !== undefined) return 'show';
  if (isReadyToFinalize(task)) return 'finalize';
  if (canStart(task)) return task.badges.includes('resumable') ? 'resume' : 'launch';
  return 'open';
}

/** Whether launching is worth offering; the core judges again, with the file in hand. */
export function canStart(task: TaskView): boolean {
  return (
    task.running === undefined &&
    task.fileProblem === undefined &&
    task.unmet.length === 0 &&
    !task.badges.includes('cyclic') &&
    triggersFrom(task.status).includes('start')
  );
}

/** What can be done with the task now, as the words its menus ask for. Guards in the core decide again. */
export function taskTokens(task: TaskView): readonly ItemToken[] {
  const possible = triggersFrom(task.status);
  const resumable = task.badges.includes('resumable');
  const holds: readonly (readonly [ItemToken, boolean])[] = [
    [itemTokens.task, true],
    [itemTokens.running, task.running !== undefined],
    [itemTokens.canStop, task.running !== undefined && canStop(task.running.session)],
    [itemTokens.canLaunch, canStart(task) && !resumable],
    [itemTokens.canResume, canStart(task) && resumable],
    [itemTokens.canFinalize, canFinalize(task)],
    [itemTokens.readyToFinalize, isReadyToFinalize(task)],
    [itemTokens.canBlock, possible.includes('block')],
    [itemTokens.canUnblock, possible.includes('unblock') || possible.includes('answer')],
    [itemTokens.canCancel, possible.includes('cancel') && task.running === undefined],
    [itemTokens.canReopen, possible.includes('reopen')],
    [itemTokens.hasFeatures, hasFeatures(task)],
    [itemTokens.staleInputs, task.staleReasons.includes('inputs')],
  ];
  return holds.flatMap(([token, holdsNow]) => (holdsNow ? [token] : []));
}

/** A running session that is being stopped, or that a person started by hand, offers no Stop. */
export function canStop({ origin, stopRequestedAt }: Session): boolean {
  return origin === 'managed' && stopRequestedAt === null;
}

/** Whether there is something to verify. */
export function hasFeatures({ status, progress }: TaskView): boolean {
  return status !== 'cancelled' && progress.of === 'features' && progress.total > 0;
}
