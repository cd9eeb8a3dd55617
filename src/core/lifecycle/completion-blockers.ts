/** What still stands between a task and `completed`, in words that a person or agent can act on. Source: 003-23. */
import type { Feature, TaskDocument } from '../model/task';

/** Config `evidence`: whether a feature with a command counts only when Baton has run it. */
export interface EvidenceRule {
  readonly requireVerify: boolean;
}

/**
 * Each unticked criterion, each failing feature, each one that is not verified as the rule asks, and the missing summary,
 * one a line, in file order. Empty exactly when the guards of `complete` hold.
 */
export function completionBlockers(
  document: Pick<TaskDocument, 'criteriaList' | 'featureList' | 'output'>,
  rule: EvidenceRule = { requireVerify: false },
): readonly string[] {
  const criteria = document.criteriaList
    .filter((criterion) => !criterion.done)
    .map((criterion) => `Acceptance criterion not ticked: ${criterion.text}`);
  const features = document.featureList
    .filter((feature) => !feature.passes)
    .map(
      ({ id, description }) => `Feature ${id} does not pass${description === '' ? '' : `: ${description}`}`,
    );
  const unverified = unverifiedFeatures(document, rule).map(
    ({ id, verify }) => `Feature ${id} passes, but not by a run of its command: ${verify}`,
  );
  const output = document.output === undefined ? ['The chain output has no summary'] : [];
  return [...criteria, ...features, ...unverified, ...output];
}

/** Features that pass without the run of their command that the rule asks for. */
export function unverifiedFeatures(
  { featureList }: Pick<TaskDocument, 'featureList'>,
  { requireVerify }: EvidenceRule,
): readonly Feature[] {
  if (!requireVerify) return [];
  return featureList.filter(
    ({ passes, verify, evidenceKind }) => passes && verify !== undefined && evidenceKind !== 'command',
  );
}
