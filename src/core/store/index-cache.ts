/**
 * What a process learned of the state files, kept for the next one, so that a command line over ten thousand tasks
 * reads only what changed. Machine-owned, ignored by git, and worth nothing but time.
 */
import type { Ports } from '../ports';
import { CacheFile, worthFiles } from './cache-file';
import { FileEntries } from './file-entries';
import { encodeEntries, isCacheable } from './index-cache-format';
import { decodeEntries } from './index-cache-table';
import { folderOf, join, paths } from './paths';
import type { RowText } from './task-row';
import type { WorkspaceGuard } from './workspace-guard';

/** So many files in a hundred must be read anew before writing the cache costs less than reading them next time. */
const worthPercent = 1;
const earlierCache = 'index.json';

type CachePorts = Pick<Ports, 'fs' | 'clock' | 'log'>;

/**
 * **Invariant:** a wrong, old, torn or hostile cache costs time and nothing else: a file whose time or size is not the
 * cached one is read.
 */
export class IndexCache {
  readonly #ports: CachePorts;
  readonly #root: string;
  readonly #guard: WorkspaceGuard;
  readonly #rowText: RowText | undefined;
  readonly #file: CacheFile;
  /** As far as this process knows. */
  #onDisk = FileEntries.none;
  #lacksTexts = false;

  constructor(ports: CachePorts, root: string, guard: WorkspaceGuard, rowText?: RowText) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
    this.#rowText = rowText;
    this.#file = new CacheFile(ports, root, guard, paths.indexCache(root));
  }

  /** What the last process left; nothing for so few files that it is not worth it. Never throws. */
  async load(files: number): Promise<FileEntries> {
    if (files < worthFiles) return this.#onDisk;
    try {
      this.#onDisk = (await this.#read()) ?? FileEntries.none;
    } catch (error) {
      this.#ports.log.debug(`The index cache was not read: ${String(error)}`);
    }
    return this.#onDisk;
  }

  /** What is on disk is without the texts that this process keeps, and worth writing for them alone. */
  get lacksTexts(): boolean {
    return this.#lacksTexts;
  }

  /** Writes the cache in the background when that is worth it. Entries of other files are forgotten. Never throws. */
  save(entries: FileEntries): void {
    if (this.#file.isWriting || entries.size < worthFiles || !this.#isWorth(entries)) return;
    this.#file.write(
      () => encodeEntries(entries, this.#root, this.#rowText),
      () => this.#written(entries),
    );
  }

  /** Resolves when nothing is being written. */
  settled(): Promise<void> {
    return this.#file.settled();
  }

  #isWorth(entries: FileEntries): boolean {
    if (this.#lacksTexts) return true;
    return this.#changes(entries) * 100 >= entries.size * worthPercent;
  }

  #changes(entries: FileEntries): number {
    const told = entries.changesOf(this.#onDisk);
    if (told !== undefined) return told;
    const onDisk = new Set(this.#onDisk);
    let same = 0;
    let changed = 0;
    for (const entry of entries) {
      if (onDisk.has(entry)) same++;
      else if (isCacheable(entry)) changed++;
    }
    return Math.max(changed, onDisk.size - same);
  }

  async #read(): Promise<FileEntries | undefined> {
    const bytes = await this.#file.read();
    const cached = bytes && decodeEntries(bytes, this.#root, this.#rowText);
    this.#lacksTexts = cached?.hasTexts === false;
    return cached && FileEntries.of(cached);
  }

  async #written(entries: FileEntries): Promise<void> {
    this.#onDisk = entries;
    this.#lacksTexts = false;
    // An earlier version's cache, which nobody reads any more.
    const folder = folderOf(paths.indexCache(this.#root));
    await this.#ports.fs.remove(join(await this.#guard.forWriting(folder), earlierCache));
  }
}
