/** Why a task needs a person: every reason that holds, the most urgent first, in words and with its look. Pure. */
import type { TaskView } from '../../core/operations/task-view';
import { comesBack, type FolderBackground, type QueuedEntry } from '../background/folder-background';
import { oneShortLine } from '../background/short-line';
import type { L10n } from '../l10n';
import { idList, isReadyToFinalize, problemWords } from '../task-face';
import type { TreeNode } from './tree-node';

/** In order of urgency. */
export const reasons = [
  'needsInput',
  'blocked',
  'failedResume',
  'broken',
  'cyclic',
  'dangling',
  'silent',
  'longRunning',
  'staleInputs',
  'finalize',
  'undocumented',
  'resumable',
] as const;
export type Reason = (typeof reasons)[number];

type Look = Pick<TreeNode, 'icon' | 'color'>;

export const looks: Readonly<Record<Reason, Look>> = {
  needsInput: { icon: 'question', color: 'charts.yellow' },
  blocked: { icon: 'error', color: 'list.errorForeground' },
  failedResume: { icon: 'debug-disconnect', color: 'list.errorForeground' },
  broken: { icon: 'warning', color: 'list.warningForeground' },
  cyclic: { icon: 'warning', color: 'list.warningForeground' },
  dangling: { icon: 'warning', color: 'list.warningForeground' },
  silent: { icon: 'bell-dot', color: 'charts.yellow' },
  longRunning: { icon: 'bell-dot', color: 'charts.yellow' },
  staleInputs: { icon: 'history', color: 'charts.yellow' },
  finalize: { icon: 'pass', color: 'testing.iconPassed' },
  undocumented: { icon: 'note', color: 'charts.yellow' },
  resumable: { icon: 'debug-pause', color: 'charts.yellow' },
};

export function reasonsOf(
  task: TaskView,
  queued: QueuedEntry | undefined,
  background: FolderBackground | undefined,
): Reason[] {
  const badges = new Set(task.badges);
  const failed = queued?.state === 'dead';
  const returns = queued !== undefined && background !== undefined && comesBack(background, queued);
  const holds: Readonly<Record<Reason, boolean>> = {
    needsInput: task.status === 'needs_input',
    blocked: task.status === 'blocked',
    failedResume: failed,
    broken: task.fileProblem !== undefined || badges.has('broken'),
    cyclic: badges.has('cyclic'),
    dangling: badges.has('dangling') && !badges.has('cyclic'),
    silent: task.staleReasons.includes('silent'),
    longRunning: task.running?.longRunning === true,
    staleInputs: task.staleReasons.includes('inputs'),
    finalize: isReadyToFinalize(task),
    undocumented: badges.has('undocumented'),
    // What Baton resumes by itself asks nothing of anybody.
    resumable: badges.has('resumable') && !returns && !failed,
  };
  return reasons.filter((reason) => holds[reason]);
}

export function reasonWords(reason: Reason, task: TaskView, l10n: L10n): string {
  switch (reason) {
    case 'needsInput':
      return held(l10n.t('waits for your answer'), task.tracking?.question);
    case 'blocked':
      return held(l10n.t('blocked'), task.tracking?.blockedReason);
    case 'failedResume':
      return l10n.t('resuming failed');
    case 'broken':
      return problemWords(task.fileProblem, l10n);
    case 'cyclic':
      return l10n.t('depends on itself');
    case 'dangling':
      return l10n.t('depends on {0}, some of which do not exist', idList(task.unmet));
    case 'silent':
      return l10n.t('agent is silent');
    case 'longRunning':
      return l10n.t('long-running in the background');
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

function held(words: string, why: string | undefined): string {
  return why === undefined ? words : `${words}: ${oneShortLine(why)}`;
}
