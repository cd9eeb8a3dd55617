/** What a feature's `passes` rests on, and why that may not hold any more. Source: requirements 003-53, 003-55; issue 6. */
import type { Evidence } from './task';

/**
 * `command`: Baton ran the feature's command and it succeeded. `manual`: somebody says how it was verified. `claimed`:
 * marked through Baton, without saying how. `none`: it only stands in the file, or its own evidence says that it fails.
 */
export type EvidenceKind = 'command' | 'manual' | 'claimed' | 'none';

/**
 * Undefined for a feature that does not pass. Evidence speaks for the moment the feature was tested: when the feature was
 * marked as failing since, and made to pass again by hand, it does not come back.
 */
export function evidenceKind(
  passes: boolean,
  testedAt: string | undefined,
  evidence: Evidence | undefined,
): EvidenceKind | undefined {
  if (!passes) return undefined;
  if (evidence === undefined || !isOf(testedAt, evidence)) return 'none';
  if (evidence.command !== undefined) return evidence.exitCode === 0 ? 'command' : 'none';
  if (evidence.manual !== undefined) return 'manual';
  return evidence.at === undefined ? 'none' : 'claimed';
}

function isOf(testedAt: string | undefined, { at }: Evidence): boolean {
  return at === undefined || testedAt === undefined || at === testedAt;
}

/**
 * `commit_gone`: the commit it was verified at is not in the history of the checkout. `files_changed`: what it was
 * verified with has changed. `command_changed`: the feature names another command now.
 */
export type StaleEvidenceReason = 'commit_gone' | 'files_changed' | 'command_changed';

export interface StaleEvidence {
  readonly reason: StaleEvidenceReason;
  /** For `files_changed`: some of the files, relative to the workspace folder; empty where only fewer differ. */
  readonly files: readonly string[];
}

/** In one sentence without a full stop, to stand behind the feature's name. */
export function staleEvidenceWords({ reason, files }: StaleEvidence): string {
  if (reason === 'commit_gone') return 'the commit it was verified at is not in this history any more';
  if (reason === 'command_changed') return 'its command has changed since it was verified';
  const named = files.slice(0, 3).join(', ');
  const more = files.length > 3 ? ` and ${files.length - 3} more` : '';
  return `files changed since it was verified${named === '' ? '' : `: ${named}${more}`}`;
}
