/** A task as surfaces show it: what its file says, what the graph makes of it, and who works on it now. */
import type { LifecycleCounts } from '../lifecycle/derive';
import type { StaleEvidence } from '../model/evidence';
import type { Session } from '../model/session';
import type { Badge, StaleReason, Status } from '../model/status';
import type { FeatureRef, TaskDocument, TaskId, Tracking } from '../model/task';
import type { Liveness } from '../sessions/liveness';
import type { FileProblem } from '../store/task-record';

export interface Progress {
  readonly passed: number;
  readonly total: number;
  /** 0–100, rounded down so that 100 means all. */
  readonly percent: number;
  /** What is counted: features when the task has any, else acceptance criteria; `hand`: set, nothing is counted. */
  readonly of: 'features' | 'criteria' | 'hand';
}

export interface SessionView {
  readonly session: Session;
  readonly liveness: Liveness;
  /** Hooks were handed to its agent, and none was heard in time. */
  readonly hooksInactive: boolean;
  /** Baton started it in the background long ago, and it still goes on. */
  readonly longRunning: boolean;
}

/** What a task's own file says. */
export interface TaskOwn {
  readonly id: TaskId;
  readonly title: string;
  readonly status: Status;
  readonly dependsOn: readonly TaskId[];
  readonly agent: string | undefined;
  readonly epic: string | undefined;
  readonly priority: number | undefined;
  readonly estimateMinutes: number | undefined;
  readonly created: string | undefined;
  /** Time, blockers, recurrence; absent when the file tells none of it. */
  readonly tracking?: Tracking;
  readonly progress: Progress;
  readonly criteria: { readonly done: number; readonly total: number };
  readonly nextFeature: FeatureRef | undefined;
  readonly outputFilled: boolean;
  /** Relative to the workspace folder, `/` as separator. */
  readonly file: string;
  readonly path: string;
  /** Fingerprint of the file's bytes. */
  readonly version: string;
}

/** How a task stands among the others, its sessions and the files. */
export interface TaskStanding {
  readonly badges: readonly Badge[];
  readonly staleReasons: readonly StaleReason[];
  readonly downstream: readonly TaskId[];
  /** Upstream tasks that are not completed or do not exist. */
  readonly unmet: readonly TaskId[];
  /** Number of sessions so far: the highest number in the log or among session records. */
  readonly sessions: number;
  readonly running: SessionView | undefined;
  /** Set when two files claim the id, or the file could not be read. */
  readonly fileProblem: FileProblem | undefined;
}

export interface TaskView extends TaskOwn, TaskStanding {}

export interface TaskWhole extends TaskView {
  readonly document: TaskDocument;
  /** Upstream inputs that no longer match the upstream output. */
  readonly staleInputs: readonly TaskId[];
  /** By feature id, of an open task, where somebody has looked; git is asked for it. */
  readonly staleEvidence?: ReadonlyMap<string, StaleEvidence>;
}

export interface Snapshot {
  readonly tasks: readonly TaskView[];
  /** Chains in the order of their first task; each lists its tasks upstream first. */
  readonly chains: readonly { readonly id: string; readonly tasks: readonly TaskId[] }[];
  readonly cycles: readonly (readonly TaskId[])[];
  readonly sessions: readonly SessionView[];
  readonly counts: LifecycleCounts;
}

export function progressOf(
  features: { readonly passed: number; readonly total: number },
  criteria: { readonly done: number; readonly total: number },
  byHand?: number,
): Progress {
  if (features.total + criteria.total === 0 && byHand !== undefined) {
    return { passed: 0, total: 0, percent: byHand, of: 'hand' };
  }
  const byFeatures = features.total > 0;
  const passed = byFeatures ? features.passed : criteria.done;
  const total = byFeatures ? features.total : criteria.total;
  return {
    passed,
    total,
    percent: total === 0 ? 0 : Math.floor((passed / total) * 100),
    of: byFeatures ? 'features' : 'criteria',
  };
}
