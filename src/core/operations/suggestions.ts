/** Drafts for blocked tasks: what is on offer, taking one, turning one down. Never run by themselves. */
import type { NudgeLedger } from '../nudges/nudge-ledger';
import { type Draft, draftsFor } from '../nudges/suggest';
import { createTask } from './create-task';
import type { Snapshot, TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** Those on offer now; new ones are put on offer as far as the day's cap allows. Throws `locked`, `io_failed`. */
export function suggestionsFor(ledger: NudgeLedger, { tasks }: Snapshot): Promise<readonly Draft[]> {
  return ledger.offer(draftsFor(tasks));
}

/** Makes a task of a draft, which a person then launches or not. Throws what `createTask` throws. */
export async function acceptSuggestion(
  workspace: BatonWorkspace,
  ledger: NudgeLedger,
  draft: Draft,
): Promise<TaskView> {
  const { epic } = workspace.store.get(draft.about)?.outline ?? {};
  const task = await createTask(workspace, {
    title: draft.title,
    description: draft.rationale,
    criteria: draft.criteria,
    epic,
  });
  await ledger.settleOffer(draft.key, task.id);
  return task;
}

/** It is not offered again, for as long as the task is blocked for the same reason. */
export function dismissSuggestion(ledger: NudgeLedger, { key }: Draft): Promise<void> {
  return ledger.settleOffer(key, null);
}
