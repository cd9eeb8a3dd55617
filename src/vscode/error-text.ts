/** A failure in words: what happened, the facts behind it, what to do. Pure. */
import { BatonError } from '../core/base/baton-error';
import type { L10n } from './l10n';

/** A notification shows little; the log has all of it. */
const shownDetails = 4;

export function errorText(error: unknown, l10n: L10n): string {
  if (!(error instanceof BatonError)) {
    const message = error instanceof Error ? error.message : String(error);
    return l10n.t('Baton ran into a problem it did not expect: {0}', message);
  }
  const details = error.details ?? [];
  const shown = details.slice(0, shownDetails);
  const more = details.length - shown.length;
  const facts = more > 0 ? [...shown, l10n.t('{0} more', more)] : shown;
  const allowed =
    error.allowed === undefined || error.allowed.length === 0
      ? ''
      : l10n.t('Possible now: {0}.', error.allowed.join(', '));
  return [sentence(error.message), sentence(facts.join('; ')), sentence(error.hint ?? ''), allowed]
    .filter((part) => part !== '')
    .join(' ');
}

function sentence(text: string): string {
  return text === '' || /[.!?\u2026:]$/.test(text) ? text : `${text}.`;
}
