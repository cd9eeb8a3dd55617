/**
 * Marks a feature as passing on somebody's word, or as not passing again. What Baton has seen itself is recorded by
 * `verifyFeatures`. Source: requirement 003-55; issue 6, "Evidence".
 */
import { BatonError } from '../base/baton-error';
import type { Evidence, Feature } from '../model/task';
import { codeState } from './code-state';
import { actingName, recordFeature } from './record-feature';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

/**
 * Records the moment, the commit, who says so and what they say of how it was verified.
 *
 * Throws `not_found`; `guard_failed` for a feature that has a command of its own, where nothing is said of why that was
 * not used.
 */
export async function passFeature(
  workspace: BatonWorkspace,
  id: string,
  featureId: string,
  options: { readonly manual?: string | undefined } = {},
): Promise<TaskView> {
  const task = asTaskId(id);
  const manual = options.manual?.trim();
  if (manual === '') throw new BatonError('invalid_input', 'The reason is empty');
  const { document } = await workspace.store.read(task);
  // Whether there is such a feature is judged where it is written, in unsaved text perhaps.
  const files = document.featureList.find((feature) => feature.id === featureId)?.files;
  const at = timestamp(workspace);
  const evidence: Evidence = {
    ...(manual === undefined ? {} : { manual }),
    ...(await codeState(workspace, files)),
    at,
    by: await actingName(workspace),
  };
  const record = await recordFeature(workspace, task, featureId, 'feature.pass', {
    passes: true,
    changes: (feature) => {
      if (manual === undefined) requireNoCommand(feature, id);
      return { passes: true, testedAt: at, evidence };
    },
    facts: manual === undefined ? {} : { manual },
  });
  return viewOf(workspace, record);
}

/** Its evidence stays as a record, and speaks for the feature no more: it is of another time. Throws `not_found`. */
export async function failFeature(
  workspace: BatonWorkspace,
  id: string,
  featureId: string,
): Promise<TaskView> {
  const testedAt = timestamp(workspace);
  const record = await recordFeature(workspace, asTaskId(id), featureId, 'feature.fail', {
    passes: false,
    changes: () => ({ passes: false, testedAt }),
  });
  return viewOf(workspace, record);
}

function requireNoCommand({ id, verify }: Feature, task: string): void {
  if (verify === undefined) return;
  throw new BatonError('guard_failed', `Feature "${id}" has a command that verifies it`, {
    hint: `Run it: baton feature verify ${task} ${id}. Where that cannot be, say how it was verified: --manual "…".`,
  });
}
