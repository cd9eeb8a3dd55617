/** `baton task show`: one task whole, and what is wrong with it beyond what its text tells alone. */
import type { Problem } from '../model/task';
import { showTask } from './show-task';
import { statusEdits } from './status-edits';
import type { TaskWhole } from './task-view';
import type { BatonWorkspace } from './workspace';

/** Throws `not_found`. Puts a status that was edited by hand on record, where the status machine takes it. */
export async function inspectTask(workspace: BatonWorkspace, id: string): Promise<TaskWhole> {
  const whole = await showTask(workspace, id);
  const edits = await statusEdits(workspace, { of: whole.id, record: true });
  if (edits.length === 0) return whole;
  const found = edits.map(
    ({ message, range, line, column }): Problem => ({
      ...{ code: 'status_edited', severity: 'warning', message, range, line, column },
    }),
  );
  const problems = [...whole.document.problems, ...found].sort((a, b) => a.line - b.line);
  return { ...whole, document: { ...whole.document, problems } };
}
