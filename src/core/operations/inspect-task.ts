/** `baton task show`: one task whole, and what is wrong with it beyond what its text tells alone. */
import type { Problem } from '../model/task';
import { showTask } from './show-task';
import { commitsJudged, EvidenceJudge, isOpen, staleProblems } from './stale-evidence';
import { statusEdits } from './status-edits';
import type { TaskWhole } from './task-view';
import type { BatonWorkspace } from './workspace';

/**
 * Throws `not_found`.
 *
 * @param options.record puts a status that was edited by hand on record, where the status machine takes it
 */
export async function inspectTask(
  workspace: BatonWorkspace,
  id: string,
  { record = true }: { readonly record?: boolean } = {},
): Promise<TaskWhole> {
  const whole = await showTask(workspace, id);
  const edits = await statusEdits(workspace, { of: whole.id, record });
  const found = edits.map(
    ({ message, range, line, column }): Problem => ({
      ...{ code: 'status_edited', severity: 'warning', message, range, line, column },
    }),
  );
  return withStaleEvidence(workspace, withProblems(whole, found));
}

async function withStaleEvidence(workspace: BatonWorkspace, whole: TaskWhole): Promise<TaskWhole> {
  if (!isOpen(whole.document)) return whole;
  const staleEvidence = await new EvidenceJudge(workspace, { maxCommits: commitsJudged }).staleOf(
    whole.document.featureList,
  );
  if (staleEvidence.size === 0) return whole;
  const { text, document } = await workspace.store.read(whole.id);
  return withProblems({ ...whole, staleEvidence }, staleProblems(text, document, staleEvidence));
}

function withProblems(whole: TaskWhole, found: readonly Problem[]): TaskWhole {
  if (found.length === 0) return whole;
  const problems = [...whole.document.problems, ...found].sort((a, b) => a.line - b.line);
  return { ...whole, document: { ...whole.document, problems } };
}
