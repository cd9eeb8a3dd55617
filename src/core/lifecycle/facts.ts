/** What the status machine looks at, as plain data. Whoever asks collects it; the machine never looks things up. */
import type { Status } from '../model/status';
import type { TaskOutline } from '../model/task';

/** Evidence about the last session that has not been ended. All three are false while the lease runs. */
export interface LeaseFacts {
  readonly leaseExpired: boolean;
  /** The probe says that the process (pid with start time) no longer runs. */
  readonly processProvenGone: boolean;
  /** The grace period after the expiry is over. */
  readonly graceElapsed: boolean;
}

export interface LifecycleFacts {
  readonly status: Status;
  readonly criteria: { readonly done: number; readonly total: number };
  readonly features: { readonly passed: number; readonly total: number };
  /** Features that pass, but not by a run of their command, where the project asks for one; absent where it does not. */
  readonly unverified?: number;
  /** The chain output has a summary. */
  readonly outputFilled: boolean;
  /** How many upstream tasks are not completed or do not exist. */
  readonly unmetUpstream: number;
  /** A session holds the task: live, silent or suspect. */
  readonly liveSession: boolean;
  /** Somebody saw the agent's program end: a closed terminal, an exit event. */
  readonly exitObserved: boolean;
  /** Undefined when no session record here is open: nobody we know of ever took the task, or all have ended. */
  readonly lease: LeaseFacts | undefined;
}

/** What the file itself says; the rest (graph, sessions) comes from whoever asks. */
export function fileFacts(
  outline: Pick<TaskOutline, 'status' | 'criteria' | 'features' | 'output'>,
): Pick<LifecycleFacts, 'status' | 'criteria' | 'features' | 'outputFilled'> {
  return {
    status: outline.status,
    criteria: outline.criteria,
    features: { passed: outline.features.passed, total: outline.features.total },
    outputFilled: outline.output !== undefined,
  };
}
