/**
 * A bounded queue of jobs for Baton's own workers: a few run at once, some may wait, more are refused. Requirements
 * 001-54 … 001-56, 001-77.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import type { Disposable } from '../base/disposable';
import type { WorkerLimits } from '../model/config';
import type { WorkerJob, WorkerKind, WorkerResult } from '../model/worker';
import type { Clock } from '../ports';
import { Breather } from './breather';

/** What a worker answers; what it throws is its failure. */
export interface Worked {
  readonly detail: string;
  readonly evidence: readonly string[];
}

export type Worker = (job: WorkerJob, breather: Breather) => Promise<Worked>;

export interface WorkerQueueOptions {
  readonly workers: Readonly<Record<WorkerKind, Worker>>;
  readonly limits: Pick<WorkerLimits, 'parallel' | 'queueLimit'>;
  readonly clock: Pick<Clock, 'monotonicMs' | 'delay'>;
  /** Calls back once after so many milliseconds unless disposed of before. */
  readonly arm: (ms: number, fire: () => void) => Disposable;
  readonly warn: (message: string) => void;
}

/** As the origin's constant (requirements.md 2.2). */
export const longWaitMs = 30_000;

interface Waiting {
  readonly job: WorkerJob;
  readonly since: number;
  readonly start: () => void;
}

export class WorkerQueue {
  readonly #options: WorkerQueueOptions;
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;
  #mostInFlight = 0;
  /** Of a backlog, one warning; another one when there was none meanwhile. */
  #warning: Disposable | undefined;

  constructor(options: WorkerQueueOptions) {
    this.#options = options;
  }

  /** Jobs that wait for a worker. */
  get depth(): number {
    return this.#waiting.length;
  }

  /** **Invariant:** never more than `limits.parallel`. */
  get mostInFlight(): number {
    return this.#mostInFlight;
  }

  /**
   * Jobs start in the order in which they were handed in. Resolves with what became of it, a failure too; rejects with
   * `saturated` when as many wait as may: nothing was taken on then.
   */
  submit(job: WorkerJob): Promise<WorkerResult> {
    const { limits, clock } = this.#options;
    if (this.#inFlight >= limits.parallel && this.#waiting.length >= limits.queueLimit) {
      return Promise.reject(saturated(job, limits));
    }
    return new Promise((resolve) => {
      const start = () => void this.#run(job).then(resolve);
      this.#waiting.push({ job, since: clock.monotonicMs(), start });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < this.#options.limits.parallel) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#inFlight++;
      this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
      next.start();
    }
    this.#watchBacklog();
  }

  async #run(job: WorkerJob): Promise<WorkerResult> {
    const { clock, workers } = this.#options;
    const began = clock.monotonicMs();
    const ended = await outcomeOf(workers[job.worker], job, new Breather(clock));
    this.#inFlight--;
    this.#pump();
    return { ...job, ...ended, durationMs: Math.round(clock.monotonicMs() - began) };
  }

  #watchBacklog(): void {
    if (this.#waiting.length === 0) {
      this.#warning?.dispose();
      this.#warning = undefined;
    } else this.#warning ??= this.#options.arm(longWaitMs, () => this.#lookAtBacklog());
  }

  #lookAtBacklog(): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return;
    const { clock, arm, warn } = this.#options;
    const left = longWaitMs - (clock.monotonicMs() - oldest.since);
    if (left > 0) {
      this.#warning = arm(left, () => this.#lookAtBacklog());
      return;
    }
    warn(
      `Workers are busy: ${this.#waiting.length} jobs wait, the oldest ("${oldest.job.job}") for ${longWaitMs / 1000} s`,
    );
  }
}

/** Never throws. A result without evidence is a failure: that a worker says it worked shows nothing. */
async function outcomeOf(
  worker: Worker,
  job: WorkerJob,
  breather: Breather,
): Promise<Pick<WorkerResult, 'status' | 'detail' | 'evidence'>> {
  try {
    const { detail, evidence } = await worker(job, breather);
    if (evidence.length > 0) return { status: 'done', detail, evidence };
    return { status: 'failed', detail: `No evidence was given: ${detail}`, evidence };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    // What was done before it failed.
    return { status: 'failed', detail, evidence: isBatonError(error) ? (error.details ?? []) : [] };
  }
}

function saturated({ job }: WorkerJob, { parallel, queueLimit }: WorkerQueueOptions['limits']): BatonError {
  return new BatonError('saturated', `"${job}" was not taken on: ${queueLimit} jobs wait already`, {
    hint: `${parallel} run at once. Try again later, or raise "workers" in .baton/config.json.`,
  });
}
