/**
 * `baton feature verify`: runs what a feature names as its proof, and writes down what came of it. The only code that
 * records `command` evidence. Source: requirements 003-53, 003-55; issue 6, "Evidence".
 */
import { BatonError, isBatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import { outputTail } from '../evidence/output-tail';
import { findingOf, outcomeWords } from '../evidence/verdict';
import { requireShownWhole } from '../evidence/verify-command';
import type { Evidence, Feature, TaskId } from '../model/task';
import type { CommandOutcome, FileSystem, RunCommandLine } from '../ports';
import { join, paths, relativeTo } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import { codeState } from './code-state';
import { actingName, recordFeature } from './record-feature';
import { timestamp } from './timestamp';
import { neededConsents, type VerifyJob, type VerifyPlan } from './verify-plan';
import type { BatonWorkspace } from './workspace';

export interface VerifyOptions {
  readonly run: RunCommandLine;
  /** Keys of what the person has agreed to. */
  readonly agreed: ReadonlySet<string>;
  /** Told before a command runs and after each feature's result is written down. */
  readonly onCommand?: (command: string, features: readonly VerifyJob[]) => void;
  readonly onResult?: (result: VerifyResult) => void;
}

export interface VerifyResult {
  readonly task: TaskId;
  readonly feature: string;
  readonly command: string;
  /**
   * `regressed`: it passed before and does not now. `unclear`: the run tells nothing, or could not be written down, and
   * nothing of the feature has changed.
   */
  readonly verdict: 'passed' | 'failed' | 'regressed' | 'unclear';
  /** One sentence without a full stop. */
  readonly message: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly durationMs: number;
  /** The end of its output as plain text, at most 4,000 characters, without what looks like a secret. */
  readonly outputTail: string;
  /** Where all of the output is, relative to the workspace folder. */
  readonly log: string;
}

const maxLogs = 100;
const longestTail = 4000;
/** What succeeded has little to say, and state files are read whole by every session. */
const longestTailOfSuccess = 400;

/**
 * Runs each command of the plan once, one after the other, and records it for every feature that names it.
 *
 * Throws `consent_needed`, with the commands, before anything runs; `io_failed` when a command cannot be started.
 *
 * **Invariant:** a run that is cut short changes nothing of the feature. **Invariant:** a result is written only onto the
 * feature as it was when its run began.
 */
export async function verifyFeatures(
  workspace: BatonWorkspace,
  plan: Pick<VerifyPlan, 'jobs'>,
  options: VerifyOptions,
): Promise<readonly VerifyResult[]> {
  await requireConsents(workspace, plan, options.agreed);
  const results: VerifyResult[] = [];
  for (const [command, jobs] of byCommand(plan.jobs)) {
    options.onCommand?.(command, jobs);
    const run = await runOnce(workspace, command, jobs, options.run);
    for (const job of jobs) {
      const result = await record(workspace, job, run);
      options.onResult?.(result);
      results.push(result);
    }
    if (run.outcome.end === 'interrupted') break;
  }
  return results;
}

async function requireConsents(
  workspace: BatonWorkspace,
  plan: Pick<VerifyPlan, 'jobs'>,
  agreed: ReadonlySet<string>,
): Promise<void> {
  for (const { command } of plan.jobs) requireShownWhole(command);
  const needed = await neededConsents(workspace, plan, agreed);
  if (needed.length === 0) return;
  throw new BatonError('consent_needed', 'Nobody has agreed to run this yet', {
    details: needed.map(({ command, features }) => `${command} (${features.join(', ')})`),
    hint: 'A person agrees to each command once, and again when it changes: in their own terminal they run `baton feature verify` for it.',
  });
}

function byCommand(jobs: readonly VerifyJob[]): ReadonlyMap<string, readonly VerifyJob[]> {
  const grouped = new Map<string, VerifyJob[]>();
  for (const job of jobs) grouped.set(job.command, [...(grouped.get(job.command) ?? []), job]);
  return grouped;
}

interface Run {
  readonly outcome: CommandOutcome;
  readonly limitMs: number;
  /** Relative to the workspace folder. */
  readonly log: string;
  /** The code it ran on, by feature: what each rests on may differ. */
  readonly states: ReadonlyMap<VerifyJob, Pick<Evidence, 'commit' | 'dirty' | 'changes'>>;
}

async function runOnce(
  workspace: BatonWorkspace,
  command: string,
  jobs: readonly VerifyJob[],
  run: RunCommandLine,
): Promise<Run> {
  const logTo = await logFile(workspace, command);
  const states = new Map<VerifyJob, Awaited<ReturnType<typeof codeState>>>();
  // Before the run: what is edited meanwhile has not been verified.
  for (const job of jobs) states.set(job, await codeState(workspace, job.feature.files));
  const limitMs = workspace.config.evidence.timeoutSeconds * 1000;
  const outcome = await run({ command, cwd: workspace.root, limitMs, logTo });
  return { outcome, limitMs, log: relativeTo(workspace.root, logTo), states };
}

/** Throws `untrusted` when a link of the repository leads elsewhere. */
async function logFile({ ports, root }: BatonWorkspace, command: string): Promise<string> {
  const guard = new WorkspaceGuard(ports.fs, root);
  const folder = paths.verifyLogs(root);
  await guard.forWriting(paths.memory(root));
  await ports.fs.mkdir(folder);
  await guard.forWriting(folder);
  await clearLogs(ports.fs, folder);
  const path = join(folder, `${ports.hasher.sha256(encodeUtf8(command)).slice(0, 12)}.log`);
  await guard.forWriting(path);
  return path;
}

/** A log is read after its run or never, and commands come and go. */
async function clearLogs(fs: FileSystem, folder: string): Promise<void> {
  const logs = (await fs.list(folder)) ?? [];
  if (logs.length < maxLogs) return;
  for (const { name, kind } of logs) if (kind === 'file') await fs.remove(join(folder, name));
}

async function record(workspace: BatonWorkspace, job: VerifyJob, run: Run): Promise<VerifyResult> {
  const { outcome, limitMs, log } = run;
  const finding = findingOf(outcome);
  const ended = outcomeWords(outcome, limitMs);
  const result = {
    task: job.task,
    feature: job.feature.id,
    command: job.command,
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    durationMs: Math.round(outcome.durationMs),
    outputTail: outputTail(outcome.printed, longestTail),
    log,
  };
  if (finding === 'unclear') return { ...result, verdict: 'unclear', message: unclearWords(ended) };
  const passes = finding === 'passes';
  try {
    await write(workspace, job, run, passes, ended);
  } catch (error) {
    // The other features' results must not be lost to this one's.
    if (!isBatonError(error)) throw error;
    return { ...result, verdict: 'unclear', message: error.message };
  }
  const regressed = !passes && job.feature.passes;
  const verdict = passes ? 'passed' : regressed ? 'regressed' : 'failed';
  return { ...result, verdict, message: `Its command ${ended}` };
}

function unclearWords(ended: string): string {
  return `Its command ${ended}, which says nothing of the feature; it stays as it was`;
}

async function write(
  workspace: BatonWorkspace,
  job: VerifyJob,
  run: Run,
  passes: boolean,
  ended: string,
): Promise<void> {
  const at = timestamp(workspace);
  const evidence: Evidence = {
    ...evidenceOf(job, run, passes),
    at,
    by: await actingName(workspace),
    ...tailOf(run.outcome, passes),
  };
  await recordFeature(workspace, job.task, job.feature.id, 'feature.verify', {
    passes,
    changes: (feature) => {
      requireSame(job, feature);
      return { passes, testedAt: at, evidence };
    },
    facts: { command: job.command, exitCode: run.outcome.exitCode, ended },
  });
}

function evidenceOf(job: VerifyJob, { outcome, states }: Run, passes: boolean): Evidence {
  const { exitCode, signal, end, durationMs } = outcome;
  return {
    command: job.command,
    ...(exitCode === null ? {} : { exitCode }),
    ...(passes || signal === null ? {} : { signal }),
    ...(end === 'timeout' ? { timedOut: true } : {}),
    ...states.get(job),
    durationMs: Math.round(durationMs),
  };
}

function tailOf({ printed }: CommandOutcome, passes: boolean): Pick<Evidence, 'outputTail'> {
  const tail = outputTail(printed, passes ? longestTailOfSuccess : longestTail);
  return tail === '' ? {} : { outputTail: tail };
}

function requireSame({ feature: then }: VerifyJob, now: Feature): void {
  const told = ({ verify, files, passes, testedAt, evidence }: Feature) =>
    JSON.stringify([verify, files, passes, testedAt, evidence]);
  if (told(now) === told(then)) return;
  throw new BatonError('conflict', `Feature "${then.id}" was changed while its command ran`, {
    hint: 'Nothing was written. Verify it again.',
  });
}
