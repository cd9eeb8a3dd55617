/** What the next agent must know of the evidence, in plain sentences for its packet. Peers.md 5.3: claims are shown as claims. */
import type { EvidenceKind } from '../model/evidence';
import type { Feature, TaskDocument, TaskId } from '../model/task';
import { commitsJudged, EvidenceJudge } from './stale-evidence';
import type { BatonWorkspace } from './workspace';

const named = 5;

export async function evidenceWarnings(
  workspace: BatonWorkspace,
  task: TaskId,
  { featureList }: Pick<TaskDocument, 'featureList'>,
): Promise<readonly string[]> {
  const stale = await new EvidenceJudge(workspace, { maxCommits: commitsJudged }).staleOf(featureList);
  const of = (...kinds: readonly EvidenceKind[]) =>
    featureList.filter(({ evidenceKind }) => evidenceKind !== undefined && kinds.includes(evidenceKind));
  const failed = featureList.filter(
    ({ passes, evidence }) => !passes && evidence?.command !== undefined && evidence.exitCode !== 0,
  );
  const verify = `\`baton feature verify ${task} --changed\``;
  return [
    ...line(of('none'), 'marked as passing, and no evidence stands behind it: verify before you build on it'),
    ...line(of('manual', 'claimed'), 'passing on somebody’s word, not by a command that Baton has run'),
    ...line(
      featureList.filter(({ id }) => stale.has(id)),
      `verified on code that has changed since; ${verify} runs what can be run`,
    ),
    ...line(failed, 'found not to pass when last verified; the checklist has what its command printed'),
  ];
}

/** Ids come from the file: they are named, and never long enough to say anything. */
function line(features: readonly Feature[], what: string): readonly string[] {
  if (features.length === 0) return [];
  const shown = features.slice(0, named).map(({ id }) => `"${id.slice(0, 40)}"`);
  const more = features.length - shown.length;
  const list = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [`Features ${what}: ${list}.`];
}
