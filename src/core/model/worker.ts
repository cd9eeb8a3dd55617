/** Work that Baton's own workers do, without an agent and without a model. Requirements 001-6, 001-51 … 001-56. */

export const workerKinds = [
  'research', // makes workspace documents searchable
  'execution', // moves on what is due
  'status', // writes a report of what happened
] as const;
export type WorkerKind = (typeof workerKinds)[number];

/** Who does it follows from what it is, never from its place in a list (requirements.md 2.3, test 2). */
export interface WorkerJob {
  readonly worker: WorkerKind;
  /** One line: what is to be done. */
  readonly job: string;
}

export interface WorkerResult extends WorkerJob {
  readonly status: 'done' | 'failed';
  /** What came of it, or why it failed, in one line. */
  readonly detail: string;
  /** What shows that it was done: files, tasks with their transition, events. Empty means failed. */
  readonly evidence: readonly string[];
  readonly durationMs: number;
}
