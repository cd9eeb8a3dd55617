/** How a queued task stands, in a few words. Pure. */
import type { DeferReason, QueueEntry, QueueReason } from '../../core/model/queue';
import type { L10n } from '../l10n';
import { type FolderBackground, mayComeBack, type QueuedEntry, startsAt } from './folder-background';
import { oneShortLine } from './short-line';

export interface QueueRendering {
  readonly l10n: L10n;
  /** The time of day of a UTC time, for the reader's own clock. */
  readonly time: (utc: string) => string;
}

/** What happens to the entry next, and what it waits for. */
export function queuedWords(
  { entry, state }: QueuedEntry,
  background: Pick<FolderBackground, 'choice' | 'waitsFor'>,
  { l10n, time }: QueueRendering,
): string {
  const at = startsAt(entry);
  const returns = mayComeBack(background, entry);
  switch (state) {
    case 'dead':
      return failedWords(entry, l10n);
    case 'running':
      return l10n.t('runs in the background');
    case 'claimed':
      return l10n.t('is being started');
    case 'waiting':
      return waitingWords(entry, at, returns, { l10n, time });
    case 'due':
      return returns ? waitsForWords(background.waitsFor, l10n) : reasonWords(entry.reason, l10n);
  }
}

/** Why what is due does not start yet. */
function waitsForWords(reason: DeferReason | undefined, l10n: L10n): string {
  switch (reason) {
    case 'foreground_session':
      return l10n.t('waits until no agent of yours works');
    case 'concurrency_limit':
      return l10n.t('waits for its turn');
    case 'high_load':
      return l10n.t('waits until the machine is less busy');
    case 'breaker_open':
      return l10n.t('waits, since agents ended unexpectedly too often');
    case 'no_economy_profile':
      return l10n.t('no economical agent is installed to resume it');
    default:
      return l10n.t('resumes by itself, soon');
  }
}

function waitingWords(
  { reason }: QueueEntry,
  at: string | undefined,
  resuming: boolean,
  { l10n, time }: QueueRendering,
): string {
  if (at === undefined) return reasonWords(reason, l10n);
  if (resuming) return l10n.t('resumes at {0}', time(at));
  return reason === 'usage_limit' ? l10n.t('usage limit until {0}', time(at)) : reasonWords(reason, l10n);
}

function failedWords({ attempts, lastError }: QueueEntry, l10n: L10n): string {
  const words = attempts === 1 ? l10n.t('resuming failed') : l10n.t('resuming failed {0} times', attempts);
  return lastError === null ? words : `${words}: ${oneShortLine(lastError)}`;
}

/** Why the task is in the queue. */
export function reasonWords(reason: QueueReason, l10n: L10n): string {
  switch (reason) {
    case 'exit':
      return l10n.t('ended before it was done');
    case 'usage_limit':
      return l10n.t('usage limit reached');
    case 'crash':
      return l10n.t('ended unexpectedly');
    case 'interrupted':
      return l10n.t('interrupted');
    case 'manual':
      return l10n.t('put in the queue by hand');
  }
}
