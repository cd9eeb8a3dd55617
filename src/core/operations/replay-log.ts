/** `baton log replay`: finishes what the change log announced and nobody completed, and says what became of each. */
import type { TaskId } from '../model/task';
import type { ChangeRecord } from '../store/change-record';
import { join, relativeTo } from '../store/paths';
import { conflictFiles } from './health/runtime-files';
import type { BatonWorkspace } from './workspace';

export interface ReplayedChange {
  readonly seq: number;
  readonly type: string;
  readonly task: TaskId | null;
  /** Relative to the workspace folder, `/` as separator. */
  readonly file: string;
  /** UTC. */
  readonly time: string;
}

export interface ReplayResult {
  /** Announced and not made; made now. */
  readonly applied: readonly ReplayedChange[];
  /** Found to be made already, or overtaken by a later change. */
  readonly done: readonly ReplayedChange[];
  /** The file has become another: it keeps its text, and `kept` holds what was to be written. */
  readonly conflicts: readonly (ReplayedChange & { readonly kept: string })[];
  /** Conflicts of earlier replays that still wait for somebody. */
  readonly earlierConflicts: readonly string[];
  /** Damaged lines of the log that were put aside. */
  readonly quarantined: number;
}

/** Idempotent. Throws `locked`, `read_only`, `io_failed`. */
export async function replayLog(workspace: BatonWorkspace): Promise<ReplayResult> {
  const { store, root } = workspace;
  const { changeLog } = store;
  const before = await changeLog.read();
  const kept = await conflictFiles(workspace);
  const report = await store.recover();
  const after = await changeLog.read();
  const applied = report.redone.map(viewOf);
  const conflicts = report.conflicts.map(({ record, file }) => ({
    ...viewOf(record),
    kept: relativeTo(root, join(file)),
  }));
  const told = new Set([...applied, ...conflicts].map(({ seq }) => seq));
  const done = before.records
    .map(({ record }) => record)
    .filter(({ via, seq }) => via === 'file' && !before.outcomes.has(seq) && after.outcomes.has(seq))
    .filter(({ seq }) => !told.has(seq))
    .map(viewOf);
  return { applied, done, conflicts, earlierConflicts: kept, quarantined: report.quarantined };
}

function viewOf({ seq, type, task, path, time }: ChangeRecord): ReplayedChange {
  return { seq, type, task, file: path, time };
}
