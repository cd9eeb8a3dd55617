/** What is in the task folders, kept up to date by file times and sizes. */
import type { Config } from '../model/config';
import type { TaskId } from '../model/task';
import { compareTaskIds, inTaskIdOrder } from '../model/task-id-order';
import type { FileStat, Ports } from '../ports';
import { isTemporaryName } from './atomic-file';
import { IndexCache } from './index-cache';
import { mapBounded } from './map-bounded';
import { isArchiveName, join, taskFilePath } from './paths';
import { type FileEntry, isCurrent, StateFileReader } from './state-file';
import type { TaskRecord, TasksChanged } from './task-record';
import type { WorkspaceGuard } from './workspace-guard';

/** Measured on a local disk: more than this gains nothing, less leaves it idle. */
const filesAtOnce = 32;

interface Candidate {
  readonly path: string;
  readonly kind: FileStat['kind'];
}

/** **Invariant:** a refresh reads only files whose time or size changed, or that were written a moment ago. */
export class TaskIndex {
  readonly reader: StateFileReader;
  /** Absolute; the first is where new tasks go. */
  readonly folders: readonly string[];
  readonly #ports: Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>;
  readonly #guard: WorkspaceGuard;
  readonly #cache: IndexCache;
  #scanned = false;
  #entries = new Map<string, FileEntry>();
  #records = new Map<TaskId, TaskRecord>();
  #sorted: readonly TaskRecord[] | undefined;
  #running: Promise<TasksChanged> | undefined;
  #queued: Promise<TasksChanged> | undefined;
  /** Entries put while a scan runs: they are newer than what the scan saw. */
  #putMeanwhile = new Map<string, FileEntry>();

  constructor(
    ports: Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>,
    root: string,
    config: Config,
    guard: WorkspaceGuard,
  ) {
    this.#ports = ports;
    this.#guard = guard;
    this.#cache = new IndexCache(ports, root, guard);
    this.reader = new StateFileReader(ports, root, guard);
    this.folders = [
      ...new Set([config.tasks.folder, ...config.tasks.alsoIn].map((name) => join(root, name))),
    ];
  }

  /** In id order, one per id. */
  records(): readonly TaskRecord[] {
    this.#sorted ??= inTaskIdOrder(this.#records.values());
    return this.#sorted;
  }

  get(id: TaskId): TaskRecord | undefined {
    return this.#records.get(id);
  }

  /**
   * Looks at every file's time and size and reads what changed. A call during a scan waits for the next one, which
   * all such calls share, since the running one may have passed the change by.
   */
  refresh(): Promise<TasksChanged> {
    if (this.#running === undefined) {
      this.#running = this.#scan().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#queued ??= this.#running
      .catch(() => undefined) // Its own callers hear of that failure.
      .then(() => {
        this.#queued = undefined;
        return this.refresh();
      });
    return this.#queued;
  }

  /** Resolves when nothing is being written in the background. */
  settled(): Promise<void> {
    return this.#cache.settled();
  }

  /** The entry of one file as it is now, without looking at any other. */
  load(path: string): Promise<FileEntry | undefined> {
    // `other`, since without a listing it may be a link.
    return this.reader.load(path, 'other', this.#entries.get(path));
  }

  /** Takes over what is known to be on disk. */
  put(entry: FileEntry): TasksChanged {
    this.#putMeanwhile.set(entry.path, entry);
    const before = this.#entries.get(entry.path);
    if (before === entry) return nothingChanged;
    this.#entries.set(entry.path, entry);
    const ids = new Set([before?.task?.id, entry.task?.id].filter((id) => id !== undefined));
    const next = new Map(this.#records);
    for (const id of ids) {
      const group = [...this.#entries.values()].flatMap(({ task }) => (task?.id === id ? [task] : []));
      const record = this.#choose(id, group);
      if (record === undefined) next.delete(id);
      else next.set(id, record);
    }
    return this.#publish(next, ids);
  }

  /** Names in the task folders that may be state files. */
  async candidates(): Promise<readonly Candidate[]> {
    const lists = await Promise.all(this.folders.map((folder) => this.#listFolder(folder)));
    return lists.flat();
  }

  async #listFolder(folder: string): Promise<readonly Candidate[]> {
    const real = await this.#guard.resolve(folder);
    if (real === undefined) return [];
    if (real === 'outside') {
      this.#ports.log.warn(`${folder} is a link that leads out of the workspace folder; it is not followed`);
      return [];
    }
    const entries = (await this.#ports.fs.list(folder)) ?? [];
    return entries
      .filter(({ name, kind }) => kind !== 'directory' && isStateFileName(name))
      .map(({ name, kind }) => ({ path: `${folder}/${name}`, kind }));
  }

  async #scan(): Promise<TasksChanged> {
    this.#putMeanwhile = new Map();
    const candidates = await this.candidates();
    const known = await this.#known(candidates.length);
    const { entries, readAny } = await this.#load(candidates, known);
    for (const entry of this.#putMeanwhile.values()) entries.set(entry.path, entry);
    this.#entries = entries;
    const next = this.#group(entries.values());
    const changed = this.#publish(next, new Set([...this.#records.keys(), ...next.keys()]));
    if (readAny || entries.size !== known.size) this.#cache.save(entries);
    return changed;
  }

  /** What this process knows; at its first scan, also what the last one left. */
  async #known(files: number): Promise<ReadonlyMap<string, FileEntry>> {
    if (this.#scanned) return this.#entries;
    const cached = await this.#cache.load(files);
    this.#scanned = true;
    return this.#entries.size === 0 ? cached : new Map([...cached, ...this.#entries]);
  }

  /** In the order of the listing, by path. */
  async #load(
    candidates: readonly Candidate[],
    known: ReadonlyMap<string, FileEntry>,
  ): Promise<{ readonly entries: Map<string, FileEntry>; readonly readAny: boolean }> {
    const current: FileEntry[] = [];
    const toRead: Candidate[] = [];
    // One call for all, since a promise a file takes longer than the look at the file itself.
    const stats = await this.#ports.fs.statAll?.(candidates.map(({ path }) => path));
    for (let at = 0; at < candidates.length; at++) {
      const candidate = candidates[at];
      if (candidate === undefined) continue;
      const stat = candidate.kind === 'file' ? stats?.[at] : undefined;
      const entry = known.get(candidate.path);
      if (stat !== undefined && isCurrent(entry, stat)) current.push(entry);
      else toRead.push(candidate);
    }
    // Nothing changed: what is known is the answer as it is.
    if (current.length === known.size && toRead.length === 0)
      return { entries: new Map(known), readAny: false };
    const entries = new Map(current.map((entry) => [entry.path, entry]));
    const loaded = await mapBounded(toRead, filesAtOnce, ({ path, kind }) =>
      this.reader.load(path, kind, known.get(path)),
    );
    for (const entry of loaded) if (entry !== undefined) entries.set(entry.path, entry);
    return { entries, readAny: toRead.length > 0 };
  }

  #group(entries: Iterable<FileEntry>): Map<TaskId, TaskRecord> {
    const records = new Map<TaskId, TaskRecord>();
    const shared = new Map<TaskId, TaskRecord[]>();
    for (const { task } of entries) {
      if (task === undefined) continue;
      const other = records.get(task.id);
      if (other === undefined) records.set(task.id, task);
      else shared.set(task.id, [...(shared.get(task.id) ?? [other]), task]);
    }
    for (const [id, group] of shared) {
      const record = this.#choose(id, group);
      if (record !== undefined) records.set(id, record);
    }
    return records;
  }

  /** Of several files for one id the one with the conventional name counts, else the first by path. */
  #choose(id: TaskId, group: readonly TaskRecord[]): TaskRecord | undefined {
    if (group.length <= 1) return group[0];
    const rank = (record: TaskRecord) => {
      const folder = this.folders.findIndex((candidate) => taskFilePath(candidate, id) === record.path);
      return folder < 0 ? this.folders.length : folder;
    };
    const ordered = [...group].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
    const [first, ...others] = ordered;
    if (first === undefined) return undefined;
    const duplicates = others.map(({ relativePath }) => relativePath);
    return { ...first, problems: ['duplicate_id', ...first.problems], duplicates };
  }

  #publish(next: Map<TaskId, TaskRecord>, ids: ReadonlySet<TaskId>): TasksChanged {
    if (this.#records.size === 0) return this.#publishFirst(next);
    const added: TaskId[] = [];
    const changed: TaskId[] = [];
    const removed: TaskId[] = [];
    for (const id of ids) {
      const before = this.#records.get(id);
      const after = next.get(id);
      if (after === undefined) {
        if (before !== undefined) removed.push(id);
      } else if (before === undefined) added.push(id);
      else if (!isSame(before, after)) changed.push(id);
    }
    this.#records = next;
    this.#sorted = undefined;
    for (const list of [added, changed, removed]) list.sort(compareTaskIds);
    return { added, changed, removed };
  }

  /** Everything is new, and sorted once. */
  #publishFirst(next: Map<TaskId, TaskRecord>): TasksChanged {
    this.#records = next;
    this.#sorted = undefined;
    return { added: this.records().map(({ id }) => id), changed: [], removed: [] };
  }
}

export const nothingChanged: TasksChanged = { added: [], changed: [], removed: [] };

/** Markdown that Baton itself did not put beside the state files. */
export function isStateFileName(name: string): boolean {
  return /\.md$/i.test(name) && !name.startsWith('.') && !isArchiveName(name) && !isTemporaryName(name);
}

function isSame(a: TaskRecord, b: TaskRecord): boolean {
  return (
    a === b ||
    (a.version === b.version &&
      a.path === b.path &&
      a.size === b.size &&
      a.problems.join() === b.problems.join() &&
      a.duplicates.join('\n') === b.duplicates.join('\n'))
  );
}
