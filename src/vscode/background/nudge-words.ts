/** Nudges in words: the fact, and what one click does about it. Pure. */
import type { Nudge } from '../../core/nudges/nudges';
import type { L10n } from '../l10n';
import { taskLabel } from '../task-face';
import type { QueueRendering } from './queue-words';
import { oneShortLine } from './short-line';

/** One or two sentences. */
export function nudgeWords(nudge: Nudge, { l10n, time }: QueueRendering): string {
  const name = taskLabel({ id: nudge.task, title: oneShortLine(nudge.title) });
  const because = (words: string) =>
    sentence(nudge.detail === undefined ? words : `${words}: ${oneShortLine(nudge.detail)}`);
  switch (nudge.kind) {
    case 'needs_input':
      return because(l10n.t('{0} waits for your answer', name));
    case 'blocked':
      return because(l10n.t('{0} is blocked', name));
    case 'failed_resume':
      return because(l10n.t('{0} could not be resumed', name));
    case 'stale_inputs':
      return l10n.t('An upstream task of {0} hands on something else now.', name);
    case 'undocumented':
      return l10n.t('A session of {0} left no entry in the progress log.', name);
    case 'long_running':
      return l10n.t('The agent on {0} has been running in the background for long.', name);
    case 'usage_limit':
      return nudge.until === undefined
        ? l10n.t('The agent on {0} has reached its usage limit.', name)
        : l10n.t('The agent on {0} has reached its usage limit, which ends at {1}.', name, time(nudge.until));
    case 'hooks_inactive':
      return l10n.t('The hooks of the agent on {0} are not active.', name);
    case 'ready_idle':
      return l10n.t('{0} is ready, and nobody works on it.', name);
  }
}

export function nudgeActionWords(action: Nudge['action'], l10n: L10n): string {
  switch (action) {
    case 'answer':
      return l10n.t('Answer…');
    case 'unblock':
      return l10n.t('Unblock');
    case 'resume':
      return l10n.t('Resume');
    case 'refreshInputs':
      return l10n.t('Refresh Inputs');
    case 'openTask':
      return l10n.t('Open Task File');
    case 'turnOnAutoResume':
      return l10n.t('Turn On Auto-Resume…');
    case 'showQueue':
      return l10n.t('Show Queue');
    case 'stop':
      return l10n.t('Stop Agent…');
    case 'showTerminal':
      return l10n.t('Show Terminal');
    case 'launch':
      return l10n.t('Launch Agent');
  }
}

function sentence(text: string): string {
  return /[.!?\u2026]$/.test(text) ? text : `${text}.`;
}
