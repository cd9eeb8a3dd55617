/** One line of the change log: its shape, its text, and reading it back from damaged bytes. */
import { parseJson } from '../base/parse-json';
import type { TextEdit } from '../base/text-edit';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { isTaskId, type TaskId } from '../model/task';
import { crc32 } from './crc32';

export const actors = ['person', 'agent', 'editor', 'tool'] as const;
export type Actor = (typeof actors)[number];

export const vias = ['file', 'document', 'quarantine', 'event'] as const;

/** A mutation, written before it happens. */
export interface ChangeRecord {
  readonly v: 1;
  /** Grows by one with every record of a workspace folder, across days and processes. */
  readonly seq: number;
  readonly type: string;
  readonly task: TaskId | null;
  readonly actor: Actor;
  readonly session: string | null;
  /** Relative to the workspace folder, `/` as separator. */
  readonly path: string;
  /**
   * `document`: edited in the editor's unsaved text, which is the editor's to keep. `quarantine`: put aside or put back
   * by the health check, whose manifest keeps the bytes. `event`: it happened without a file of the store changing;
   * `path` names what it is about. Only `file` is replayed.
   */
  readonly via: (typeof vias)[number];
  readonly old?: unknown;
  readonly new?: unknown;
  /** SHA-256 of the bytes the edits were computed from; null when the file is created. */
  readonly before: string | null;
  readonly after: string;
  readonly edits: readonly TextEdit[];
  /** UTC. */
  readonly time: string;
}

export const outcomes = ['done', 'aborted', 'superseded', 'conflict'] as const;
export type Outcome = (typeof outcomes)[number];

/** What became of a record. A record without one was cut short and is judged on replay. */
export interface Settlement {
  readonly v: 1;
  readonly settles: number;
  readonly as: Outcome;
  readonly time: string;
}

export type LogLine = ChangeRecord | Settlement;

export function isSettlement(line: LogLine): line is Settlement {
  return 'settles' in line;
}

/** A line with its checksum and line end. */
export function encodeLine(line: LogLine): Uint8Array {
  const body = JSON.stringify(line);
  return encodeUtf8(`${body.slice(0, -1)},"crc":"${crc32(encodeUtf8(body))}"}\n`);
}

/** Bytes of a segment that hold no record. Offsets are bytes into what was read. */
export interface BadBytes {
  readonly offset: number;
  readonly length: number;
}

export interface ParsedLog {
  readonly lines: readonly { readonly line: LogLine; readonly offset: number }[];
  /** Appends that were cut short: their writers got no answer. */
  readonly torn: readonly BadBytes[];
  /** Whole lines that do not check out: somebody or something changed them afterwards. */
  readonly damaged: readonly BadBytes[];
}

/** Takes a segment apart. Never throws. */
export function parseLog(bytes: Uint8Array): ParsedLog {
  const lines: { line: LogLine; offset: number }[] = [];
  const torn: BadBytes[] = [];
  const damaged: BadBytes[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const newline = bytes.indexOf(0x0a, offset);
    if (newline < 0) {
      torn.push({ offset, length: bytes.length - offset });
      break;
    }
    const found = findLine(bytes.subarray(offset, newline));
    if (found === undefined) {
      if (newline > offset) damaged.push({ offset, length: newline + 1 - offset });
    } else {
      // An append that was cut short has no line end, so the next record stands on the same line.
      if (found.at > 0) torn.push({ offset, length: found.at });
      lines.push({ line: found.line, offset: offset + found.at });
    }
    offset = newline + 1;
  }
  return { lines, torn, damaged };
}

const lineStart = encodeUtf8('{"v":1,');
/** What a record holds may begin like one, too; nobody who means well writes more of that. */
const mostStarts = 64;

function findLine(bytes: Uint8Array): { readonly line: LogLine; readonly at: number } | undefined {
  for (let at = 0, tried = 0; at >= 0 && tried <= mostStarts; tried++) {
    const line = decodeLine(bytes.subarray(at));
    if (line !== undefined) return { line, at };
    // What was cut short ends where the next one begins, so the last one is whole if any is.
    at = lastIndexOfBytes(bytes, lineStart, at === 0 ? bytes.length : at - 1);
  }
  return undefined;
}

function lastIndexOfBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] ?? 0;
  for (let at = bytes.lastIndexOf(first, from); at > 0; at = bytes.lastIndexOf(first, at - 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

function decodeLine(bytes: Uint8Array): LogLine | undefined {
  const text = decodeUtf8(bytes);
  const crc = text === undefined ? undefined : /,"crc":"([0-9a-f]{8})"\}$/.exec(text);
  if (text === undefined || crc === undefined || crc === null) return undefined;
  const body = `${text.slice(0, crc.index)}}`;
  if (crc32(encodeUtf8(body)) !== crc[1]) return undefined;
  const value = parseJson(body);
  return isLogLine(value) ? value : undefined;
}

/** The checksum is no proof of origin, so the shape is checked as well: replay acts on it. */
function isLogLine(value: unknown): value is LogLine {
  if (typeof value !== 'object' || value === null) return false;
  const line: Partial<Record<keyof ChangeRecord | keyof Settlement, unknown>> = value;
  if (line.v !== 1 || typeof line.time !== 'string') return false;
  if (line.settles !== undefined)
    return isSeq(line.settles) && outcomes.some((outcome) => outcome === line.as);
  return (
    isSeq(line.seq) &&
    typeof line.type === 'string' &&
    (line.task === null || isTaskId(line.task)) &&
    actors.some((actor) => actor === line.actor) &&
    (line.session === null || typeof line.session === 'string') &&
    typeof line.path === 'string' &&
    vias.some((via) => via === line.via) &&
    (line.before === null || typeof line.before === 'string') &&
    typeof line.after === 'string' &&
    Array.isArray(line.edits) &&
    line.edits.every(isTextEdit)
  );
}

function isSeq(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isTextEdit(value: unknown): value is TextEdit {
  if (typeof value !== 'object' || value === null) return false;
  const edit: Partial<Record<keyof TextEdit, unknown>> = value;
  return Number.isSafeInteger(edit.start) && Number.isSafeInteger(edit.end) && typeof edit.text === 'string';
}
