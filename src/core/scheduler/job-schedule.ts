/** Which jobs are due. Pure: what a cron expression means is for the caller to say. Source: issue 5, requirement 000-42. */
import type { JobConfig } from '../model/config';
import type { JobState, SchedulerState } from '../model/scheduler';

/**
 * The first moment after `after` that an expression names, in local time; undefined when there is none. Throws
 * `invalid_config` when it is no cron expression.
 */
export type NextCronTime = (expression: string, after: Date) => Date | undefined;

export interface JobPlan {
  /** What is to run now, each once, however many of its times were missed. */
  readonly due: readonly JobConfig[];
  /** New, or with another expression than before: its next time is not known yet. */
  readonly unplanned: readonly JobConfig[];
  /** The earliest of what is planned and not due; a UTC time. */
  readonly nextAt: string | undefined;
}

/** Jobs that are switched off are in none of the lists. */
export function planJobs(jobs: readonly JobConfig[], states: SchedulerState['jobs'], now: Date): JobPlan {
  const enabled = jobs.filter(({ enabled: isOn }) => isOn);
  const unplanned = enabled.filter((job) => !isPlanned(job, states[job.id], now));
  const planned = enabled.flatMap((job) => {
    const nextAt = unplanned.includes(job) ? undefined : states[job.id]?.nextAt;
    return nextAt == null ? [] : [{ job, nextAt }];
  });
  const isDue = ({ nextAt }: { readonly nextAt: string }) => Date.parse(nextAt) <= now.getTime();
  return {
    due: planned.filter(isDue).map(({ job }) => job),
    unplanned,
    nextAt: earliest(planned.filter((one) => !isDue(one)).map(({ nextAt }) => nextAt)),
  };
}

/** For this expression, and not by a clock that was set back since: its next time might be years ahead. */
function isPlanned({ cron }: JobConfig, state: JobState | undefined, now: Date): boolean {
  if (state === undefined || state.cron !== cron) return false;
  return state.plannedAt === null || Date.parse(state.plannedAt) <= now.getTime();
}

/** The state of a job whose next time is computed from now on; what it did before stays. */
export function plannedState(
  before: JobState | undefined,
  { cron, nextAt, now }: { readonly cron: string; readonly nextAt: Date | undefined; readonly now: Date },
): JobState {
  const first: JobState = {
    cron,
    nextAt: null,
    plannedAt: null,
    lastRunAt: null,
    lastOk: null,
    lastResult: null,
    runs: 0,
    failures: 0,
  };
  const planned = { cron, nextAt: nextAt?.toISOString() ?? null, plannedAt: now.toISOString() };
  return { ...first, ...before, ...planned };
}

/** The earliest of UTC times; undefined of none. */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.reduce<string | undefined>(
    (least, time) => (least === undefined || Date.parse(time) < Date.parse(least) ? time : least),
    undefined,
  );
}
