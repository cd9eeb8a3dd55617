/** Runs Baton's own workers through their bounded queue, and puts on record what came of each. Requirements 001-51 … 001-56. */
import { isBatonError } from '../base/baton-error';
import type { Disposable } from '../base/disposable';
import { encodeUtf8 } from '../base/utf8';
import type { WorkerJob, WorkerKind, WorkerResult } from '../model/worker';
import { replaceFile } from '../store/atomic-file';
import { ensureRuntime } from '../store/layout';
import { folderOf, nameOf, paths, relativeTo } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import type { Breather } from '../workers/breather';
import { type Worked, type Worker, WorkerQueue } from '../workers/worker-queue';
import { changeBy } from './change-by';
import { driveTasks } from './drive-tasks';
import { openMemory } from './open-memory';
import { ownWork } from './own-act';
import { type Research, researchDocuments } from './research-documents';
import { reportWindow, statusReport } from './status-report';
import { statusReportText } from './status-report-text';
import { requireOn } from './switches';
import type { TickOptions } from './tick';
import type { BatonWorkspace } from './workspace';

export interface WorkersHost {
  /** What an execution worker may do; without `startRun` it starts nothing. */
  readonly tick: TickOptions;
  /** Calls back once after so many milliseconds unless disposed of before. */
  readonly arm: (ms: number, fire: () => void) => Disposable;
  readonly warn: (message: string) => void;
}

const jobs: Readonly<Record<WorkerKind, string>> = {
  research: 'make the documents of this folder searchable',
  execution: 'move on what is due',
  status: "write the day's report",
};

/**
 * One job for each kind, in the order given. Throws `switched_off`; what a worker fails at is its result.
 */
export async function runWorkers(
  calling: BatonWorkspace,
  kinds: readonly WorkerKind[],
  { tick, arm, warn }: WorkersHost,
): Promise<readonly WorkerResult[]> {
  requireOn(calling, 'workers');
  const workspace = ownWork(calling);
  const workers: Readonly<Record<WorkerKind, Worker>> = {
    research: (_job, breather) => research(workspace, breather),
    execution: () => driveTasks(workspace, tick),
    status: () => writeReport(workspace),
  };
  const { clock } = workspace.ports;
  const queue = new WorkerQueue({ workers, limits: workspace.config.workers, clock, arm, warn });
  return Promise.all(kinds.map((worker) => submit(workspace, queue, { worker, job: jobs[worker] })));
}

/** What a scheduled job does; it has no backlog and starts no agent. @returns one line. Throws what the worker throws. */
export async function runWorkerJob(
  workspace: BatonWorkspace,
  worker: Exclude<WorkerKind, 'execution'>,
  breather: Breather,
): Promise<string> {
  requireOn(workspace, 'workers');
  const { detail } =
    worker === 'research' ? await research(workspace, breather) : await writeReport(workspace);
  return detail;
}

async function submit(workspace: BatonWorkspace, queue: WorkerQueue, job: WorkerJob): Promise<WorkerResult> {
  const result = await resultOf(queue, job);
  const { worker, status, detail, evidence, durationMs } = result;
  const change = changeBy(workspace, 'worker.run', {
    ...{ worker, job: job.job, status, detail, durationMs },
    evidence: evidence.length,
  });
  await workspace.store.recordEvent({ path: paths.memory(workspace.root), task: null, change });
  return result;
}

/** What is refused is on record like any other failure. */
async function resultOf(queue: WorkerQueue, job: WorkerJob): Promise<WorkerResult> {
  try {
    return await queue.submit(job);
  } catch (error) {
    if (!isBatonError(error, 'saturated')) throw error;
    return { ...job, status: 'failed', detail: error.message, evidence: [], durationMs: 0 };
  }
}

async function research(workspace: BatonWorkspace, breather: Breather): Promise<Worked> {
  const memory = await openMemory(workspace);
  try {
    if (memory.notice !== undefined) workspace.ports.log.warn(memory.notice);
    return researchWords(await researchDocuments(workspace, memory.store, breather));
  } finally {
    await memory.store.close();
  }
}

/** How many documents are named one by one. */
const namedDocuments = 50;

function researchWords({ indexed, unchanged, forgotten, parts, skipped }: Research): Worked {
  const left = [...skipped].map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`);
  const more = indexed.length - namedDocuments;
  const gone = forgotten.length === 0 ? '' : `, ${forgotten.length} forgotten`;
  const looked = `${indexed.length + unchanged} documents: ${indexed.length} read, ${unchanged} as they were${gone}`;
  const skips = left.length === 0 ? 'nothing left out' : `left out: ${left.join(', ')}`;
  return {
    detail: `${looked}; ${parts} parts new or changed; ${skips}`,
    evidence: [
      ...indexed.slice(0, namedDocuments).map((path) => `Read ${path}`),
      ...(more > 0 ? [`Read ${more} more`] : []),
      ...forgotten.slice(0, namedDocuments).map((path) => `Forgot ${path}`),
      `Looked at ${looked}`,
    ],
  };
}

async function writeReport(workspace: BatonWorkspace): Promise<Worked> {
  const { ports, root } = workspace;
  const window = reportWindow(workspace, {});
  const report = await statusReport(workspace, window);
  const path = paths.statusReport(root, window.from.slice(0, 10));
  await ensureRuntime(ports.fs, root);
  const target = await new WorkspaceGuard(ports.fs, root).forWriting(path);
  await ports.fs.mkdir(folderOf(target));
  await replaceFile(ports.fs, target, encodeUtf8(statusReportText(report, nameOf(root))));
  const events = [
    ...report.sessions.map(({ task, number }) => `Session ${number} of #${task}`),
    ...[report.passed, report.completed, report.blocked].flat().map(({ text }) => text),
  ];
  return {
    detail: `Wrote ${relativeTo(root, path)}: ${report.changes} changes, ${report.sessions.length} sessions`,
    evidence: [relativeTo(root, path), ...events],
  };
}
