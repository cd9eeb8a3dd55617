/** Rows of `memory.db` as what they stand for. */
import {
  isMemoryId,
  type MemoryEvent,
  type MemoryId,
  type MemoryItem,
  type MemorySummary,
  memoryEventKinds,
  memoryKinds,
  provenances,
  type RamSnapshot,
  type Tombstone,
} from '../model/memory';
import { isTaskId, type TaskId } from '../model/task';
import { jsonIn, numberIn, numberOrNull, type SqlRow, textIn, textOrNull, unfit } from './sqlite-values';

/** Of a row of `items`, or of `versions`, which holds no current ones. */
export function itemOf(row: SqlRow): MemoryItem {
  const supersededBy = textOrNull(row, 'superseded_by');
  const gone = row['gone'] === undefined || row['gone'] !== 0;
  return {
    id: memoryIdIn(row, 'id'),
    kind: oneOf(memoryKinds, row, 'kind'),
    detail: textOrNull(row, 'detail'),
    task: taskOrNull(row),
    session: numberOrNull(row, 'session'),
    provenance: oneOf(provenances, row, 'provenance'),
    at: textIn(row, 'at'),
    title: textIn(row, 'title'),
    text: textIn(row, 'text'),
    source: { path: textIn(row, 'source_path'), anchor: textOrNull(row, 'source_anchor') },
    pinned: (row['hand_pinned'] ?? row['pinned']) === 1,
    supersededBy: supersededBy === null ? null : asMemoryId(supersededBy, 'superseded_by'),
    version: numberIn(row, 'version'),
    current: !gone && supersededBy === null,
    storedAt: textIn(row, 'stored_at'),
  };
}

export function summaryOf(row: SqlRow): MemorySummary {
  return {
    id: memoryIdIn(row, 'id'),
    task: taskOrNull(row),
    session: numberOrNull(row, 'session'),
    of: listIn(row, 'of').map((one) => ({ id: idField(one, 'id'), version: numberField(one, 'version') })),
    text: textIn(row, 'text'),
    at: textIn(row, 'at'),
  };
}

/** The task as a whole has session 0 in the table, which cannot have null in its key. */
export const wholeTask = 0;

export function snapshotOf(row: SqlRow): RamSnapshot {
  const session = numberIn(row, 'session');
  const task = taskOrNull(row);
  if (task === null) throw unfit('task');
  return {
    task,
    session: session === wholeTask ? null : session,
    generation: numberIn(row, 'generation'),
    items: listIn(row, 'items').map((one) => ({
      id: idField(one, 'id'),
      version: numberField(one, 'version'),
      bytes: numberField(one, 'bytes'),
    })),
    tombstones: listIn(row, 'tombstones').map(tombstoneOf),
    at: textIn(row, 'at'),
  };
}

export function eventOf(row: SqlRow): MemoryEvent {
  const ids = jsonIn(row, 'ids');
  if (!Array.isArray(ids)) throw unfit('ids');
  return {
    kind: oneOf(memoryEventKinds, row, 'kind'),
    at: textIn(row, 'at'),
    task: taskOrNull(row),
    ids: ids.map((id) => asMemoryId(id, 'ids')),
    text: textIn(row, 'text'),
  };
}

export function taskIn(row: SqlRow): TaskId {
  return taskOrNull(row) ?? fail('task');
}

function tombstoneOf(one: object): Tombstone {
  const { title, summary }: { title?: unknown; summary?: unknown } = one;
  if (typeof title !== 'string') throw unfit('tombstones');
  return {
    id: idField(one, 'id'),
    version: numberField(one, 'version'),
    title,
    summary: summary === null ? null : asMemoryId(summary, 'tombstones'),
  };
}

function taskOrNull(row: SqlRow): TaskId | null {
  const task = textOrNull(row, 'task');
  if (task === null || isTaskId(task)) return task;
  throw unfit('task');
}

function memoryIdIn(row: SqlRow, column: string): MemoryId {
  return asMemoryId(row[column], column);
}

function asMemoryId(value: unknown, column: string): MemoryId {
  return isMemoryId(value) ? value : fail(column);
}

function oneOf<T extends string>(choices: readonly T[], row: SqlRow, column: string): T {
  return choices.find((choice) => choice === row[column]) ?? fail(column);
}

function listIn(row: SqlRow, column: string): readonly object[] {
  const value = jsonIn(row, column);
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'object' && one !== null)) {
    throw unfit(column);
  }
  return value;
}

function idField(one: object, field: 'id'): MemoryId {
  const { [field]: value }: { id?: unknown } = one;
  return asMemoryId(value, field);
}

function numberField(one: object, field: 'version' | 'bytes'): number {
  const { [field]: value }: { version?: unknown; bytes?: unknown } = one;
  return typeof value === 'number' ? value : fail(field);
}

function fail(column: string): never {
  throw unfit(column);
}
