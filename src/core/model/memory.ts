/**
 * What Baton remembers: items made from state files, journal, sessions, change log and documents, kept with versions so that
 * they can be found and called back by id. Source: requirements 001-26 … 001-39; resolution C13.
 */
import type { TaskId } from './task';

export const memoryKinds = [
  'progress', // an entry of a progress log
  'note', // of the journal
  'session_start',
  'session_end',
  'checklist', // a feature or criterion changed
  'plan',
  'output', // a chain output
  'document', // a part of a document that the research worker indexed
] as const;
export type MemoryKind = (typeof memoryKinds)[number];

/** Where a text comes from; `untrusted`: from a file that neither a person nor an agent of this folder is known to have written. */
export const provenances = ['person', 'agent', 'tool', 'untrusted'] as const;
export type Provenance = (typeof provenances)[number];

/**
 * `m-` and 16 characters, made from what the item is about and never from its text, so that it is the same after every
 * restart and every rebuild. The id alone means the latest version, `id:3` the third.
 */
export type MemoryId = string & { readonly __brand: 'MemoryId' };

const memoryIdPattern = /^m-[a-z2-7]{16}$/;

export function isMemoryId(value: unknown): value is MemoryId {
  return typeof value === 'string' && memoryIdPattern.test(value);
}

/** Where to read the whole of it. */
export interface MemorySource {
  /** Relative to the workspace folder, `/` as separator. */
  readonly path: string;
  /** A heading, a note's number, a log sequence; null for the whole file. */
  readonly anchor: string | null;
}

/** An item as its source has it now. */
export interface MemoryInput {
  readonly id: MemoryId;
  readonly kind: MemoryKind;
  /** Of a note its kind, of a checklist change the feature; null else. */
  readonly detail: string | null;
  readonly task: TaskId | null;
  /** 1, 2, 3 … within the task. */
  readonly session: number | null;
  readonly provenance: Provenance;
  /** When it happened, UTC. */
  readonly at: string;
  /** One line, at most 120 characters. */
  readonly title: string;
  /** At most 64 KB; what is longer is several items. */
  readonly text: string;
  readonly source: MemorySource;
  /** Never evicted, summarised away or pruned. */
  readonly pinned: boolean;
  /** The item that holds instead of this one. */
  readonly supersededBy: MemoryId | null;
}

/** One version of an item, as kept. */
export interface MemoryItem extends MemoryInput {
  /** 1, 2, 3 …; grows when title, text or what it is about changes. */
  readonly version: number;
  /** Neither superseded, nor an older version, nor gone from its source. Only such an item is shown as what holds. */
  readonly current: boolean;
  /** When this version was taken in, UTC. */
  readonly storedAt: string;
}

/** A deterministic extract of items: what is left in sight of what was evicted. */
export interface MemorySummary {
  readonly id: MemoryId;
  readonly task: TaskId | null;
  readonly session: number | null;
  /** The items it stands for, with the version that was read. */
  readonly of: readonly { readonly id: MemoryId; readonly version: number }[];
  readonly text: string;
  /** UTC. */
  readonly at: string;
}

export const memoryEventKinds = [
  'taken_in',
  'summarized',
  'evicted',
  'recalled',
  'pruned',
  'set_aside',
] as const;
export interface MemoryEvent {
  readonly kind: (typeof memoryEventKinds)[number];
  /** UTC. */
  readonly at: string;
  readonly task: TaskId | null;
  readonly ids: readonly MemoryId[];
  /** One line for people. */
  readonly text: string;
}

/** Where an evicted item was: its links still lead to its summary and its whole record. */
export interface Tombstone {
  readonly id: MemoryId;
  readonly version: number;
  readonly title: string;
  /** Null where it was evicted without a summary. */
  readonly summary: MemoryId | null;
}

/** The RAM tier of one task and session at one moment. */
export interface RamSnapshot {
  readonly task: TaskId;
  /** Null for the task as a whole. */
  readonly session: number | null;
  /** Grows by one with every snapshot; a writer names the one that it read. */
  readonly generation: number;
  /** In the order in which they were loaded. */
  readonly items: readonly { readonly id: MemoryId; readonly version: number; readonly bytes: number }[];
  readonly tombstones: readonly Tombstone[];
  /** UTC. */
  readonly at: string;
}

/** `kept`: on disk. `json`: on disk, without SQLite. `off`: the switch. `ram`: lost with the process, and said so. */
export type MemoryMode = 'sqlite' | 'json' | 'ram' | 'off';
