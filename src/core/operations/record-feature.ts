/** Writes into the checklist what was found of one feature, and who found it. */
import { BatonError } from '../base/baton-error';
import { type FeatureChanges, setFeature } from '../markdown/edits/set-feature';
import type { Feature, TaskDocument, TaskId } from '../model/task';
import type { TaskRecord } from '../store/task-record';
import { changeBy } from './change-by';
import { progressOf } from './task-view';
import type { BatonWorkspace } from './workspace';

export interface FeatureFinding {
  readonly passes: boolean;
  /** What is written; worked out from the feature as it is under the task's lock, and may refuse. */
  readonly changes: (feature: Feature) => FeatureChanges;
  /** What the change log keeps besides. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Throws `not_found`, naming the features there are. Only fields of that feature change, and the overall progress. */
export async function recordFeature(
  workspace: BatonWorkspace,
  task: TaskId,
  featureId: string,
  type: 'feature.pass' | 'feature.fail' | 'feature.verify',
  { passes, changes, facts }: FeatureFinding,
): Promise<TaskRecord> {
  const { record } = await workspace.store.update(
    task,
    ({ document }) => {
      const { now, before } = passingChange(document, featureId, passes);
      return changeBy(workspace, type, { ...now, ...facts }, before);
    },
    ({ text, document }) => setFeature(text, featureId, changes(featureNamed(document, task, featureId))),
  );
  return record;
}

/** Throws `not_found`. Of two features with one id the first counts. */
export function featureNamed(
  { featureList }: Pick<TaskDocument, 'featureList'>,
  task: string,
  id: string,
): Feature {
  const found = featureList.find((feature) => feature.id === id);
  if (found !== undefined) return found;
  const known = featureList.map((feature) => feature.id).join(', ');
  throw new BatonError('not_found', `Task #${task} has no feature "${id}"`, {
    hint: known === '' ? 'Its checklist is empty.' : `Its features are: ${known}.`,
  });
}

/** With the share of passing features. */
function passingChange(document: TaskDocument, feature: string, passes: boolean) {
  const { passed, total } = document.features;
  const was = document.featureList.some(({ id, passes: before }) => id === feature && before);
  const percent = (count: number) => progressOf({ passed: count, total }, document.criteria).percent;
  return {
    now: { feature, passes, percent: percent(passed + Number(passes) - Number(was)) },
    before: { passes: was, percent: percent(passed) },
  };
}

/** Who acts, for a record that people read: `person`, or the agent and its session. */
export async function actingName({ acting, sessions }: BatonWorkspace): Promise<string> {
  const session = acting.session === undefined ? undefined : await sessions.get(acting.session);
  if (session !== undefined) return `${session.agent}, session ${session.number}`;
  return acting.actor === 'agent' ? 'agent' : acting.actor === 'tool' ? 'baton' : 'person';
}
