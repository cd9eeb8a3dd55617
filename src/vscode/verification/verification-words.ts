/** What people are told of verifications, in a few words. Pure. */
import { shownId } from '../../core/evidence/verify-command';
import type { VerifyResult } from '../../core/operations/verify-features';
import type { VerifyPlan } from '../../core/operations/verify-plan';
import type { L10n } from '../l10n';

const named = 3;

export interface Told {
  readonly severity: 'info' | 'warning';
  readonly text: string;
  /** The log of the worst result, relative to the workspace folder. */
  readonly log?: string;
}

/** One message for a whole verification. */
export function resultsTold(
  results: readonly VerifyResult[],
  { left, unread }: Pick<VerifyPlan, 'left' | 'unread'>,
  l10n: L10n,
): Told {
  const of = (verdict: VerifyResult['verdict']) => results.filter((one) => one.verdict === verdict);
  const [regressed, failed, unclear, passed] = [of('regressed'), of('failed'), of('unclear'), of('passed')];
  const lines: string[] = [];
  if (regressed.length > 0) lines.push(l10n.t('Passed before, and does not now: {0}.', names(regressed)));
  if (failed.length > 0) lines.push(failedWords(failed, l10n));
  for (const one of unclear.slice(0, named))
    lines.push(l10n.t('{0} is as it was: {1}.', names([one]), one.message));
  if (passed.length > 0) lines.push(l10n.t('Verified, and passes: {0}.', names(passed)));
  if (lines.length === 0) lines.push(l10n.t('There is nothing to verify.'));
  if (left.length > 0) lines.push(l10n.t('Features that name no command that can be run: {0}.', left.length));
  if (unread.length > 0) {
    const tasks = featureNames(unread.map(({ task }) => `#${task}`));
    lines.push(l10n.t('Task files that cannot be read: {0}.', tasks));
  }
  const [worst] = [...regressed, ...failed, ...unclear];
  return worst === undefined
    ? { severity: unread.length > 0 ? 'warning' : 'info', text: lines.join(' ') }
    : { severity: 'warning', text: lines.join(' '), log: worst.log };
}

/** Of a check that Baton made by itself, only what got worse; undefined when nothing did. */
export function regressionTold(results: readonly VerifyResult[], l10n: L10n): Told | undefined {
  const regressed = results.filter(({ verdict }) => verdict === 'regressed');
  return regressed.length === 0 ? undefined : resultsTold(regressed, { left: [], unread: [] }, l10n);
}

function failedWords(failed: readonly VerifyResult[], l10n: L10n): string {
  const [first] = failed;
  const code = failed.length === 1 ? first?.exitCode : undefined;
  return typeof code === 'number'
    ? l10n.t('Does not pass: {0}. Its command ended with exit code {1}.', names(failed), code)
    : l10n.t('Does not pass: {0}.', names(failed));
}

function names(features: readonly { readonly task: string; readonly feature: string }[]): string {
  return featureNames(features.map(({ task, feature }) => `#${task} ${shownId(feature)}`));
}

/** A few of them; ids come from the file, and nobody reads twenty. */
export function featureNames(all: readonly string[]): string {
  return `${all.slice(0, named).join(', ')}${all.length > named ? `, … (${all.length})` : ''}`;
}
