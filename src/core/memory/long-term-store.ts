/**
 * Long-term memory behind one interface, so that another kind of store can take its place. Two implementations: SQLite, and
 * JSON files in RAM where there is no SQLite. One contract suite runs over both. Requirements 001-32 … 001-39.
 */
import type {
  MemoryEvent,
  MemoryId,
  MemoryInput,
  MemoryItem,
  MemoryKind,
  MemoryMode,
  MemorySummary,
  RamSnapshot,
} from '../model/memory';
import type { TaskId } from '../model/task';

/** What has to match, and what may. Words are lower-case and without signs; the store stems them. */
export interface MemoryMatch {
  /** Any of them; the more and the rarer, the better. Beside `exact` they only decide the order. */
  readonly words: readonly string[];
  /**
   * Identifiers, paths and error texts: an item holds at least one of them as it stands, whatever the case and the breaks of
   * lines, and no part of a longer word.
   */
  readonly exact: readonly string[];
  readonly filter?: MemoryFilter;
  readonly limit: number;
}

export interface MemoryFilter {
  readonly task?: TaskId;
  readonly kinds?: readonly MemoryKind[];
  /** Session numbers, both inclusive. */
  readonly session?: { readonly from?: number; readonly to?: number };
  /** UTC, from inclusive, to exclusive. */
  readonly at?: { readonly from?: string; readonly to?: string };
  /** Superseded items and such as are gone from their source too; older versions are never found. */
  readonly past?: boolean;
}

/** Best first; `score` grows with the match and means something within one answer only. */
export interface MemoryHit {
  readonly item: MemoryItem;
  readonly score: number;
}

/** A session of a task with all of its items as one text: rank fusion's second look. */
export interface SessionHit {
  readonly task: TaskId;
  readonly session: number;
  readonly score: number;
}

export interface TakenIn {
  readonly added: readonly MemoryId[];
  /** Given a new version. */
  readonly changed: readonly MemoryId[];
  readonly unchanged: number;
  /**
   * Not found beside another item that says the very same: of the same task where the text has 80 characters or more, else
   * of the same session and kind too. `item` still knows them, and they come forward when the other one is gone.
   */
  readonly repeated: number;
}

/** A file that items are made from, as it was when it was last read. */
export interface SourceStamp {
  readonly path: string;
  /** Size and times, or a hash; equal texts mean that nothing changed. */
  readonly stamp: string;
}

export interface RetentionPolicy {
  /** Snapshots kept of one task and session. */
  readonly keepSnapshots: number;
  /** UTC; snapshots and events older than this go. */
  readonly before: string;
}

export interface LongTermStore {
  readonly mode: Exclude<MemoryMode, 'off'>;

  /**
   * All of what one source holds now, in one transaction with the source's stamp: new items are added, changed ones get a
   * new version, those it no longer holds cease to be current. Nothing is deleted. An item that is unchanged writes nothing.
   */
  takeIn(source: SourceStamp, items: readonly MemoryInput[]): Promise<TakenIn>;
  stamps(): Promise<ReadonlyMap<string, string>>;
  /** Items of sources that are gone cease to be current. */
  forgetSources(paths: readonly string[]): Promise<void>;

  /** The latest version unless one is named; an older one is never current. */
  item(id: MemoryId, version?: number): Promise<MemoryItem | undefined>;
  /** Latest versions, in the order of `ids`; unknown ids are left out. */
  items(ids: readonly MemoryId[]): Promise<readonly MemoryItem[]>;
  /** Latest versions of current items, by time and id, oldest first; of more than `limit` the newest. */
  itemsOf(filter: MemoryFilter, limit: number): Promise<readonly MemoryItem[]>;
  pin(id: MemoryId, pinned: boolean): Promise<boolean>;
  match(match: MemoryMatch): Promise<readonly MemoryHit[]>;
  matchSessions(match: MemoryMatch): Promise<readonly SessionHit[]>;
  count(): Promise<{ readonly items: number; readonly current: number; readonly versions: number }>;

  addSummary(summary: MemorySummary): Promise<void>;
  /** Those that stand for the item, newest first; also a summary by its own id. */
  summariesOf(id: MemoryId): Promise<readonly MemorySummary[]>;

  /** The latest. */
  snapshot(task: TaskId, session: number | null): Promise<RamSnapshot | undefined>;
  /**
   * Written with its summaries in one transaction. False when the latest generation is not `snapshot.generation - 1`:
   * somebody else wrote meanwhile, and nothing was written.
   */
  putSnapshot(snapshot: RamSnapshot, summaries?: readonly MemorySummary[]): Promise<boolean>;

  addEvents(events: readonly MemoryEvent[]): Promise<void>;
  /** Newest last. @param after as an earlier answer's `last` */
  events(
    after: number,
    limit: number,
  ): Promise<{ readonly events: readonly MemoryEvent[]; readonly last: number }>;

  /** Never prunes pinned items, items at all, or summaries; @returns how many rows went */
  prune(policy: RetentionPolicy): Promise<number>;
  /** Everything, as plain JSON values, one a record, in a fixed order. */
  export(): AsyncIterable<{ readonly table: string; readonly row: Readonly<Record<string, unknown>> }>;
  close(): Promise<void>;
}
