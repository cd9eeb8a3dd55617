/** What the store knows of one state file without taking it apart again. */
import type { TaskDocument, TaskId, TaskOutline } from '../model/task';
import type { Actor, ChangeRecord } from './change-record';

/** Why a file is shown with less than its contents, or is not the only one for its id. */
export type FileProblem =
  | 'duplicate_id' // another file claims the same id; see `duplicates`
  | 'unreadable' // permissions or I/O
  | 'not_utf8' // read with replacement characters; never written
  | 'too_large' // only the beginning was read; never written
  | 'outside_workspace'; // a link that leads out of the workspace folder; not followed

export interface TaskRecord {
  /** From the heading, else from the file name. */
  readonly id: TaskId;
  /** Absolute, `/` as separator. */
  readonly path: string;
  /** From the workspace folder, `/` as separator. */
  readonly relativePath: string;
  readonly outline: TaskOutline;
  /** SHA-256 of the file's bytes; of what was read of them for a file that is too large; '' when unreadable. */
  readonly version: string;
  readonly mtimeMs: number;
  /** Bytes. */
  readonly size: number;
  readonly problems: readonly FileProblem[];
  /** Other files with the same id, relative to the workspace folder. */
  readonly duplicates: readonly string[];
}

export interface TaskText {
  readonly record: TaskRecord;
  readonly text: string;
  readonly document: TaskDocument;
}

/** Ids that appeared, whose file or standing changed, and that went away. */
export interface TasksChanged {
  readonly added: readonly TaskId[];
  readonly changed: readonly TaskId[];
  readonly removed: readonly TaskId[];
}

/** What a caller tells about a change; it goes into the change log. */
export interface TaskChange {
  /** What happened, as `task.create` or `feature.pass`. */
  readonly type: string;
  readonly actor: Actor;
  readonly session?: string | undefined;
  readonly old?: unknown;
  readonly new?: unknown;
}

/** A change that is on disk, for whoever renders or counts changes. */
export interface TaskCommitted {
  readonly change: ChangeRecord;
  readonly record: TaskRecord;
}
