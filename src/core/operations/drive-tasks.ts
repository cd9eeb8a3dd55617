/**
 * The execution worker: moves on what is due, by the operations that people and ticks use, and tells each step with its task.
 * It starts no agent that the gate would refuse. Requirement 001-52.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import { isFinished } from '../lifecycle/derive';
import { describeChange } from '../renderings/describe-change';
import type { ChangeRecord } from '../store/change-record';
import type { Worked } from '../workers/worker-queue';
import { ownWork } from './own-act';
import { refreshInputs } from './refresh-inputs';
import { takeSnapshot } from './take-snapshot';
import type { TaskView } from './task-view';
import { type TickOptions, type TickReport, tick } from './tick';
import type { BatonWorkspace } from './workspace';

/**
 * Closes sessions whose program is gone and releases their tasks, gives claims back, creates due occurrences, takes what is
 * done out of the queue, refreshes stale inputs of tasks nobody works on, and starts the next entry where the person has
 * allowed that. Throws `locked` when another Baton is the scheduler,
 * `io_failed` with what was done all the same in its details, and what a tick throws.
 */
export async function driveTasks(calling: BatonWorkspace, options: TickOptions): Promise<Worked> {
  const workspace = ownWork(calling);
  const made: ChangeRecord[] = [];
  const listening = workspace.store.onDidLog((record) => made.push(record));
  try {
    const report = await tick(workspace, options);
    if (report.check.status === 'LOCKED') throw new BatonError('locked', report.check.reason);
    const { tasks } = await takeSnapshot(workspace);
    const failed = [...failuresOf(report), ...(await refreshAll(workspace, tasks))];
    return worked(made, { report, failed, tasks: tasks.length });
  } finally {
    listening.dispose();
  }
}

function hasStaleInputs({ status, running, staleReasons, fileProblem }: TaskView): boolean {
  const isFree = running === undefined && fileProblem === undefined && !isFinished(status);
  return isFree && staleReasons.includes('inputs');
}

function failuresOf({ did }: TickReport): readonly string[] {
  return did.filter(({ kind }) => kind === 'failed').map(({ text }) => text);
}

/** @returns what failed, in words: one broken file must not keep the others from being moved on */
async function refreshAll(workspace: BatonWorkspace, tasks: readonly TaskView[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { id } of tasks.filter(hasStaleInputs)) {
    try {
      await refreshInputs(workspace, id);
    } catch (error) {
      if (!isBatonError(error)) throw error;
      failed.push(`inputs of #${id}: ${error.message}`);
    }
  }
  return failed;
}

interface Driven {
  readonly report: TickReport;
  readonly failed: readonly string[];
  readonly tasks: number;
}

/** What the change log says of the tasks; and, of what leaves no trace there, what the tick says. */
function worked(
  made: readonly ChangeRecord[],
  { report: { did, started, check }, failed, tasks }: Driven,
): Worked {
  const ofTasks = made.filter(({ task }) => task !== null);
  const steps = ofTasks.map((record) => describeChange(record).text);
  if (failed.length > 0) {
    throw new BatonError('io_failed', `Not all of what is due could be moved on: ${failed.join('; ')}`, {
      details: steps,
    });
  }
  const starts = did.filter(({ kind }) => started !== undefined && kind === 'start');
  const looked = `Looked at ${tasks} tasks and ${check.pending_count} queue entries: ${check.status}`;
  const moved = new Set(ofTasks.map(({ task }) => task)).size;
  return {
    detail: moved + starts.length === 0 ? 'Nothing was due' : `Moved on: ${moved} of ${tasks} tasks`,
    evidence: [...steps, ...starts.map(({ text }) => text), looked],
  };
}
