/** What the index knows of the files, in the order in which they were found, and by path where somebody asks. */
import type { FolderLook } from '../ports';
import type { CachedEntries } from './index-cache-table';
import type { FileEntry } from './state-file';
import type { TaskRow } from './task-row';

/** By position; undefined: there is no such file any more. */
type Replaced = ReadonlyMap<number, FileEntry | undefined>;
const nothing: Replaced = new Map();

/** Never changes. Who asks only what is not as it was, and for the tasks, costs neither entries nor paths. */
export class FileEntries implements Iterable<FileEntry> {
  readonly #cached: CachedEntries | undefined;
  /** Of what is cached. */
  readonly #replaced: Replaced;
  #list: readonly FileEntry[] | undefined;
  #byPath: ReadonlyMap<string, FileEntry> | undefined;

  private constructor(source: CachedEntries | readonly FileEntry[], replaced: Replaced) {
    this.#replaced = replaced;
    if ('changed' in source) this.#cached = source;
    else this.#list = source;
  }

  static readonly none = FileEntries.of([]);

  /** @param source one per path */
  static of(source: CachedEntries | readonly FileEntry[]): FileEntries {
    return new FileEntries(source, nothing);
  }

  get list(): readonly FileEntry[] {
    this.#list ??= this.#present(this.#cached?.list() ?? [], (entry) => entry);
    return this.#list;
  }

  get size(): number {
    return (
      this.#list?.length ?? (this.#replaced.size === 0 ? this.#cached?.size : undefined) ?? this.list.length
    );
  }

  /** The tasks of the files that are some. */
  get tasks(): readonly TaskRow[] {
    const tasks =
      this.#list?.map(({ task }) => task) ?? this.#present(this.#cached?.tasks ?? [], (entry) => entry.task);
    return tasks.filter((task) => task !== undefined);
  }

  get(path: string): FileEntry | undefined {
    this.#byPath ??= new Map(this.list.map((entry) => [entry.path, entry]));
    return this.#byPath.get(path);
  }

  /** The one at a position of `list`. */
  at(position: number): FileEntry | undefined {
    const list = this.#list;
    if (list !== undefined) return list[position];
    return this.#replaced.size === 0 ? this.#cached?.at(position) : this.list[position];
  }

  /**
   * The positions of the files of that one folder that are not as they were. Undefined where that takes a closer look.
   */
  changed(folder: string, look: FolderLook): readonly number[] | undefined {
    return this.#replaced.size === 0 ? this.#cached?.changed(folder, look) : undefined;
  }

  /** @param entries by the positions that `changed` told */
  replaced(entries: Replaced): FileEntries {
    return entries.size === 0 || this.#cached === undefined ? this : new FileEntries(this.#cached, entries);
  }

  /** None is known to be of a file that may change without showing it. What is cached is of none. */
  get areSettled(): boolean {
    const read = this.#list ?? [...this.#replaced.values()];
    return read.every((entry) => entry?.settled !== false);
  }

  /** How many were replaced in `other` to make this; undefined when this was not made so. */
  changesOf(other: FileEntries): number | undefined {
    if (this === other) return 0;
    const isMadeOfIt = this.#cached !== undefined && this.#cached === other.#cached;
    return isMadeOfIt && other.#replaced.size === 0 ? this.#replaced.size : undefined;
  }

  /** These in the place of what is known of the same paths. */
  with(entries: Iterable<FileEntry>): FileEntries {
    const merged = new Map(this.list.map((entry) => [entry.path, entry]));
    for (const entry of entries) merged.set(entry.path, entry);
    return FileEntries.of([...merged.values()]);
  }

  [Symbol.iterator](): Iterator<FileEntry> {
    return this.list[Symbol.iterator]();
  }

  #present<T>(cached: readonly (T | undefined)[], part: (entry: FileEntry) => T | undefined): readonly T[] {
    const all = [...cached];
    for (const [at, entry] of this.#replaced) all[at] = entry && part(entry);
    return all.filter((one) => one !== undefined);
  }
}
