/**
 * The tables of long-term memory in RAM, and as one JSON document. Its rows have the names and forms of SQLite's, so that
 * both are read by the same rules.
 */
import { BatonError } from '../base/baton-error';
import type { MemoryEvent, MemoryId, MemoryItem, MemorySummary, RamSnapshot } from '../model/memory';
import type { SqlValue } from '../ports';
import type { ItemKeys } from './item-keys';
import { eventOf, itemOf, snapshotOf, summaryOf, wholeTask } from './sqlite-rows';
import { numberIn, numberOrNull, type SqlRow, textIn } from './sqlite-values';

/** The latest version of an item. */
export interface KeptItem {
  /** As its source has it: `current` and `pinned` are found out when somebody asks. */
  readonly item: MemoryItem;
  readonly keys: ItemKeys;
  /** What a person has said, if anything. */
  readonly handPinned: boolean | null;
  /** Its source no longer holds it. */
  readonly gone: boolean;
  /** Another item says the very same. */
  readonly repeated: boolean;
  /** Path of the source that it was last taken in from. */
  readonly takenFrom: string;
}

export interface JsonTables {
  readonly sources: Map<string, string>;
  /** In the order in which they came. */
  readonly items: Map<MemoryId, KeptItem>;
  /** Versions but the latest, oldest first. */
  readonly versions: Map<MemoryId, readonly MemoryItem[]>;
  readonly summaries: Map<MemoryId, MemorySummary>;
  /** By task and session, oldest first. */
  readonly snapshots: Map<string, readonly RamSnapshot[]>;
  events: readonly { readonly seq: number; readonly event: MemoryEvent }[];
  /** Sequence of the last event there ever was. */
  lastEvent: number;
}

export const jsonSchema = 1;

export function emptyTables(): JsonTables {
  return {
    sources: new Map(),
    items: new Map(),
    versions: new Map(),
    summaries: new Map(),
    snapshots: new Map(),
    events: [],
    lastEvent: 0,
  };
}

export function snapshotKey({ task, session }: Pick<RamSnapshot, 'task' | 'session'>): string {
  return JSON.stringify([task, session ?? wholeTask]);
}

/** As others see it. */
export function shown({ item, handPinned, gone }: KeptItem): MemoryItem {
  const [pinned, current] = [handPinned ?? item.pinned, !gone && item.supersededBy === null];
  return pinned === item.pinned && current === item.current ? item : { ...item, pinned, current };
}

type Table = 'sources' | 'items' | 'versions' | 'summaries' | 'ram_snapshots' | 'events';
const tableNames: readonly Table[] = ['sources', 'items', 'versions', 'summaries', 'ram_snapshots', 'events'];

/** Rows by table. */
export function rowsOf(tables: JsonTables): Readonly<Record<Table, readonly SqlRow[]>> {
  return {
    sources: [...tables.sources].map(([path, stamp]) => ({ path, stamp })),
    items: [...tables.items.values()].map(itemRow),
    versions: [...tables.versions.values()].flat().map(contentRow),
    summaries: [...tables.summaries.values()].map((one) => ({ ...one, of: JSON.stringify(one.of) })),
    ram_snapshots: [...tables.snapshots.values()].flat().map((one) => ({
      ...one,
      session: one.session ?? wholeTask,
      items: JSON.stringify(one.items),
      tombstones: JSON.stringify(one.tombstones),
    })),
    events: tables.events.map(({ seq, event }) => ({ seq, ...event, ids: JSON.stringify(event.ids) })),
  };
}

function contentRow({ source, supersededBy, storedAt, pinned, current: _, ...item }: MemoryItem): SqlRow {
  return {
    ...item,
    pinned: flag(pinned),
    source_path: source.path,
    source_anchor: source.anchor,
    superseded_by: supersededBy,
    stored_at: storedAt,
  };
}

function itemRow({ item, keys, handPinned, gone, repeated, takenFrom }: KeptItem): SqlRow {
  return {
    ...contentRow(item),
    hand_pinned: handPinned === null ? null : flag(handPinned),
    gone: flag(gone),
    repeated: flag(repeated),
    taken_from: takenFrom,
    ...keys,
  };
}

/** So many bytes from the start of the document hold what tells one writing of it from another. */
export const writingBytes = 80;

/** One row a line, so that people can read and compare it. @param writing another one each time, such as a UUID */
export function encodeTables(tables: JsonTables, writing: string): string {
  const rows = rowsOf(tables);
  const parts = tableNames.map(
    (name) => `"${name}":[\n${rows[name].map((row) => JSON.stringify(row)).join(',\n')}\n]`,
  );
  return `{"schema":${jsonSchema},"writing":${JSON.stringify(writing)},"last_event":${tables.lastEvent},\n${parts.join(',\n')}}\n`;
}

/** Throws `read_only` for what a newer Baton wrote, `invalid_state_file` for what makes no sense. */
export function decodeTables(text: string): JsonTables {
  const document = asRecord(parse(text));
  const { schema, last_event: lastEvent } = document;
  if (typeof schema === 'number' && schema > jsonSchema) {
    throw new BatonError('read_only', `Memory was written by a newer Baton (its version ${schema})`, {
      hint: 'Update Baton here. Until then nothing is written to it.',
    });
  }
  if (schema !== jsonSchema || typeof lastEvent !== 'number') throw damaged();
  const rows = (name: Table) => asRows(document[name]);
  return {
    sources: new Map(rows('sources').map((row) => [textIn(row, 'path'), textIn(row, 'stamp')])),
    items: new Map(
      rows('items')
        .map(keptOf)
        .map((kept) => [kept.item.id, kept]),
    ),
    versions: grouped(rows('versions').map(itemOf), ({ id }) => id),
    summaries: new Map(
      rows('summaries')
        .map(summaryOf)
        .map((one) => [one.id, one]),
    ),
    snapshots: grouped(rows('ram_snapshots').map(snapshotOf), snapshotKey),
    events: rows('events').map((row) => ({ seq: numberIn(row, 'seq'), event: eventOf(row) })),
    lastEvent,
  };
}

function keptOf(row: SqlRow): KeptItem {
  const handPinned = numberOrNull(row, 'hand_pinned');
  return {
    item: { ...itemOf({ ...row, hand_pinned: null }), current: true },
    keys: { content: textIn(row, 'content'), sameness: textIn(row, 'sameness') },
    handPinned: handPinned === null ? null : handPinned === 1,
    gone: row['gone'] === 1,
    repeated: row['repeated'] === 1,
    takenFrom: textIn(row, 'taken_from'),
  };
}

function grouped<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, readonly V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged();
    throw error;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged();
  return { ...value };
}

function asRows(value: unknown): readonly SqlRow[] {
  if (!Array.isArray(value)) throw damaged();
  return value.map((row) => {
    const plain: Record<string, SqlValue> = {};
    for (const [column, cell] of Object.entries(asRecord(row))) {
      if (typeof cell !== 'string' && typeof cell !== 'number' && cell !== null) throw damaged();
      plain[column] = cell;
    }
    return plain;
  });
}

function damaged(): BatonError {
  return new BatonError('invalid_state_file', 'The memory file is damaged: it makes no sense');
}

function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
