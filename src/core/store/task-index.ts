/** What is in the task folders, kept up to date by file times and sizes. */
import type { Config } from '../model/config';
import type { TaskId } from '../model/task';
import { compareTaskIds, inTaskIdOrder } from '../model/task-id-order';
import type { FileStat, FolderLook, Ports } from '../ports';
import { isTemporaryName } from './atomic-file';
import { FileEntries } from './file-entries';
import { IndexCache } from './index-cache';
import { KeptList, type LookedAt, madeFrom } from './kept-list';
import { mapBounded } from './map-bounded';
import { isArchiveName, join, taskFilePath } from './paths';
import { type FileEntry, isCurrent, StateFileReader } from './state-file';
import type { TaskRecord, TasksChanged } from './task-record';
import { RecordRow, type RowText, type TaskRow } from './task-row';
import type { WorkspaceGuard } from './workspace-guard';

/** Measured on a local disk: more than this gains nothing, less leaves it idle. */
const filesAtOnce = 32;

interface Candidate {
  readonly path: string;
  readonly kind: FileStat['kind'];
}

/** What may be state files in one folder: where the port can look at all at once, with what it saw. */
interface Listing {
  readonly folder: string;
  readonly names: readonly string[];
  readonly kinds: readonly FileStat['kind'][] | undefined;
  readonly look: FolderLook | undefined;
}

type IsEnough = (listings: readonly Listing[]) => Promise<boolean>;
const never: IsEnough = async () => false;

/** **Invariant:** a refresh reads only files whose time or size changed, that were written a moment ago, or are links. */
export class TaskIndex {
  readonly reader: StateFileReader;
  /** Absolute; the first is where new tasks go. */
  readonly folders: readonly string[];
  readonly #ports: Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>;
  readonly #guard: WorkspaceGuard;
  readonly #root: string;
  readonly #cache: IndexCache;
  readonly #keptList: KeptList;
  readonly #rowText: RowText | undefined;
  /** When a kept list was asked for last. */
  #lookedAt: readonly LookedAt[] | undefined;
  #scanned = false;
  #entries = FileEntries.none;
  #rows: readonly TaskRow[] = [];
  #byId: ReadonlyMap<TaskId, TaskRow> | undefined;
  #records: readonly TaskRecord[] | undefined;
  #running: Promise<TasksChanged> | undefined;
  #queued: Promise<TasksChanged> | undefined;
  /** Entries put while a scan runs: they are newer than what the scan saw. */
  #putMeanwhile = new Map<string, FileEntry>();

  constructor(
    ports: Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>,
    root: string,
    config: Config,
    guard: WorkspaceGuard,
    rowText?: RowText,
  ) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
    this.#rowText = rowText;
    this.#cache = new IndexCache(ports, root, guard, rowText);
    this.#keptList = new KeptList(ports, root, guard);
    this.reader = new StateFileReader(ports, root, guard, rowText);
    this.folders = [
      ...new Set([config.tasks.folder, ...config.tasks.alsoIn].map((name) => join(root, name))),
    ];
  }

  /** All files were looked at once; since then this knows of each at least what it was. */
  get hasLooked(): boolean {
    return this.#scanned;
  }

  /** In id order, one per id. */
  rows(): readonly TaskRow[] {
    return this.#rows;
  }

  /** The rows' records. */
  records(): readonly TaskRecord[] {
    this.#records ??= this.#rows.map(({ record }) => record);
    return this.#records;
  }

  get(id: TaskId): TaskRecord | undefined {
    return this.#table().get(id)?.record;
  }

  /**
   * Looks at every file's time and size and reads what changed. A call during a scan waits for the next one, which
   * all such calls share, since the running one may have passed the change by.
   *
   * @param isEnough asked by a scan of its own when the folders were looked at: true when nobody needs the tasks
   */
  refresh(isEnough?: IsEnough): Promise<TasksChanged> {
    if (this.#running === undefined) {
      this.#running = this.#scan(isEnough).finally(() => {
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

  /**
   * The text that was kept of all tasks, if nothing it was made from has changed; then the tasks are left as they are
   * known. Else as `refresh`.
   *
   * @param about all that the text is made from beside the files
   */
  async keptList(
    about: string,
  ): Promise<{ readonly text: Uint8Array | undefined; readonly changed: TasksChanged }> {
    let text: Uint8Array | undefined;
    this.#lookedAt = undefined;
    const changed = await this.refresh(async (listings) => {
      const looked = listings.flatMap(({ folder, look }) => (look === undefined ? [] : [{ folder, look }]));
      if (looked.length < listings.length) return false;
      const made = madeFrom(about, this.#root, looked);
      this.#lookedAt = made && looked;
      text = made && (await this.#keptList.load(made));
      return text !== undefined;
    });
    return { text, changed };
  }

  /**
   * Keeps a text of all tasks for the next process, in the background, when their files will tell whether it still holds.
   *
   * @param about as for the `keptList` that was asked before
   * @param text made of `rows()` as they are now; UTF-8, in pieces that nobody changes any more
   */
  keepList(about: string, text: readonly Uint8Array[]): void {
    const [looked, entries] = [this.#lookedAt, this.#entries];
    // Told at once in most cases, such as after an edit; the closer look is for the background.
    if (looked === undefined || !entries.areSettled) return;
    const made = () => (isAllOf(entries, looked) ? madeFrom(about, this.#root, looked) : undefined);
    this.#keptList.save(made, text);
  }

  /** Resolves when nothing is being written in the background. */
  async settled(): Promise<void> {
    await Promise.all([this.#cache.settled(), this.#keptList.settled()]);
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
    this.#entries = this.#entries.with([entry]);
    const ids = new Set([before?.task?.id, entry.task?.id].filter((id) => id !== undefined));
    const next = new Map(this.#table());
    for (const id of ids) {
      const group = this.#entries.list.flatMap(({ task }) => (task?.id === id ? [task] : []));
      const row = this.#choose(id, group);
      if (row === undefined) next.delete(id);
      else next.set(id, row);
    }
    return this.#publish(inTaskIdOrder(next.values()), ids);
  }

  /** Names in the task folders that may be state files. */
  async candidates(): Promise<readonly Candidate[]> {
    const lists = await Promise.all(
      this.folders.map((folder) => this.#inside(folder, () => this.#list(folder))),
    );
    return lists.flatMap((listing) => (listing === undefined ? [] : [...candidatesOf(listing)]));
  }

  /** Undefined when the folder is not there or leads out of the workspace folder. */
  async #inside<T>(folder: string, look: () => Promise<T>): Promise<T | undefined> {
    const real = await this.#guard.resolve(folder);
    if (real === undefined) return undefined;
    if (real !== 'outside') return look();
    this.#ports.log.warn(`${folder} is a link that leads out of the workspace folder; it is not followed`);
    return undefined;
  }

  async #list(folder: string): Promise<Listing> {
    const entries = ((await this.#ports.fs.list(folder)) ?? []).filter(
      ({ name, kind }) => kind !== 'directory' && isStateFileName(name),
    );
    const [names, kinds] = [entries.map(({ name }) => name), entries.map(({ kind }) => kind)];
    return { folder, names, kinds, look: undefined };
  }

  async #lookAt(folder: string): Promise<Listing> {
    const { fs } = this.#ports;
    if (fs.lookAt === undefined) return this.#list(folder);
    const look = await fs.lookAt(folder, isStateFileName);
    return { folder, names: look?.names ?? [], kinds: undefined, look };
  }

  async #scan(isEnough: IsEnough = never): Promise<TasksChanged> {
    this.#putMeanwhile = new Map();
    const looks = await Promise.all(
      this.folders.map((folder) => this.#inside(folder, () => this.#lookAt(folder))),
    );
    const listings = looks.filter((listing) => listing !== undefined);
    if (await isEnough(listings)) return nothingChanged;
    const known = await this.#known(listings.reduce((sum, { names }) => sum + names.length, 0));
    const loaded = await this.#load(listings, known);
    this.#entries = this.#putMeanwhile.size === 0 ? loaded : loaded.with(this.#putMeanwhile.values());
    const next = this.#onePerId(inTaskIdOrder(this.#entries.tasks));
    const changed = this.#publish(next);
    if (loaded !== known || this.#cache.lacksTexts) this.#cache.save(this.#entries);
    return changed;
  }

  /** What this process knows; at its first scan, also what the last one left. */
  async #known(files: number): Promise<FileEntries> {
    if (this.#scanned) return this.#entries;
    const cached = await this.#cache.load(files);
    this.#scanned = true;
    return this.#entries.size === 0 ? cached : cached.with(this.#entries);
  }

  /** In the order of the listings; `known` itself when it tells all of it. */
  async #load(listings: readonly Listing[], known: FileEntries): Promise<FileEntries> {
    const few = await this.#loadChanged(listings, known);
    if (few !== undefined) return few;
    const current: FileEntry[] = [];
    const toRead: Candidate[] = [];
    for (const listing of listings) {
      for (const candidate of unchanged(listing, known, current)) toRead.push(candidate);
    }
    if (current.length === known.size && toRead.length === 0) return known;
    const loaded = await mapBounded(toRead, filesAtOnce, ({ path, kind }) =>
      this.reader.load(path, kind, known.get(path)),
    );
    return FileEntries.of([...current, ...loaded.filter((entry) => entry !== undefined)]);
  }

  /** The short way, for files that were edited where they are; undefined when the long one must be taken. */
  async #loadChanged(listings: readonly Listing[], known: FileEntries): Promise<FileEntries | undefined> {
    const [listing] = listings;
    if (listing?.look === undefined || listings.length !== 1) return undefined;
    const { folder, names, look } = listing;
    const changed = known.changed(folder, look);
    if (changed === undefined) return undefined;
    const loaded = await mapBounded(changed, filesAtOnce, (at) => {
      const kind = look.plain[at] === 1 ? 'file' : 'other';
      return this.reader.load(`${folder}/${names[at]}`, kind, known.at(at));
    });
    return known.replaced(new Map(changed.map((at, nth) => [at, loaded[nth]])));
  }

  /** @param rows in id order */
  #onePerId(rows: readonly TaskRow[]): readonly TaskRow[] {
    if (!rows.some((row, at) => row.id === rows[at + 1]?.id)) return rows;
    const groups = new Map<TaskId, TaskRow[]>();
    for (const row of rows) {
      const group = groups.get(row.id);
      if (group === undefined) groups.set(row.id, [row]);
      else group.push(row);
    }
    return [...groups].flatMap(([id, group]) => this.#choose(id, group) ?? []);
  }

  /** Of several files for one id the one with the conventional name counts, else the first by path. */
  #choose(id: TaskId, group: readonly TaskRow[]): TaskRow | undefined {
    if (group.length <= 1) return group[0];
    const rank = (record: TaskRecord) => {
      const folder = this.folders.findIndex((candidate) => taskFilePath(candidate, id) === record.path);
      return folder < 0 ? this.folders.length : folder;
    };
    const records = group.map(({ record }) => record);
    const [first, ...others] = records.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
    if (first === undefined) return undefined;
    const duplicates = others.map(({ relativePath }) => relativePath);
    const problems = ['duplicate_id' as const, ...first.problems];
    return new RecordRow({ ...first, problems, duplicates }, this.#rowText);
  }

  #table(): ReadonlyMap<TaskId, TaskRow> {
    this.#byId ??= new Map(this.#rows.map((row) => [row.id, row]));
    return this.#byId;
  }

  /**
   * @param next in id order, one per id
   * @param ids of all that may differ; any may, unless given
   */
  #publish(next: readonly TaskRow[], ids?: Iterable<TaskId>): TasksChanged {
    const isFirst = this.#rows.length === 0;
    const before = this.#table();
    this.#rows = next;
    this.#byId = undefined;
    this.#records = undefined;
    if (isFirst) return { added: next.map(({ id }) => id), changed: [], removed: [] };
    const after = this.#table();
    return differences(before, after, new Set(ids ?? [...before.keys(), ...after.keys()]));
  }
}

/** Puts what has not changed into `current`; the others are to be read. */
function* unchanged(listing: Listing, known: FileEntries, current: FileEntry[]): Generator<Candidate, void> {
  const { folder, names, look } = listing;
  if (look === undefined) return yield* candidatesOf(listing);
  const nextKnown = inOrder(known);
  for (const [at, name] of names.entries()) {
    const path = `${folder}/${name}`;
    const isPlain = look.plain[at] === 1;
    const entry = isPlain ? nextKnown(path) : undefined;
    if (isCurrent(entry, look.mtimeMs[at], look.ctimeMs[at], look.size[at])) current.push(entry);
    else yield { path, kind: isPlain ? 'file' : 'other' };
  }
}

/** Whether they are of the very files that were looked at, as they were then, and their times and sizes tell what is in them. */
function isAllOf(entries: FileEntries, looked: readonly LookedAt[]): boolean {
  const same: FileEntry[] = [];
  const isAll = looked.every(({ folder, look }) => {
    const others = unchanged({ folder, names: look.names, kinds: undefined, look }, entries, same);
    return others.next().done === true;
  });
  return isAll && same.length === entries.size;
}

/** Looks entries up by path. Most often they are asked for in the order they have, which costs no table of paths. */
function inOrder(entries: FileEntries): (path: string) => FileEntry | undefined {
  let next = 0;
  return (path) => {
    // One may have gone.
    for (let at = next; at <= next + 1; at++) {
      const entry = entries.list[at];
      if (entry?.path !== path) continue;
      next = at + 1;
      return entry;
    }
    return entries.get(path);
  };
}

function* candidatesOf({ folder, names, kinds }: Listing): Generator<Candidate, void> {
  for (const [at, name] of names.entries()) yield { path: `${folder}/${name}`, kind: kinds?.[at] ?? 'other' };
}

function differences(
  rows: ReadonlyMap<TaskId, TaskRow>,
  next: ReadonlyMap<TaskId, TaskRow>,
  ids: ReadonlySet<TaskId>,
): TasksChanged {
  const added: TaskId[] = [];
  const changed: TaskId[] = [];
  const removed: TaskId[] = [];
  for (const id of ids) {
    const [before, after] = [rows.get(id), next.get(id)];
    if (after === undefined) {
      if (before !== undefined) removed.push(id);
    } else if (before === undefined) added.push(id);
    else if (before !== after && !isSame(before.record, after.record)) changed.push(id);
  }
  for (const list of [added, changed, removed]) list.sort(compareTaskIds);
  return { added, changed, removed };
}

export const nothingChanged: TasksChanged = { added: [], changed: [], removed: [] };

/** Markdown that Baton itself did not put beside the state files. */
export function isStateFileName(name: string): boolean {
  return /\.md$/i.test(name) && !name.startsWith('.') && !isArchiveName(name) && !isTemporaryName(name);
}

function isSame(a: TaskRecord, b: TaskRecord): boolean {
  return (
    a.version === b.version &&
    a.path === b.path &&
    a.size === b.size &&
    a.problems.join() === b.problems.join() &&
    a.duplicates.join('\n') === b.duplicates.join('\n')
  );
}
