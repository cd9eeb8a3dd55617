/**
 * Verifications that Baton makes by itself around a session, where the project asks for them (config `evidence`): a smoke
 * check before a launch, and what changed at the end. Only commands that a person has agreed to are run. Issue 6.
 */
import { isBatonError } from '../base/baton-error';
import type { Feature, TaskId } from '../model/task';
import type { RunCommandLine } from '../ports';
import { ownAct } from './own-act';
import { type VerifyResult, verifyFeatures } from './verify-features';
import { neededConsents, planVerification, type VerifyPlan } from './verify-plan';
import type { BatonWorkspace } from './workspace';

export interface CheckOptions {
  /** Undefined where the surface cannot run a command: then nothing is checked. */
  readonly run?: RunCommandLine | undefined;
  /** Keys of what the person has agreed to. */
  readonly agreed: ReadonlySet<string>;
  readonly onResult?: ((result: VerifyResult) => void) | undefined;
}

/** @returns what was found, in plain sentences; a check that cannot be made says so, and never stops a launch */
export async function smokeCheck(
  workspace: BatonWorkspace,
  task: TaskId,
  options: CheckOptions,
): Promise<readonly string[]> {
  const { smokeAtLaunch } = workspace.config.evidence;
  if (smokeAtLaunch === 0) return [];
  return check(workspace, options, async () => {
    const { jobs } = await planVerification(workspace, { task, scope: 'all' });
    const passing = jobs.filter(({ feature }) => feature.evidenceKind === 'command');
    const sorted = passing.sort((a, b) => testedMs(a.feature) - testedMs(b.feature));
    return { jobs: (await agreedOnly(workspace, sorted, options)).slice(0, smokeAtLaunch) };
  });
}

/** At the end of a session: what passes without a run of its command, or with one that is out of date. */
export async function checkAtEnd(
  workspace: BatonWorkspace,
  task: TaskId,
  options: CheckOptions,
): Promise<readonly string[]> {
  if (!workspace.config.evidence.verifyAtEnd) return [];
  return check(workspace, options, async () => {
    const { jobs } = await planVerification(workspace, { task, scope: 'changed' });
    return { jobs: await agreedOnly(workspace, jobs, options) };
  });
}

async function check(
  calling: BatonWorkspace,
  { run, agreed, onResult }: CheckOptions,
  plan: () => Promise<Pick<VerifyPlan, 'jobs'>>,
): Promise<readonly string[]> {
  if (run === undefined) return [];
  try {
    const results = await verifyFeatures(ownAct(calling), await plan(), {
      run,
      agreed,
      ...(onResult === undefined ? {} : { onResult }),
    });
    return results.map(words);
  } catch (error) {
    if (!isBatonError(error)) throw error;
    calling.ports.log.warn(`A check could not be made: ${error.message}`);
    return [`A check of features could not be made: ${error.message}.`];
  }
}

async function agreedOnly(
  workspace: BatonWorkspace,
  jobs: VerifyPlan['jobs'],
  { agreed }: CheckOptions,
): Promise<VerifyPlan['jobs']> {
  const needed = await neededConsents(workspace, { jobs }, agreed);
  const asked = new Set(needed.map(({ command }) => command));
  return jobs.filter(({ command }) => !asked.has(command));
}

function words({ feature, verdict, message }: VerifyResult): string {
  const name = `Feature "${feature.slice(0, 40)}"`;
  const how = message.charAt(0).toLowerCase() + message.slice(1);
  if (verdict === 'passed') return `${name} was verified again just now and passes.`;
  if (verdict === 'regressed') return `${name} passed before and does not now: ${how}. Repair it first.`;
  if (verdict === 'failed') return `${name} does not pass: ${how}.`;
  return `${name} could not be verified again: ${how}.`;
}

function testedMs({ testedAt }: Feature): number {
  const ms = Date.parse(testedAt ?? '');
  return Number.isNaN(ms) ? 0 : ms;
}
