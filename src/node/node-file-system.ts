/** The FileSystem port on Node: one system call each where the platform allows it. */
import * as fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BatonError } from '../core/base/baton-error';
import { SyncError } from '../core/base/sync-error';
import type { FileStat, FileSystem, FolderLook } from '../core/ports';
import { errnoOf, ioFailed, notPlain } from './io-failure';
import { portablePath } from './portable-path';
import { retryBusy } from './retry-busy';
import { fsPromises } from './slow-modules';

// The callback forms: over ten thousand small files they take half the time of `fs.promises`.
const statFile = promisify(fs.stat);

/** A file of up to so many bytes is read in one call. */
const readAtOnce = 524_288;
/** Undefined on Windows. Else opening a pipe would wait for somebody who writes to it. */
const forReading = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

/** Where the file system has no hard links; everything else is a failure to report. */
const noHardLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);
/** A folder cannot be fsynced here, as opposed to an fsync that failed. */
const noDirectorySync = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EBADF']);

export interface NodeFileSystemOptions {
  /**
   * Reads with blocking calls, which is more than twice as fast on a local disk. For a program that does one thing
   * and ends; never in the editor, where a slow disk would stop everybody.
   */
  readonly blockingReads?: boolean;
}

export class NodeFileSystem implements FileSystem {
  readonly #blockingReads: boolean;

  /** Only where reads may block: there it saves a promise a file. */
  readonly lookAt?: NonNullable<FileSystem['lookAt']>;

  constructor(options: NodeFileSystemOptions = {}) {
    this.#blockingReads = options.blockingReads ?? false;
    if (this.#blockingReads) {
      this.lookAt = (path, isWanted) => absentAsUndefined('list', path, async () => lookAt(path, isWanted));
    }
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return absentAsUndefined('read', path, async () =>
      this.#blockingReads ? readNow(path) : readPlain(path),
    );
  }

  async readAt(path: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    if (this.#blockingReads) {
      return absentAsUndefined('read', path, async () => readAt(path, offset, length));
    }
    return absentAsUndefined('read', path, () =>
      withHandle(path, 'r', async (handle) => {
        const buffer = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      }),
    );
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return absentAsUndefined('look at', path, async () => {
      const stat = this.#blockingReads ? fs.statSync(path) : await statFile(path);
      return fileStat(stat);
    });
  }

  async list(path: string): Promise<readonly { name: string; kind: FileStat['kind'] }[] | undefined> {
    return absentAsUndefined('list', path, async () => {
      const options = { withFileTypes: true } as const;
      const entries = this.#blockingReads
        ? fs.readdirSync(path, options)
        : await fsPromises().readdir(path, options);
      return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
    });
  }

  async mkdir(path: string, options: { readonly mode?: number } = {}): Promise<void> {
    await reported('create', path, () => fsPromises().mkdir(path, { ...options, recursive: true }));
  }

  async createExclusive(
    path: string,
    data: Uint8Array,
    options: { readonly sync: boolean; readonly mode?: number },
  ): Promise<void> {
    await reported('create', path, () =>
      withHandle(path, 'wx', async (handle) => {
        await handle.writeFile(data);
        // The mode of `open` is cut down by the umask.
        if (options.mode !== undefined) await handle.chmod(options.mode);
        if (options.sync) await sync(handle, path);
      }),
    );
  }

  async link(from: string, to: string): Promise<void> {
    await reported('create', to, async () => {
      try {
        await fsPromises().link(from, to);
      } catch (error) {
        if (!noHardLinks.has(errnoOf(error) ?? '')) throw error;
        await fsPromises().copyFile(from, to, fs.constants.COPYFILE_EXCL);
        await withHandle(to, 'r+', (handle) => sync(handle, to));
      }
    });
  }

  async append(path: string, data: Uint8Array, options: { readonly sync: boolean }): Promise<void> {
    const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = fs.constants;
    // Undefined on Windows, where making links takes a privilege.
    const noFollow = O_NOFOLLOW ?? 0;
    await reported('write to', path, () =>
      withHandle(path, O_APPEND | O_CREAT | O_WRONLY | noFollow, async (handle) => {
        const { bytesWritten } = await handle.write(data);
        // A second write could land behind somebody else's; the caller repeats the whole append or reports it.
        if (bytesWritten < data.length)
          throw new Error(`only ${bytesWritten} of ${data.length} bytes were taken`);
        if (options.sync) await sync(handle, path);
      }),
    );
  }

  async rename(from: string, to: string): Promise<void> {
    await reported('replace', to, () => retryBusy(() => fsPromises().rename(from, to)));
  }

  async remove(path: string): Promise<boolean> {
    const removed = await absentAsUndefined('remove', path, async () => {
      await retryBusy(() => fsPromises().unlink(path));
      return true;
    });
    return removed ?? false;
  }

  async removeTree(path: string): Promise<boolean> {
    const removed = await absentAsUndefined('remove', path, async () => {
      await fsPromises().lstat(path);
      await fsPromises().rm(path, { recursive: true, force: true, maxRetries: 3 });
      return true;
    });
    return removed ?? false;
  }

  async syncDirectory(path: string): Promise<void> {
    if (process.platform === 'win32') return;
    await reported('open', path, () =>
      withHandle(path, 'r', async (handle) => {
        try {
          await handle.sync();
        } catch (error) {
          if (!noDirectorySync.has(errnoOf(error) ?? '')) throw new SyncError(path, error);
        }
      }),
    );
  }

  async realPath(path: string): Promise<string | undefined> {
    return absentAsUndefined('resolve', path, async () =>
      portablePath(this.#blockingReads ? fs.realpathSync.native(path) : await fsPromises().realpath(path)),
    );
  }
}

/** As fast as `fs.readFile`, which takes anything: in callbacks, and by the size that is known by then. */
function readPlain(path: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    fs.open(path, forReading, (failed, fd) => {
      if (failed !== null) {
        reject(failed);
        return;
      }
      const done = (error: Error | null, bytes: Uint8Array) =>
        fs.close(fd, () => (error === null ? resolve(bytes) : reject(error)));
      fs.fstat(fd, (unknown, stat) => {
        const error = unknown ?? plainFault(stat);
        if (error === undefined) readOpen(fd, stat.size, done);
        else done(error, new Uint8Array());
      });
    });
  });
}

function readOpen(fd: number, size: number, done: (error: Error | null, bytes: Uint8Array) => void): void {
  if (size === 0 || size > readAtOnce) {
    fs.readFile(fd, done);
    return;
  }
  const bytes = Buffer.allocUnsafeSlow(size);
  fs.read(fd, bytes, 0, size, 0, (error, count) => {
    if (error !== null || count === size) done(error, bytes);
    // A part only; by its position nothing is read yet.
    else fs.readFile(fd, done);
  });
}

function readNow(path: string): Uint8Array {
  const fd = fs.openSync(path, forReading);
  try {
    const fault = plainFault(fs.fstatSync(fd));
    if (fault !== undefined) throw fault;
    return fs.readFileSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** A repository may bring a link to a device, which has no end. */
function plainFault(stat: fs.Stats): Error | undefined {
  return stat.isFile() ? undefined : notPlain(stat.isDirectory());
}

function fileStat(stat: fs.Stats): FileStat {
  const { size, mtimeMs, ctimeMs, mode } = stat;
  return { kind: kindOf(stat), size, mtimeMs, ctimeMs, mode: mode & 0o7777 };
}

function readAt(path: string, offset: number, length: number): Uint8Array {
  const fd = fs.openSync(path, 'r');
  try {
    const buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = fs.readSync(fd, buffer, filled, length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    fs.closeSync(fd);
  }
}

function lookAt(folder: string, isWanted: (name: string) => boolean): FolderLook {
  const names = fs.readdirSync(folder).filter(isWanted);
  const plain = new Uint8Array(names.length);
  const [mtimeMs, ctimeMs, size] = [column(names.length), column(names.length), column(names.length)];
  const prefix = shortened(folder);
  for (const [at, name] of names.entries()) {
    const stat = lstatOrUndefined(prefix + name);
    if (stat?.isFile() !== true) continue;
    plain[at] = 1;
    mtimeMs[at] = stat.mtimeMs;
    ctimeMs[at] = stat.ctimeMs;
    size[at] = stat.size;
  }
  return { names, plain, mtimeMs, ctimeMs, size };
}

function column(length: number): Float64Array {
  return new Float64Array(length);
}

/** From the current folder where that leads down: every part of a path costs the system time, ten thousand times. */
function shortened(folder: string): string {
  const whole = `${folder}/`;
  const here = `${portablePath(currentFolder() ?? '')}/`;
  return here !== '/' && whole.startsWith(here) ? whole.slice(here.length) : whole;
}

/** Undefined when it has been removed. */
function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

const absentIsUndefined = { throwIfNoEntry: false } as const;

function lstatOrUndefined(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(path, absentIsUndefined);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): FileStat['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'directory' : 'other';
}

async function withHandle<T>(
  path: string,
  flags: string | number,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await fsPromises().open(path, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function sync(handle: FileHandle, path: string): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    throw new SyncError(path, error);
  }
}

async function absentAsUndefined<T>(
  action: string,
  path: string,
  operation: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await operation();
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw ioFailed(action, path, error);
  }
}

async function reported<T>(action: string, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof BatonError) throw error;
    const code = errnoOf(error);
    if (code === 'EEXIST') throw new BatonError('exists', `${path} is already there`, { cause: error });
    if (code === 'ENOENT') throw new BatonError('not_found', `${path} is not there`, { cause: error });
    throw ioFailed(action, path, error);
  }
}
