/** A file system that fails on order: the k-th operation, once or from then on, perhaps half done. */
import { BatonError } from '../../src/core/base/baton-error';
import { SyncError } from '../../src/core/base/sync-error';
import type { FileSystem } from '../../src/core/ports';

export interface Fault {
  /** Which operation fails, counted from 1. */
  readonly at: number;
  /** Every later operation fails as well. */
  readonly sticky: boolean;
  readonly errno: 'ENOSPC' | 'EACCES' | 'EIO' | 'EBUSY';
  /** Where the failing operation writes: it leaves half of the bytes, or all of them and a failed fsync. */
  readonly leaves: 'nothing' | 'half' | 'unsynced';
}

export class FaultyFileSystem implements FileSystem {
  readonly #inner: FileSystem;
  #fault: Fault | undefined;
  /** Operations so far, with their paths. */
  readonly operations: string[] = [];
  /** Called before every operation: a stranger may act here. */
  onOperation: (count: number, operation: string) => void = () => undefined;

  constructor(inner: FileSystem, fault?: Fault) {
    this.#inner = inner;
    this.#fault = fault;
  }

  /** Counts from here, and fails as told or not at all. */
  arm(fault: Fault | undefined): void {
    this.operations.length = 0;
    this.#fault = fault;
  }

  /** Fails as told without counting anew. */
  fail(fault: Fault): void {
    this.#fault = fault;
  }

  read = (path: string) => this.#step('read', path, () => this.#inner.read(path));
  readAt = (path: string, offset: number, length: number) =>
    this.#step('readAt', path, () => this.#inner.readAt(path, offset, length));
  stat = (path: string) => this.#step('stat', path, () => this.#inner.stat(path));
  list = (path: string) => this.#step('list', path, () => this.#inner.list(path));
  mkdir = (path: string, options?: { readonly mode?: number }) =>
    this.#step('mkdir', path, () => this.#inner.mkdir(path, options));
  link = (from: string, to: string) => this.#step('link', to, () => this.#inner.link(from, to));
  rename = (from: string, to: string) => this.#step('rename', to, () => this.#inner.rename(from, to));
  remove = (path: string) => this.#step('remove', path, () => this.#inner.remove(path));
  removeTree = (path: string) => this.#step('removeTree', path, () => this.#inner.removeTree(path));
  realPath = (path: string) => this.#step('realPath', path, () => this.#inner.realPath(path));

  syncDirectory = (path: string) =>
    this.#step(
      'syncDirectory',
      path,
      () => this.#inner.syncDirectory(path),
      async () => new SyncError(path, cause('EIO')),
    );

  createExclusive = (
    path: string,
    data: Uint8Array,
    options: { readonly sync: boolean; readonly mode?: number },
  ) => {
    const write = (bytes: Uint8Array, sync: boolean) =>
      this.#inner.createExclusive(path, bytes, { ...options, sync });
    return this.#step(
      'createExclusive',
      path,
      () => write(data, options.sync),
      (fault) => leave(path, data, options.sync, fault, write),
    );
  };

  append = (path: string, data: Uint8Array, options: { readonly sync: boolean }) => {
    const write = (bytes: Uint8Array, sync: boolean) => this.#inner.append(path, bytes, { sync });
    return this.#step(
      'append',
      path,
      () => write(data, options.sync),
      (fault) => leave(path, data, options.sync, fault, write),
    );
  };

  async #step<T>(
    name: string,
    path: string,
    operation: () => Promise<T>,
    fail: (fault: Fault) => Promise<BatonError> = async (fault) => ioFailed(path, fault),
  ): Promise<T> {
    this.operations.push(`${name} ${path}`);
    this.onOperation(this.operations.length, `${name} ${path}`);
    const fault = this.#fault;
    const count = this.operations.length;
    if (fault === undefined || count < fault.at || (count > fault.at && !fault.sticky)) return operation();
    throw await fail(fault);
  }
}

async function leave(
  path: string,
  data: Uint8Array,
  sync: boolean,
  fault: Fault,
  write: (bytes: Uint8Array, sync: boolean) => Promise<void>,
): Promise<BatonError> {
  if (fault.leaves === 'half') await write(data.slice(0, data.length >> 1), false);
  if (fault.leaves !== 'unsynced' || !sync) return ioFailed(path, fault);
  await write(data, false);
  return new SyncError(path, cause('EIO'));
}

function ioFailed(path: string, { errno }: Fault): BatonError {
  return new BatonError('io_failed', `Cannot use ${path}: ${errno}`, { cause: cause(errno) });
}

function cause(code: string): Error {
  return Object.assign(new Error(code), { code });
}
