/**
 * What a process learned of the state files, kept for the next one, so that a command line over ten thousand tasks
 * reads only what changed. Machine-owned, ignored by git, and worth nothing but time.
 */
import type { Ports } from '../ports';
import { replaceFile } from './atomic-file';
import { decodeEntries, encodeEntries, isCacheable } from './index-cache-format';
import { folderOf, paths } from './paths';
import type { FileEntry } from './state-file';
import type { WorkspaceGuard } from './workspace-guard';

/** Below this, reading the files takes less than a few milliseconds. */
const worthFiles = 200;
/** So many files in a hundred must be read anew before writing the cache costs less than reading them next time. */
const worthPercent = 1;
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
  /** As far as this process knows. */
  #onDisk: ReadonlyMap<string, FileEntry> = new Map();
  #saving: Promise<void> | undefined;

  constructor(ports: CachePorts, root: string, guard: WorkspaceGuard) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
  }

  /** What the last process left, by absolute path; nothing for so few files that it is not worth it. Never throws. */
  async load(files: number): Promise<ReadonlyMap<string, FileEntry>> {
    if (files < worthFiles) return this.#onDisk;
    try {
      this.#onDisk = (await this.#read()) ?? new Map();
    } catch (error) {
      this.#ports.log.debug(`The index cache was not read: ${String(error)}`);
    }
    return this.#onDisk;
  }

  /** Writes the cache in the background when that is worth it. Entries of other files are forgotten. Never throws. */
  save(entries: ReadonlyMap<string, FileEntry>): void {
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

  #isWorth(entries: ReadonlyMap<string, FileEntry>): boolean {
    let same = 0;
    let changed = 0;
    for (const [path, entry] of entries) {
      if (this.#onDisk.get(path) === entry) same++;
      else if (isCacheable(entry)) changed++;
    }
    const gone = this.#onDisk.size - same;
    return Math.max(changed, gone) * 100 >= entries.size * worthPercent;
  }

  async #read(): Promise<Map<string, FileEntry> | undefined> {
    const { fs } = this.#ports;
    const path = paths.indexCache(this.#root);
    const stat = await fs.stat(path);
    // A link in somebody's repository may lead anywhere, also to a device without end.
    if (stat?.kind !== 'file' || stat.size > maxCacheBytes) return undefined;
    if ((await this.#guard.resolve(path)) === 'outside') return undefined;
    const bytes = await fs.read(path);
    return bytes === undefined ? undefined : decodeEntries(bytes, this.#root);
  }

  async #write(entries: ReadonlyMap<string, FileEntry>): Promise<void> {
    const { fs, clock } = this.#ports;
    // Whoever asked for the tasks goes on first.
    await clock.delay(0);
    // Without it git would see the cache, and a folder that is only looked at gets none.
    if ((await fs.stat(paths.gitignore(this.#root))) === undefined) return;
    const path = paths.indexCache(this.#root);
    await fs.mkdir(await this.#guard.forWriting(folderOf(path)));
    const bytes = encodeEntries(entries.values(), this.#root);
    await replaceFile(fs, await this.#guard.forWriting(path), bytes, { durable: false });
    this.#onDisk = entries;
  }
}
