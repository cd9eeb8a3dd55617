/**
 * The status each task was last given through the status machine, as the change log has it: what a status that now
 * stands in a file is judged against. Source: requirement 004-34.
 */
import { isStatus, type Status } from '../model/status';
import type { TaskId } from '../model/task';
import type { ChangeLog, LogContents, LogPosition } from './change-log';
import type { ChangeRecord, Outcome } from './change-record';

interface Entry {
  readonly seq: number;
  /** Undefined: the file was put back as a whole, to a status nobody recorded. */
  readonly status: Status | undefined;
  /** The file is replaced, or there was nothing to replace. */
  readonly made: boolean;
  readonly before: Entry | undefined;
}

/** Reads the log once, and after that only what was added. */
export class StatusHistory {
  readonly #log: Pick<ChangeLog, 'read'>;
  readonly #entries = new Map<TaskId, Entry>();
  #from: LogPosition | undefined;
  #reading: Promise<void> = Promise.resolve();

  /** Does no I/O. */
  constructor(log: Pick<ChangeLog, 'read'>) {
    this.#log = log;
  }

  /**
   * Tasks without an entry cannot be judged: the log says nothing of them, or a change of theirs is being made.
   * Throws what the file system throws.
   */
  async known(): Promise<ReadonlyMap<TaskId, Status>> {
    const reading = this.#reading.catch(() => undefined).then(() => this.#read());
    this.#reading = reading;
    await reading;
    const known = new Map<TaskId, Status>();
    for (const [task, { status, made }] of this.#entries) {
      if (made && status !== undefined) known.set(task, status);
    }
    return known;
  }

  async #read(): Promise<void> {
    const contents = await this.#log.read(this.#from);
    const { records, outcomes } = contents;
    // What was read before is settled first: a later change of the task may fall back on it.
    for (const [task, entry] of this.#entries) this.#settle(task, entry, outcomes);
    for (const { record } of records) this.#take(record, outcomes.get(record.seq));
    this.#from = nextPosition(contents) ?? this.#from;
  }

  #take(record: ChangeRecord, outcome: Outcome | undefined): void {
    const said = statusSaid(record);
    if (record.task === null || said === undefined || outcome === 'aborted') return;
    this.#entries.set(record.task, {
      seq: record.seq,
      status: said === 'unknown' || isLost(outcome) ? undefined : said,
      made: record.via !== 'file' || outcome !== undefined,
      before: withoutPast(this.#entries.get(record.task)),
    });
  }

  /** A settlement may stand in the log long after its record. */
  #settle(task: TaskId, entry: Entry, outcomes: ReadonlyMap<number, Outcome>): void {
    const outcome = outcomes.get(entry.seq);
    if (outcome === undefined) return;
    if (outcome !== 'aborted') {
      this.#entries.set(task, { ...entry, made: true, status: isLost(outcome) ? undefined : entry.status });
    } else if (entry.before) this.#entries.set(task, entry.before);
    else this.#entries.delete(task);
  }
}

/** A line that is being written is read again when it is whole. */
function nextPosition({ torn, end }: LogContents): LogPosition | undefined {
  const open = torn.find(
    ({ segment, offset, length }) => segment === end?.segment && offset + length === end.offset,
  );
  return end && open ? { ...end, offset: open.offset } : end;
}

/** Two changes of one task are never under way at once, so one step back is enough. */
function withoutPast(entry: Entry | undefined): Entry | undefined {
  return entry && { ...entry, before: undefined };
}

function isLost(outcome: Outcome | undefined): boolean {
  return outcome === 'superseded' || outcome === 'conflict';
}

/** What is known of a task by the newest record that says something of its status and was not withdrawn. */
export function statusOfRecord(record: ChangeRecord, outcome: Outcome | undefined): Status | undefined {
  const said = statusSaid(record);
  if (said === 'unknown' || isLost(outcome)) return undefined;
  return record.via === 'file' && outcome === undefined ? undefined : said;
}

/** Undefined for what says nothing of a status. */
export function statusSaid({ type, via, new: said }: ChangeRecord): Status | 'unknown' | undefined {
  if (type === 'task.create' || type === 'task.recur') return 'pending';
  if (type === 'task.finalize') return 'completed';
  if (type === 'health.undo' || via === 'quarantine') return 'unknown';
  if (!type.startsWith('status.')) return undefined;
  const status = typeof said === 'object' && said !== null && 'status' in said ? said.status : undefined;
  return isStatus(status) ? status : 'unknown';
}
