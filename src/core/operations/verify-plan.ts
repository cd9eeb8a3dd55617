/** Which features are to be verified, and what a person has to agree to before. Writes and runs nothing. */
import { BatonError, isBatonError } from '../base/baton-error';
import { commandFault, requireShownWhole, shownId, verifyConsentKey } from '../evidence/verify-command';
import type { Feature, TaskDocument, TaskId } from '../model/task';
import { featureNamed } from './record-feature';
import { EvidenceJudge } from './stale-evidence';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

/**
 * `open`: those that do not pass yet. `all`: those that pass, too. `changed`: those that pass while their evidence is out
 * of date or is not a run of their command.
 */
export type VerifyScope = 'open' | 'all' | 'changed';

export interface VerifyTarget {
  /** Every task but the cancelled ones, unless given. */
  readonly task?: string | undefined;
  /** One feature of that task, whatever the scope. */
  readonly feature?: string | undefined;
  readonly scope: VerifyScope;
}

export interface VerifyJob {
  readonly task: TaskId;
  /** As it was when the plan was made. */
  readonly feature: Feature;
  readonly command: string;
}

export interface VerifyPlan {
  readonly jobs: readonly VerifyJob[];
  /** In scope, and there is nothing that could be run. `why` is one sentence without a full stop. */
  readonly left: readonly { readonly task: TaskId; readonly feature: string; readonly why: string }[];
  /** Tasks in scope whose file cannot be read, or is one of several. `why` is as in `left`. */
  readonly unread: readonly { readonly task: TaskId; readonly why: string }[];
}

export interface NeededConsent {
  readonly key: string;
  readonly command: string;
  /** Features that it verifies, as `#101 jwt-1`. */
  readonly features: readonly string[];
}

/** Throws `not_found`; `invalid_input` for the one feature that was named, when it cannot be verified. */
export async function planVerification(workspace: BatonWorkspace, target: VerifyTarget): Promise<VerifyPlan> {
  if (target.task === undefined) return planAll(workspace, target.scope);
  const task = asTaskId(target.task);
  const { document } = await workspace.store.read(task);
  if (target.feature !== undefined) return planOne(task, featureNamed(document, task, target.feature));
  return planTask(task, document, target.scope, new EvidenceJudge(workspace));
}

/** One file that cannot be read does not keep the others from being verified. */
async function planAll(workspace: BatonWorkspace, scope: VerifyScope): Promise<VerifyPlan> {
  await workspace.store.refresh();
  const judge = new EvidenceJudge(workspace);
  const plans: VerifyPlan[] = [];
  for (const { id, outline, problems } of workspace.store.tasks()) {
    if (outline.status === 'cancelled') continue;
    // Of a file with problems the outline may show less than there is.
    if (outline.features.total === 0 && problems.length === 0) continue;
    plans.push(await planIfRead(workspace, id, scope, judge));
  }
  return {
    jobs: plans.flatMap(({ jobs }) => jobs),
    left: plans.flatMap(({ left }) => left),
    unread: plans.flatMap(({ unread }) => unread),
  };
}

async function planIfRead(
  workspace: BatonWorkspace,
  task: TaskId,
  scope: VerifyScope,
  judge: EvidenceJudge,
): Promise<VerifyPlan> {
  let document: TaskDocument;
  try {
    ({ document } = await workspace.store.read(task));
  } catch (error) {
    if (!isBatonError(error)) throw error;
    return { jobs: [], left: [], unread: [{ task, why: error.message }] };
  }
  return planTask(task, document, scope, judge);
}

function planOne(task: TaskId, feature: Feature): VerifyPlan {
  if (feature.verify === undefined) {
    throw new BatonError('invalid_input', `Feature "${feature.id}" names no command that verifies it`, {
      hint: `Add "verify" to it in the checklist, or say how it was verified: baton feature pass ${task} ${feature.id} --manual "…".`,
    });
  }
  requireShownWhole(feature.verify);
  return { jobs: [{ task, feature, command: feature.verify }], left: [], unread: [] };
}

async function planTask(
  task: TaskId,
  { featureList }: TaskDocument,
  scope: VerifyScope,
  judge: EvidenceJudge,
): Promise<VerifyPlan> {
  const jobs: VerifyJob[] = [];
  const left: VerifyPlan['left'][number][] = [];
  for (const feature of await inScope(featureList, scope, judge)) {
    const { id, verify } = feature;
    const why = verify === undefined ? 'It names no command' : commandFault(verify);
    if (verify !== undefined && why === undefined) jobs.push({ task, feature, command: verify });
    else left.push({ task, feature: id, why: why ?? '' });
  }
  return { jobs, left, unread: [] };
}

/** Of two features with one id only the first can be written. */
async function inScope(
  features: readonly Feature[],
  scope: VerifyScope,
  judge: EvidenceJudge,
): Promise<readonly Feature[]> {
  const first = features.filter(({ id }, index) => features.findIndex((one) => one.id === id) === index);
  if (scope === 'all') return first;
  if (scope === 'open') return first.filter(({ passes }) => !passes);
  const passing = first.filter(({ passes }) => passes);
  const stale = await judge.staleOf(passing);
  return passing.filter(({ id, evidenceKind }) => stale.has(id) || evidenceKind !== 'command');
}

/** What is asked once for each command, in the order of the plan; empty when everything is agreed to. */
export async function neededConsents(
  workspace: BatonWorkspace,
  { jobs }: Pick<VerifyPlan, 'jobs'>,
  agreed: ReadonlySet<string>,
): Promise<readonly NeededConsent[]> {
  const needed = new Map<string, NeededConsent>();
  for (const { command, task, feature } of jobs) {
    const key = await consentKey(workspace, command);
    if (agreed.has(key)) continue;
    const features = [...(needed.get(key)?.features ?? []), `#${task} ${shownId(feature.id)}`];
    needed.set(key, { key, command, features });
  }
  return [...needed.values()];
}

export async function consentKey({ ports, root }: BatonWorkspace, command: string): Promise<string> {
  return verifyConsentKey(ports.hasher, (await ports.fs.realPath(root)) ?? root, command);
}
