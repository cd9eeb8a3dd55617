/** The part of a tick that runs jobs by the clock: each due one once, however many of its times were missed. */
import { BatonError } from '../base/baton-error';
import type { JobConfig } from '../model/config';
import type { JobState, SchedulerState } from '../model/scheduler';
import { earliest, type JobPlan, plannedState } from '../scheduler/job-schedule';
import { paths } from '../store/paths';
import { changeBy } from './change-by';
import type { Deed, JobRunner } from './tick';
import type { BatonWorkspace } from './workspace';

export interface DueJobs {
  readonly workspace: BatonWorkspace;
  readonly plan: JobPlan;
  readonly runner: JobRunner;
  readonly did: (deed: Deed) => void;
  readonly change: (change: (state: SchedulerState) => SchedulerState) => Promise<SchedulerState>;
}

/**
 * The next time is on record before the job runs, so that one that kills us is not run again and again.
 *
 * @returns when the next job is due, a UTC time
 * Throws when the lease is lost; what a job fails at is its result.
 */
export async function runDueJobs(jobs: DueJobs): Promise<string | undefined> {
  const times: (string | undefined)[] = [jobs.plan.nextAt];
  for (const job of jobs.plan.unplanned) times.push(await plan(jobs, job));
  for (const job of jobs.plan.due) {
    times.push(await plan(jobs, job));
    await runOne(jobs, job);
  }
  return earliest(times);
}

async function plan(jobs: DueJobs, job: JobConfig): Promise<string | undefined> {
  const { id, cron } = job;
  const now = jobs.workspace.ports.clock.now();
  const next = nextTime(jobs, job, now);
  const state = await put(jobs, id, (before) => ({
    ...plannedState(before, { cron, nextAt: next.at, now }),
    ...(next.problem !== undefined && { lastOk: false, lastResult: next.problem }),
  }));
  if (next.problem !== undefined) jobs.did({ kind: 'failed', text: `Job ${id}: ${next.problem}` });
  return state.jobs[id]?.nextAt ?? undefined;
}

function nextTime(
  { runner }: DueJobs,
  { cron }: JobConfig,
  now: Date,
): { readonly at: Date | undefined; readonly problem?: string } {
  try {
    return { at: runner.next(cron, now) };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    return { at: undefined, problem: error.message };
  }
}

async function runOne(jobs: DueJobs, job: JobConfig): Promise<void> {
  const { workspace } = jobs;
  const { ok, result } = await outcome(jobs, job);
  const at = workspace.ports.clock.now().toISOString();
  const change = changeBy(workspace, 'job.run', { job: job.id, run: job.run, ok, result });
  await workspace.store.recordEvent({ path: paths.schedulerState(workspace.root), task: null, change });
  await put(jobs, job.id, (before) => ({
    ...(before ?? plannedState(undefined, { cron: job.cron, nextAt: undefined, now: new Date(at) })),
    lastRunAt: at,
    lastOk: ok,
    lastResult: result,
    runs: (before?.runs ?? 0) + 1,
    failures: (before?.failures ?? 0) + (ok ? 0 : 1),
  }));
  jobs.did({ kind: 'job', text: `${job.id}: ${result}` });
}

async function outcome({ runner, workspace }: DueJobs, job: JobConfig) {
  try {
    return { ok: true, result: await runner.run(workspace, job) };
  } catch (error) {
    // A job is a whole verb of its own: whatever it fails at must not keep the queue from being looked at.
    workspace.ports.log.error(`Job ${job.id} failed: ${String(error)}`);
    return { ok: false, result: error instanceof Error ? error.message : String(error) };
  }
}

function put(
  { change }: DueJobs,
  id: string,
  make: (before: JobState | undefined) => JobState,
): Promise<SchedulerState> {
  return change((state) => ({ ...state, jobs: { ...state.jobs, [id]: make(state.jobs[id]) } }));
}
