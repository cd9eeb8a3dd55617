/** What a list needs of a task, at hand without the rest of what the store knows of it. */
import { encodeUtf8 } from '../base/utf8';
import type { Status } from '../model/status';
import type { TaskId, TaskOutline } from '../model/task';
import type { FileProblem, TaskRecord } from './task-record';

/** A chain's graph can be made of them. */
export interface TaskRow {
  readonly id: TaskId;
  readonly status: Status;
  readonly dependsOn: readonly TaskId[];
  readonly inputs: TaskOutline['inputs'];
  readonly output: TaskOutline['output'];
  /** The highest session number in the log, 0 when there is none. */
  readonly lastSession: number;
  readonly problems: readonly FileProblem[];
  /** What the surface's `RowText` makes of the record, as UTF-8; undefined when it has none. */
  readonly text: Uint8Array | undefined;
  /** All of it; made when it is first asked for. */
  readonly record: TaskRecord;
}

/**
 * A text that a surface shows of every task, kept in the index cache so that it is not made again as long as the file
 * stays as it is. It may tell what the record says, and nothing else. Kept as bytes, as which it goes out again.
 */
export interface RowText {
  /** Another one with every change to what `of` makes of a record: texts of other formats are made anew. */
  readonly format: string;
  /** Never empty. */
  of(record: TaskRecord): string;
}

/** The row of a record that is at hand. */
export class RecordRow implements TaskRow {
  readonly record: TaskRecord;
  readonly #rowText: RowText | undefined;
  #text: Uint8Array | undefined;

  constructor(record: TaskRecord, rowText: RowText | undefined) {
    this.record = record;
    this.#rowText = rowText;
  }

  get id(): TaskId {
    return this.record.id;
  }

  get status(): Status {
    return this.record.outline.status;
  }

  get dependsOn(): readonly TaskId[] {
    return this.record.outline.dependsOn;
  }

  get inputs(): TaskOutline['inputs'] {
    return this.record.outline.inputs;
  }

  get output(): TaskOutline['output'] {
    return this.record.outline.output;
  }

  get lastSession(): number {
    return this.record.outline.sessions.lastNumber;
  }

  get problems(): readonly FileProblem[] {
    return this.record.problems;
  }

  get text(): Uint8Array | undefined {
    if (this.#rowText === undefined) return undefined;
    this.#text ??= encodeUtf8(this.#rowText.of(this.record));
    return this.#text;
  }
}
