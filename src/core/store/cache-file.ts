/** A file in Baton's cache folder: machine-owned, ignored by git, never needed. */
import type { Ports } from '../ports';
import { replaceFile } from './atomic-file';
import { folderOf, paths } from './paths';
import type { WorkspaceGuard } from './workspace-guard';

/** Below this, reading the files takes less than a few milliseconds. */
export const worthFiles = 200;
const maxCacheBytes = 256 * 1024 * 1024;

export class CacheFile {
  readonly #ports: Pick<Ports, 'fs' | 'clock' | 'log'>;
  readonly #root: string;
  readonly #guard: WorkspaceGuard;
  readonly #path: string;
  #writing: Promise<void> | undefined;

  /** @param path absolute, in the cache folder of `root` */
  constructor(ports: Pick<Ports, 'fs' | 'clock' | 'log'>, root: string, guard: WorkspaceGuard, path: string) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = guard;
    this.#path = path;
  }

  /** Undefined when there is none, or no plain file inside the workspace folder. Throws what the file system throws. */
  async read(): Promise<Uint8Array | undefined> {
    return (await this.#isReadable()) ? this.#ports.fs.read(this.#path) : undefined;
  }

  /** Its beginning, at most so long; undefined as for `read`. */
  async readHead(length: number): Promise<Uint8Array | undefined> {
    return (await this.#isReadable()) ? this.#ports.fs.readAt(this.#path, 0, length) : undefined;
  }

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /**
   * Replaces the file in the background. Never throws.
   *
   * @param encode called when whoever asked for the tasks has gone on; undefined when there is nothing to write after all
   * @param written called when it is there
   */
  write(encode: () => Uint8Array | undefined, written: () => Promise<void> = async () => undefined): void {
    this.#writing = this.#replace(encode, written)
      .catch((error: unknown) => this.#ports.log.debug(`${this.#path} was not written: ${String(error)}`))
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #isReadable(): Promise<boolean> {
    const stat = await this.#ports.fs.stat(this.#path);
    // A link in somebody's repository may lead anywhere, also to a device without end.
    if (stat?.kind !== 'file' || stat.size > maxCacheBytes) return false;
    return (await this.#guard.resolve(this.#path)) !== 'outside';
  }

  async #replace(encode: () => Uint8Array | undefined, written: () => Promise<void>): Promise<void> {
    const { fs, clock } = this.#ports;
    await clock.delay(0);
    // Without it git would see the cache, and a folder that is only looked at gets none.
    if ((await fs.stat(paths.gitignore(this.#root))) === undefined) return;
    const bytes = encode();
    if (bytes === undefined) return;
    await fs.mkdir(await this.#guard.forWriting(folderOf(this.#path)));
    await replaceFile(fs, await this.#guard.forWriting(this.#path), bytes, { durable: false });
    await written();
  }
}
