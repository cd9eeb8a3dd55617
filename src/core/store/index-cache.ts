/**
 * What a process learned of the state files, kept for the next one, so that a command line over ten thousand tasks
 * reads only what changed. Machine-owned, ignored by git, and worth nothing but time.
 */
import type { Ports } from '../ports';
import { replaceFile } from './atomic-file';
import { FileEntries } from './file-entries';
import { encodeEntries, isCacheable } from './index-cache-format';
import { decodeEntries } from './index-cache-table';
import { folderOf, join, paths } from './paths';
import type { RowText } from './task-row';
import type { WorkspaceGuard } from './workspace-guard';

/** Below this, reading the files takes less than a few milliseconds. */
const worthFiles = 200;
/** So many files in a hundred must be read anew before writing the cache costs less than reading them next time. */
const worthPercent = 1;
const earlierCache = 'index.json';
const maxCacheBytes = 256 * 1024 * 1024;

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
  /** As far as this process knows. */
  #onDisk = FileEntries.none;
  #lacksTexts = false;
  #saving: Promise<void> | undefined;

  constructor(ports: CachePorts, root: string, guard: WorkspaceGuard, rowText?: RowText) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
    this.#rowText = rowText;
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
    if (this.#saving !== undefined || entries.size < worthFiles || !this.#isWorth(entries)) return;
    this.#saving = this.#write(entries)
      .catch((error: unknown) => this.#ports.log.debug(`The index cache was not written: ${String(error)}`))
      .finally(() => {
        this.#saving = undefined;
      });
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#saving;
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
    const { fs } = this.#ports;
    const path = paths.indexCache(this.#root);
    const stat = await fs.stat(path);
    // A link in somebody's repository may lead anywhere, also to a device without end.
    if (stat?.kind !== 'file' || stat.size > maxCacheBytes) return undefined;
    if ((await this.#guard.resolve(path)) === 'outside') return undefined;
    const bytes = await fs.read(path);
    const cached = bytes && decodeEntries(bytes, this.#root, this.#rowText);
    this.#lacksTexts = cached?.hasTexts === false;
    return cached && FileEntries.of(cached);
  }

  async #write(entries: FileEntries): Promise<void> {
    const { fs, clock } = this.#ports;
    // Whoever asked for the tasks goes on first.
    await clock.delay(0);
    // Without it git would see the cache, and a folder that is only looked at gets none.
    if ((await fs.stat(paths.gitignore(this.#root))) === undefined) return;
    const path = paths.indexCache(this.#root);
    await fs.mkdir(await this.#guard.forWriting(folderOf(path)));
    const bytes = encodeEntries(entries, this.#root, this.#rowText);
    await replaceFile(fs, await this.#guard.forWriting(path), bytes, { durable: false });
    this.#onDisk = entries;
    this.#lacksTexts = false;
    // An earlier version's cache, which nobody reads any more.
    await fs.remove(join(await this.#guard.forWriting(folderOf(path)), earlierCache));
  }
}
