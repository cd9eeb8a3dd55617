/**
 * The status one task was last given through the status machine, without taking the whole change log apart: segments from
 * the newest backward, and in each only the lines that can tell. What `StatusHistory` knows of that task.
 */
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { Status } from '../model/status';
import type { TaskId } from '../model/task';
import type { ChangeLog } from './change-log';
import { type ChangeRecord, isSettlement, type LogLine, type Outcome, parseLog } from './change-record';
import { statusOfRecord, statusSaid } from './status-history';

/** Lines of a segment that hold a text and, where some are given, one of the others; it may answer with more lines. */
type Segment = (text: string, oneOf?: readonly string[]) => readonly LogLine[];

/**
 * Undefined when the log says nothing of the task, a change of it is being made, or its file was put back as a whole.
 * Throws what the file system throws.
 */
export async function lastStatus(
  log: Pick<ChangeLog, 'newestFirst'>,
  task: TaskId,
): Promise<Status | undefined> {
  const later: Segment[] = [];
  for await (const bytes of log.newestFirst()) {
    const segment = segmentOf(bytes);
    later.unshift(segment);
    for (const record of [...recordsOf(segment, task)].reverse()) {
      const outcome = outcomeOf(later, record.seq);
      if (outcome !== 'aborted') return statusOfRecord(record, outcome);
    }
  }
  return undefined;
}

/** As lines say it; in a text that a record quotes the quotes are escaped. */
const statusMarks = ['"type":"status.', '"type":"task.', '"type":"health.undo"', '"via":"quarantine"'];

function recordsOf(segment: Segment, task: TaskId): readonly ChangeRecord[] {
  return segment(`"task":${JSON.stringify(task)}`, statusMarks).flatMap((line) =>
    !isSettlement(line) && line.task === task && statusSaid(line) !== undefined ? [line] : [],
  );
}

/** A settlement stands after its record, sometimes in a later segment; the last one counts. */
function outcomeOf(segments: readonly Segment[], seq: number): Outcome | undefined {
  const settlements = segments.flatMap((segment) => segment(`"settles":${seq},`)).filter(isSettlement);
  return settlements.findLast(({ settles }) => settles === seq)?.as;
}

function segmentOf(bytes: Uint8Array): Segment {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return (wanted, oneOf) => linesWith(text, wanted, oneOf);
  // Damaged: then its lines are taken apart one by one.
  const lines = parseLog(bytes).lines.map(({ line }) => line);
  return () => lines;
}

function linesWith(text: string, wanted: string, oneOf?: readonly string[]): readonly LogLine[] {
  const found: LogLine[] = [];
  for (let at = text.indexOf(wanted); at >= 0; ) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) break;
    const line = text.slice(text.lastIndexOf('\n', at) + 1, newline + 1);
    if (oneOf === undefined || oneOf.some((mark) => line.includes(mark)))
      found.push(...parseLog(encodeUtf8(line)).lines.map((one) => one.line));
    at = text.indexOf(wanted, newline);
  }
  return found;
}
