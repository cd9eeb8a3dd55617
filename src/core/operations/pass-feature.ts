/** Marks a feature as passing, with the evidence Baton can see itself, or as not passing again. */
import { BatonError } from '../base/baton-error';
import { setFeature } from '../markdown/edits/set-feature';
import type { Evidence, TaskDocument } from '../model/task';
import { changeBy } from './change-by';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import { progressOf, type TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

/** Records the moment, the commit, and what the caller says of how it was verified. Throws `not_found`. */
export async function passFeature(
  workspace: BatonWorkspace,
  id: string,
  featureId: string,
  options: { readonly manual?: string | undefined } = {},
): Promise<TaskView> {
  const at = timestamp(workspace);
  const git = await workspace.ports.git.state(workspace.root);
  const evidence: Evidence = {
    at,
    ...(git?.head ? { commit: git.head } : {}),
    ...(options.manual === undefined ? {} : { manual: options.manual }),
  };
  return setPasses(workspace, id, featureId, 'feature.pass', { passes: true, testedAt: at, evidence });
}

export async function failFeature(
  workspace: BatonWorkspace,
  id: string,
  featureId: string,
): Promise<TaskView> {
  return setPasses(workspace, id, featureId, 'feature.fail', {
    passes: false,
    testedAt: timestamp(workspace),
  });
}

async function setPasses(
  workspace: BatonWorkspace,
  id: string,
  featureId: string,
  type: string,
  patch: { readonly passes: boolean; readonly testedAt: string; readonly evidence?: Evidence },
): Promise<TaskView> {
  const { record } = await workspace.store.update(
    asTaskId(id),
    ({ document }) => changeBy(workspace, type, ...passingChange(document, featureId, patch.passes)),
    ({ text, document }) => {
      requireFeature(document, id, featureId);
      return setFeature(text, featureId, patch);
    },
  );
  return viewOf(workspace, record);
}

/** New and old, with the share of passing features. */
function passingChange(
  document: TaskDocument,
  feature: string,
  passes: boolean,
): readonly [unknown, unknown] {
  const { passed, total } = document.features;
  const was = document.featureList.some(({ id, passes: before }) => id === feature && before);
  const percent = (count: number) => progressOf({ passed: count, total }, document.criteria).percent;
  const now = passed + Number(passes) - Number(was);
  return [
    { feature, passes, percent: percent(now) },
    { passes: was, percent: percent(passed) },
  ];
}

function requireFeature(document: TaskDocument, id: string, featureId: string): void {
  if (document.featureList.some((feature) => feature.id === featureId)) return;
  const known = document.featureList.map((feature) => feature.id).join(', ');
  throw new BatonError('not_found', `Task #${id} has no feature "${featureId}"`, {
    hint: known === '' ? 'Its checklist is empty.' : `Its features are: ${known}.`,
  });
}
