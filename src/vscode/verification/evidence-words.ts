/** What a feature rests on, in a word or two. Pure. */
import type { Feature } from '../../core/model/task';
import type { L10n } from '../l10n';

/** What `passes` rests on; that a run failed; empty for a feature that nobody has verified. */
export function evidenceWords({ passes, evidenceKind, evidence }: Feature, l10n: L10n): string {
  switch (evidenceKind) {
    case 'command':
      return l10n.t('by command');
    case 'manual':
      return l10n.t('by hand');
    case 'claimed':
      return l10n.t('claimed');
    case 'none':
      return l10n.t('no evidence');
    default:
      return !passes && evidence?.command !== undefined && evidence.exitCode !== 0 ? l10n.t('failed') : '';
  }
}
