/** What the detectors look at: the workspace at one moment, gathered beforehand, so that a detector asks nothing. */
import type { ChainGraph } from '../chain/graph';
import type { StaleEvidence } from '../model/evidence';
import type { Session } from '../model/session';
import type { Status } from '../model/status';
import type { TaskDocument, TaskId } from '../model/task';
import type { LogContents, LogReport } from '../store/change-log';
import type { TaskRecord } from '../store/task-record';
import type { GuardedFeature } from './checklist-guard';
import type { HealthFinding } from './finding';

/** A value of the front matter as written, with its one-based line. */
export interface WrittenValue {
  readonly text: string;
  readonly line: number;
}

export interface TaskFacts {
  readonly record: TaskRecord;
  /** Undefined when the file could not be read as a whole; `record.problems` says why. */
  readonly content:
    | {
        readonly text: string;
        readonly document: TaskDocument;
        /** Scalars of the front matter by key. */
        readonly frontMatter: ReadonlyMap<string, WrittenValue>;
      }
    | undefined;
  /** Features as they were first seen; empty when the checklist was never recorded. */
  readonly guarded: readonly GuardedFeature[];
}

export interface SessionFacts {
  readonly session: Session;
  /** Relative to the workspace folder, as every path below. */
  readonly file: string;
  readonly liveness: 'live' | 'silent' | 'suspect' | 'gone' | 'ended';
}

export interface LogDamage {
  readonly segment: string;
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** Bytes. */
  readonly length: number;
}

/** What the change log tells about one task. */
export interface TaskHistory {
  /** UTC times of the first record, of the last claim by `start` or `acknowledge`, of the last completion. */
  readonly firstAt: string | undefined;
  readonly lastClaimAt: string | undefined;
  readonly completedAt: string | undefined;
  /** The last completion overrode its guards, with a reason. */
  readonly forced: boolean;
}

/** A status that somebody edited by hand and the status machine refuses. */
export interface EditedStatus {
  readonly task: TaskId;
  /** Relative to the workspace folder. */
  readonly file: string;
  readonly before: Status;
  readonly message: string;
  /** One-based. */
  readonly line: number;
  readonly canPutBack: boolean;
}

export interface HealthFacts {
  readonly now: Date;
  readonly tasks: readonly TaskFacts[];
  /** Of open tasks, by feature id. */
  readonly staleEvidence: ReadonlyMap<TaskId, ReadonlyMap<string, StaleEvidence>>;
  /** Files that claim an id another file has; `identical` when both hold the same bytes. */
  readonly duplicates: readonly {
    readonly task: TaskId;
    readonly kept: string;
    readonly file: string;
    readonly identical: boolean;
  }[];
  readonly graph: ChainGraph;
  readonly statusEdits: readonly EditedStatus[];
  readonly sessions: readonly SessionFacts[];
  readonly sessionFilesUnread: readonly string[];
  readonly packets: readonly { readonly file: string; readonly session: string }[];
  /** Locks whose owner is dead, and lock files that nobody can read. */
  readonly locks: readonly {
    readonly file: string;
    readonly name: string;
    readonly state: 'orphaned' | 'unreadable';
  }[];
  /** Our temporary files that no write in progress can own any more. */
  readonly temporaries: readonly string[];
  readonly log: Pick<LogReport, 'pending' | 'missing'> & Pick<LogContents, 'torn'>;
  readonly damage: readonly LogDamage[];
  readonly history: ReadonlyMap<TaskId, TaskHistory>;
  /** Files that keep a change which could not be replayed. */
  readonly conflicts: readonly string[];
  /** The resume queue, where it makes no sense, and what was set aside of it; with what is wrong, in words. */
  readonly queueProblems: readonly { readonly file: string; readonly message: string }[];
  readonly configProblems: readonly string[];
  /** In words, when git's index is locked and nobody seems to hold it. */
  readonly gitLock: string | undefined;
}

export type Detector = (facts: HealthFacts) => readonly HealthFinding[];
