/**
 * Long-term memory in RAM, with a JSON file where one can be written: what there is without SQLite. What comes from sources
 * is written by and by, since it can be taken in again; pins, summaries and snapshots are on disk when they are acknowledged.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import type {
  MemoryEvent,
  MemoryId,
  MemoryInput,
  MemoryItem,
  MemorySummary,
  RamSnapshot,
} from '../model/memory';
import type { TaskId } from '../model/task';
import type { Hasher } from '../ports';
import { distinctInputs, itemKeys, timeOf } from './item-keys';
import { JsonFile, type JsonFilePorts } from './json-file';
import { JsonIntake, takenBefore } from './json-intake';
import { fits, JsonSearch } from './json-search';
import { emptyTables, type JsonTables, jsonSchema, rowsOf, shown, snapshotKey } from './json-tables';
import type {
  LongTermStore,
  MemoryFilter,
  MemoryHit,
  MemoryMatch,
  RetentionPolicy,
  SessionHit,
  SourceStamp,
  TakenIn,
} from './long-term-store';

export type JsonStorePorts = JsonFilePorts & { readonly hasher: Hasher };

export interface OpenedJson {
  readonly store: JsonStore;
  /** Where a damaged file is now, if there was one; absolute. */
  readonly setAside: string | undefined;
  /** What was wrong with it. */
  readonly damage: string | undefined;
}

export class JsonStore implements LongTermStore {
  readonly mode: 'json' | 'ram';
  readonly #ports: JsonStorePorts;
  readonly #file: JsonFile | undefined;
  readonly #own: JsonTables = emptyTables();
  readonly #search: JsonSearch;

  private constructor(ports: JsonStorePorts, root?: string) {
    this.#ports = ports;
    this.#search = new JsonSearch(() => this.#tables);
    this.#file = root === undefined ? undefined : new JsonFile(ports, root, () => this.#search.replaced());
    this.mode = this.#file === undefined ? 'ram' : 'json';
  }

  /** Gone with the process. */
  static async inRam(ports: JsonStorePorts): Promise<JsonStore> {
    return new JsonStore(ports);
  }

  /** Throws `read_only` (written by a newer Baton), `locked`, `untrusted`, `io_failed`. */
  static async open(ports: JsonStorePorts, root: string): Promise<OpenedJson> {
    const store = new JsonStore(ports, root);
    try {
      await store.#file?.refresh();
      await store.#file?.requireWritable();
      return { store, setAside: undefined, damage: undefined };
    } catch (error) {
      if (!isBatonError(error, 'invalid_state_file')) throw error;
      const setAside = await store.#file?.setAside();
      return { store, setAside, damage: error.message };
    }
  }

  get #tables(): JsonTables {
    return this.#file?.tables ?? this.#own;
  }

  async takeIn({ path, stamp }: SourceStamp, items: readonly MemoryInput[]): Promise<TakenIn> {
    const inputs = distinctInputs(items).map((input) => ({
      input,
      keys: itemKeys(this.#ports.hasher, input),
    }));
    const before = takenBefore(await this.#fresh(), { path, stamp }, inputs);
    if (before !== undefined) return before;
    const now = this.#ports.clock.now().toISOString();
    return this.#later((tables) => {
      tables.sources.set(path, stamp);
      const intake = new JsonIntake(tables, path, now);
      const taken = intake.run(inputs);
      this.#search.changed(intake.stale);
      return taken;
    });
  }

  async stamps(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.#fresh()).sources);
  }

  async forgetSources(sources: readonly string[]): Promise<void> {
    const now = this.#ports.clock.now().toISOString();
    await this.#later((tables) => {
      for (const path of sources) {
        const intake = new JsonIntake(tables, path, now);
        intake.run([]);
        tables.sources.delete(path);
        this.#search.changed(intake.stale);
      }
    });
  }

  async item(id: MemoryId, version?: number): Promise<MemoryItem | undefined> {
    const tables = await this.#fresh();
    const kept = tables.items.get(id);
    if (kept === undefined || version === undefined || version === kept.item.version) {
      return kept === undefined ? undefined : shown(kept);
    }
    return tables.versions.get(id)?.find((one) => one.version === version);
  }

  async items(ids: readonly MemoryId[]): Promise<readonly MemoryItem[]> {
    const tables = await this.#fresh();
    const found = ids.map((id) => tables.items.get(id)).filter((kept) => kept !== undefined);
    return found.map(shown);
  }

  async itemsOf(filter: MemoryFilter, limit: number): Promise<readonly MemoryItem[]> {
    const tables = await this.#fresh();
    const found = [...tables.items.values()].filter((kept) => fits(kept, filter)).map(shown);
    const inTime = found.sort((a, b) => timeOf(a.at) - timeOf(b.at) || (a.id < b.id ? -1 : 1));
    return inTime.slice(Math.max(0, inTime.length - Math.max(0, limit)));
  }

  async pin(id: MemoryId, pinned: boolean): Promise<boolean> {
    return this.#now((tables) => {
      if (!tables.items.has(id)) return undefined;
      return (current) => {
        const kept = current.items.get(id);
        if (kept !== undefined) current.items.set(id, { ...kept, handPinned: pinned });
      };
    });
  }

  async match(match: MemoryMatch): Promise<readonly MemoryHit[]> {
    await this.#fresh();
    return this.#search.match(match);
  }

  async matchSessions(match: MemoryMatch): Promise<readonly SessionHit[]> {
    await this.#fresh();
    return this.#search.matchSessions(match);
  }

  async count(): Promise<{ readonly items: number; readonly current: number; readonly versions: number }> {
    const tables = await this.#fresh();
    const all = [...tables.items.values()];
    const items = all.filter((kept) => fits(kept, { past: true })).length;
    const older = [...tables.versions.values()].flat().length;
    return { items, current: all.filter((kept) => fits(kept, {})).length, versions: items + older };
  }

  async addSummary(summary: MemorySummary): Promise<void> {
    await this.#now(() => (tables) => {
      tables.summaries.set(summary.id, summary);
    });
  }

  async summariesOf(id: MemoryId): Promise<readonly MemorySummary[]> {
    const tables = await this.#fresh();
    const found = [...tables.summaries.values()].filter(
      (one) => one.id === id || one.of.some((part) => part.id === id),
    );
    return found.sort((a, b) => timeOf(b.at) - timeOf(a.at) || (a.id < b.id ? 1 : -1));
  }

  async snapshot(task: TaskId, session: number | null): Promise<RamSnapshot | undefined> {
    return (await this.#fresh()).snapshots.get(snapshotKey({ task, session }))?.at(-1);
  }

  async putSnapshot(snapshot: RamSnapshot, summaries: readonly MemorySummary[] = []): Promise<boolean> {
    const key = snapshotKey(snapshot);
    return this.#now((tables) => {
      const latest = tables.snapshots.get(key)?.at(-1)?.generation ?? 0;
      if (latest !== snapshot.generation - 1) return undefined;
      return (current) => {
        current.snapshots.set(key, [...(current.snapshots.get(key) ?? []), snapshot]);
        for (const summary of summaries) current.summaries.set(summary.id, summary);
      };
    });
  }

  async addEvents(events: readonly MemoryEvent[]): Promise<void> {
    await this.#later((tables) => {
      const numbered = events.map((event, n) => ({ seq: tables.lastEvent + n + 1, event }));
      tables.events = [...tables.events, ...numbered];
      tables.lastEvent += events.length;
    });
  }

  async events(
    after: number,
    limit: number,
  ): Promise<{ readonly events: readonly MemoryEvent[]; readonly last: number }> {
    const tables = await this.#fresh();
    const found = tables.events.filter(({ seq }) => seq > after).slice(0, Math.max(0, limit));
    return { events: found.map(({ event }) => event), last: found.at(-1)?.seq ?? after };
  }

  async prune({ keepSnapshots, before }: RetentionPolicy): Promise<number> {
    const limit = timeOf(before);
    return this.#later((tables) => {
      let gone = 0;
      for (const [key, snapshots] of tables.snapshots) {
        const kept = snapshots.filter((one, n) => {
          const place = snapshots.length - n;
          return place === 1 || (place <= keepSnapshots && timeOf(one.at) >= limit);
        });
        gone += snapshots.length - kept.length;
        tables.snapshots.set(key, kept);
      }
      const events = tables.events.filter(({ event }) => timeOf(event.at) >= limit);
      gone += tables.events.length - events.length;
      tables.events = events;
      return gone;
    });
  }

  async *export(): AsyncIterable<{
    readonly table: string;
    readonly row: Readonly<Record<string, unknown>>;
  }> {
    yield { table: 'meta', row: { schema: jsonSchema } };
    for (const [table, rows] of Object.entries(rowsOf(await this.#fresh()))) {
      for (const row of rows) yield { table, row };
    }
  }

  async close(): Promise<void> {
    await this.#file?.flush();
  }

  async #fresh(): Promise<JsonTables> {
    await this.#file?.refresh();
    return this.#tables;
  }

  /** Applied now, written by and by. */
  async #later<T>(change: (tables: JsonTables) => T): Promise<T> {
    await this.#file?.refresh();
    const first: { result?: T } = {};
    const once = (tables: JsonTables) => {
      const result = change(tables);
      if (!('result' in first)) first.result = result;
    };
    if (this.#file === undefined) once(this.#own);
    else await this.#file.change(once);
    if ('result' in first) return first.result;
    throw new BatonError('io_failed', 'The change was not applied');
  }

  /** On disk when this resolves, if there is a disk. @returns whether `decide` wanted to change something */
  async #now(decide: (tables: JsonTables) => ((tables: JsonTables) => void) | undefined): Promise<boolean> {
    if (this.#file !== undefined) return this.#file.changeNow(decide);
    const change = decide(this.#own);
    change?.(this.#own);
    return change !== undefined;
  }
}
