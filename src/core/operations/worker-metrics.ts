/** How Baton's own workers did, from the change log: for the person's own eyes. Requirements 001-81 … 001-84. */
import { type WorkerKind, workerKinds } from '../model/worker';
import type { BatonWorkspace } from './workspace';

export interface OwnWorkerMetrics {
  readonly worker: WorkerKind;
  readonly runs: number;
  readonly failures: number;
  /** Of the runs, 0 to 1. */
  readonly errorRate: number;
  /** Milliseconds; half of the runs, and 95 of 100, took no longer. */
  readonly medianMs: number;
  readonly p95Ms: number;
}

interface Run {
  readonly worker: WorkerKind;
  readonly failed: boolean;
  readonly durationMs: number;
}

/** Those that have run since then. Reads the whole change log: for a person who asks. @param since UTC */
export async function workerMetrics(
  { store }: BatonWorkspace,
  since: string,
): Promise<readonly OwnWorkerMetrics[]> {
  const { records } = await store.changeLog.read();
  const runs = records
    .filter(({ record }) => record.type === 'worker.run' && Date.parse(record.time) >= Date.parse(since))
    .flatMap(({ record }) => runOf(record.new) ?? []);
  return workerKinds.flatMap((worker) => {
    const own = runs.filter((run) => run.worker === worker);
    return own.length === 0 ? [] : [figures(worker, own)];
  });
}

function figures(worker: WorkerKind, runs: readonly Run[]): OwnWorkerMetrics {
  const failures = runs.filter(({ failed }) => failed).length;
  const times = runs.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  return {
    worker,
    runs: runs.length,
    failures,
    errorRate: Math.round((failures / runs.length) * 100) / 100,
    medianMs: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
  };
}

/** Nearest rank. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** A record is only read as far as it fits. */
function runOf(value: unknown): Run | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { worker, status, durationMs }: Readonly<Record<string, unknown>> = { ...value };
  const kind = workerKinds.find((one) => one === worker);
  if (kind === undefined || typeof durationMs !== 'number') return undefined;
  return { worker: kind, failed: status !== 'done', durationMs };
}
