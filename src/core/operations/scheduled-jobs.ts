/**
 * Work that Baton does by the clock, without an agent: velocity, recurring tasks, cleanup, health report,
 * documents made searchable, the day's report. It never
 * depends on whether an agent is busy. Requirements 000-42, 000-44.
 */
import { isBatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import type { JobConfig } from '../model/config';
import type { JobKind } from '../model/scheduler';
import { readSchedulerState } from '../scheduler/scheduler-state';
import { replaceFile } from '../store/atomic-file';
import { ensureRuntime } from '../store/layout';
import { paths } from '../store/paths';
import { Breather } from '../workers/breather';
import { checkHealth } from './check-health';
import { cleanUp } from './scheduled-jobs-cleanup';
import { makeOccurrences } from './tick-occurrences';
import { velocity } from './velocity';
import type { BatonWorkspace } from './workspace';

type Job = (workspace: BatonWorkspace) => Promise<string>;

const jobs: Readonly<Record<JobKind, Job>> = {
  velocity: reportVelocity,
  recurring: createRecurring,
  cleanup: cleanUp,
  health: reportHealth,
  research: (workspace) => work(workspace, 'research'),
  status: (workspace) => work(workspace, 'status'),
};

/** Does the work of a job. @returns what came of it, in one line. Throws what the work throws. */
export function runJob(workspace: BatonWorkspace, { run }: Pick<JobConfig, 'run'>): Promise<string> {
  return jobs[run](workspace);
}

async function reportVelocity(workspace: BatonWorkspace): Promise<string> {
  await workspace.store.refresh();
  const { tasks, features } = velocity(workspace);
  const days = (count: 'last7' | 'last14') =>
    `${counted(tasks[count].count, 'task')} and ${counted(features[count].count, 'feature')}`;
  return `Finished in the last 7 days: ${days('last7')}; in the last 14: ${days('last14')}`;
}

async function createRecurring(workspace: BatonWorkspace): Promise<string> {
  await workspace.store.refresh();
  const { occurrences } = await readSchedulerState(workspace.ports.fs, workspace.root);
  const { created } = await makeOccurrences(workspace, occurrences);
  return created.length === 0
    ? 'Every completed recurring task has its next occurrence'
    : `Created ${created.map((id) => `#${id}`).join(', ')}`;
}

/** What is switched off is no failure of the job. */
async function work(workspace: BatonWorkspace, worker: 'research' | 'status'): Promise<string> {
  // Loaded when it is due: memory is more than all other jobs together.
  const { runWorkerJob } = await import('./run-workers');
  try {
    return await runWorkerJob(workspace, worker, new Breather(workspace.ports.clock));
  } catch (error) {
    if (isBatonError(error, 'switched_off')) return `Left out: ${error.message}`;
    throw error;
  }
}

/** The whole report goes to a file, beside the line that says how it came out. Fixes nothing. */
async function reportHealth(workspace: BatonWorkspace): Promise<string> {
  const { ports, root } = workspace;
  const { findings, counts } = await checkHealth(workspace);
  await ensureRuntime(ports.fs, root);
  const report = { at: ports.clock.now().toISOString(), counts, findings };
  await replaceFile(ports.fs, paths.healthReport(root), encodeUtf8(`${JSON.stringify(report, null, 2)}\n`));
  if (findings.length === 0) return 'Nothing is wrong';
  const { error, warning, info, fixable } = counts;
  return `${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(info, 'hint')}; ${fixable} can be fixed by \`baton health --fix\``;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
