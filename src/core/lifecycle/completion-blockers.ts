/** What still stands between a task and `completed`, in words that a person or agent can act on. Source: 003-23. */
import type { TaskDocument } from '../model/task';

/**
 * Each unticked criterion, each failing feature and the missing summary, one a line, in file order. Empty exactly
 * when the guards of `complete` hold.
 */
export function completionBlockers(
  document: Pick<TaskDocument, 'criteriaList' | 'featureList' | 'output'>,
): readonly string[] {
  const criteria = document.criteriaList
    .filter((criterion) => !criterion.done)
    .map((criterion) => `Acceptance criterion not ticked: ${criterion.text}`);
  const features = document.featureList
    .filter((feature) => !feature.passes)
    .map(
      ({ id, description }) => `Feature ${id} does not pass${description === '' ? '' : `: ${description}`}`,
    );
  const output = document.output === undefined ? ['The chain output has no summary'] : [];
  return [...criteria, ...features, ...output];
}
