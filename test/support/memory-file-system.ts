/**
 * The FileSystem port in memory. Knows what has been fsynced and what has not, so that `crash` can give back any
 * state a power loss could leave.
 */
import { BatonError } from '../../src/core/base/baton-error';
import type { Clock, FileStat, FileSystem, FolderLook } from '../../src/core/ports';

interface Inode {
  data: Uint8Array;
  /** What survives a power loss for certain. */
  synced: Uint8Array;
  mtimeMs: number;
  ctimeMs: number;
  mode: number;
}

/** One change of names that is on disk whole or not at all. */
interface NameChange {
  readonly folder: readonly string[];
  readonly set: ReadonlyMap<string, Inode | undefined>;
}

/** Picks one of `count` possibilities, 0 … count - 1. */
export type Choose = (count: number) => number;

export class MemoryFileSystem implements FileSystem {
  readonly #clock: Pick<Clock, 'now'>;
  /** With their permissions. */
  readonly #folders = new Map<string, number>([['/', 0o755]]);
  readonly #links = new Map<string, string>();
  readonly #files = new Map<string, Inode>();
  readonly #durable = new Map<string, Inode>();
  #pending: NameChange[] = [];
  /** Paths whose contents were read, for tests that count. */
  readonly reads: string[] = [];

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  // What tests prepare and look at, all of it durable at once.

  /** Writes a file as a stranger would, with its folders. */
  put(path: string, contents: string | Uint8Array, mtimeMs = this.#clock.now().getTime()): void {
    const data = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    this.#makeFolders(parentOf(path));
    const ctimeMs = this.#clock.now().getTime();
    const inode: Inode = { data, synced: data, mtimeMs, ctimeMs, mode: 0o644 };
    this.#files.set(path, inode);
    this.#durable.set(path, inode);
  }

  putLink(path: string, target: string): void {
    this.#makeFolders(parentOf(path));
    this.#links.set(path, target);
  }

  text(path: string): string | undefined {
    const data = this.#files.get(this.#follow(path))?.data;
    return data === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  }

  /** Paths of all files, sorted. */
  paths(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** A state the disk could be in if the power failed now. */
  crash(choose: Choose): MemoryFileSystem {
    const after = new MemoryFileSystem(this.#clock);
    for (const [folder, mode] of this.#folders) after.#folders.set(folder, mode);
    for (const [path, target] of this.#links) after.#links.set(path, target);
    const names = new Map(this.#durable);
    for (const { set } of this.#pending) if (choose(2) === 1) applyNames(names, set);
    const survivors = new Map<Inode, Inode>();
    for (const [path, inode] of names) {
      const survivor = survivors.get(inode) ?? survive(inode, choose);
      survivors.set(inode, survivor);
      after.#files.set(path, survivor);
      after.#durable.set(path, survivor);
    }
    return after;
  }

  // The port.

  async read(path: string): Promise<Uint8Array | undefined> {
    const real = this.#follow(path);
    this.reads.push(path);
    if (this.#folders.has(real)) throw ioFailed(path, 'EISDIR');
    return this.#files.get(real)?.data.slice();
  }

  async readAt(path: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    return (await this.read(path))?.slice(offset, offset + length);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const real = this.#follow(path);
    const inode = this.#files.get(real);
    if (inode !== undefined) {
      const { mtimeMs, ctimeMs, mode } = inode;
      return { kind: 'file', size: inode.data.length, mtimeMs, ctimeMs, mode };
    }
    const mode = this.#folders.get(real);
    return mode === undefined ? undefined : { kind: 'directory', size: 0, mtimeMs: 0, mode };
  }

  async list(path: string): Promise<readonly { name: string; kind: FileStat['kind'] }[] | undefined> {
    const real = this.#follow(path);
    if (this.#files.has(real)) return undefined;
    if (!this.#folders.has(real)) return undefined;
    const named = (paths: Iterable<string>, kind: FileStat['kind']) =>
      [...paths]
        .filter((child) => child !== real && parentOf(child) === real)
        .map((child) => ({ name: child.slice(child.lastIndexOf('/') + 1), kind }));
    return [
      ...named(this.#files.keys(), 'file'),
      ...named(this.#folders.keys(), 'directory'),
      ...named(this.#links.keys(), 'other'),
    ];
  }

  async lookAt(path: string, isWanted: (name: string) => boolean): Promise<FolderLook | undefined> {
    const entries = (await this.list(path))?.filter(({ name }) => isWanted(name));
    if (entries === undefined) return undefined;
    const stats = await Promise.all(
      entries.map(({ name, kind }) => (kind === 'file' ? this.stat(`${path}/${name}`) : undefined)),
    );
    return {
      names: entries.map(({ name }) => name),
      plain: Uint8Array.from(stats, (stat) => Number(stat !== undefined)),
      mtimeMs: Float64Array.from(stats, (stat) => stat?.mtimeMs ?? 0),
      ctimeMs: Float64Array.from(stats, (stat) => stat?.ctimeMs ?? 0),
      size: Float64Array.from(stats, (stat) => stat?.size ?? 0),
    };
  }

  async mkdir(path: string, options: { readonly mode?: number } = {}): Promise<void> {
    this.#makeFolders(this.#follow(path), options.mode);
  }

  async createExclusive(
    path: string,
    data: Uint8Array,
    options: { readonly sync: boolean; readonly mode?: number },
  ): Promise<void> {
    const real = this.#resolveParent(path);
    if (this.#exists(real)) throw new BatonError('exists', `${path} is already there`);
    const copy = data.slice();
    const inode: Inode = {
      data: copy,
      synced: options.sync ? copy : new Uint8Array(),
      mtimeMs: this.#clock.now().getTime(),
      ctimeMs: this.#clock.now().getTime(),
      mode: options.mode ?? 0o644,
    };
    this.#rename([[real, inode]]);
  }

  async link(from: string, to: string): Promise<void> {
    const inode = this.#files.get(this.#resolveParent(from));
    const target = this.#resolveParent(to);
    if (inode === undefined) throw new BatonError('not_found', `${from} is not there`);
    if (this.#exists(target)) throw new BatonError('exists', `${to} is already there`);
    this.#rename([[target, inode]]);
  }

  async append(path: string, data: Uint8Array, options: { readonly sync: boolean }): Promise<void> {
    const real = this.#resolveParent(path);
    if (this.#links.has(real)) throw ioFailed(path, 'ELOOP');
    const existing = this.#files.get(real);
    const inode: Inode = existing ?? {
      data: new Uint8Array(),
      synced: new Uint8Array(),
      mtimeMs: 0,
      ctimeMs: 0,
      mode: 0o644,
    };
    inode.data = joined(inode.data, data);
    inode.mtimeMs = this.#clock.now().getTime();
    inode.ctimeMs = inode.mtimeMs;
    if (options.sync) inode.synced = inode.data;
    if (existing === undefined) this.#rename([[real, inode]]);
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#resolveParent(from);
    const target = this.#resolveParent(to);
    const inode = this.#files.get(source);
    if (inode === undefined) throw new BatonError('not_found', `${from} is not there`);
    if (this.#folders.has(target)) throw ioFailed(to, 'EISDIR');
    this.#links.delete(target);
    // As file systems do: that is how a file that takes another one's place is noticed.
    inode.ctimeMs = this.#clock.now().getTime();
    this.#rename([
      [target, inode],
      [source, undefined],
    ]);
  }

  async remove(path: string): Promise<boolean> {
    const real = this.#resolveParent(path);
    if (this.#links.delete(real)) return true;
    if (!this.#files.has(real)) return false;
    this.#rename([[real, undefined]]);
    return true;
  }

  async removeTree(path: string): Promise<boolean> {
    const real = this.#resolveParent(path);
    if (!this.#exists(real)) return false;
    const within = (one: string) => one === real || one.startsWith(`${real}/`);
    for (const link of [...this.#links.keys()].filter(within)) this.#links.delete(link);
    for (const folder of [...this.#folders.keys()].filter(within)) this.#folders.delete(folder);
    const gone = [...this.#files.keys()].filter(within);
    if (gone.length > 0) {
      const set = new Map(gone.map((file) => [file, undefined]));
      applyNames(this.#files, set);
      this.#pending.push({ folder: gone.map(parentOf), set });
    }
    return true;
  }

  async syncDirectory(path: string): Promise<void> {
    const real = this.#follow(path);
    if (!this.#folders.has(real)) throw new BatonError('not_found', `${path} is not there`);
    // Earlier changes of the same names go to disk with the later ones.
    for (const change of this.#pending)
      if (change.folder.includes(real)) applyNames(this.#durable, change.set);
    this.#pending = this.#pending.filter((change) => !change.folder.includes(real));
  }

  async realPath(path: string): Promise<string | undefined> {
    const real = this.#follow(path);
    return this.#exists(real) ? real : undefined;
  }

  #exists(real: string): boolean {
    return this.#files.has(real) || this.#folders.has(real) || this.#links.has(real);
  }

  #rename(names: readonly (readonly [string, Inode | undefined])[]): void {
    for (const [path] of names) {
      if (!this.#folders.has(parentOf(path)))
        throw new BatonError('not_found', `${parentOf(path)} is not there`);
    }
    const set = new Map(names);
    applyNames(this.#files, set);
    this.#pending.push({ folder: names.map(([path]) => parentOf(path)), set });
  }

  #makeFolders(path: string, mode = 0o755): void {
    if (this.#files.has(path)) throw ioFailed(path, 'ENOTDIR');
    if (path === '' || path === '/') return;
    this.#makeFolders(parentOf(path), mode);
    if (!this.#folders.has(path)) this.#folders.set(path, mode);
  }

  /** The last part stays as it is: it is the name that is being created, replaced or removed. */
  #resolveParent(path: string): string {
    const parent = this.#follow(parentOf(path));
    return `${parent === '/' ? '' : parent}${path.slice(path.lastIndexOf('/'))}`;
  }

  #follow(path: string, depth = 0): string {
    if (depth > 20) throw ioFailed(path, 'ELOOP');
    if (path === '/' || path === '') return '/';
    const here = this.#resolveParent(path);
    const target = this.#links.get(here);
    return target === undefined ? here : this.#follow(target, depth + 1);
  }
}

function survive(inode: Inode, choose: Choose): Inode {
  const possible = [inode.synced];
  if (inode.synced !== inode.data) {
    const half = inode.synced.length + ((inode.data.length - inode.synced.length) >> 1);
    possible.push(inode.data, inode.data.slice(0, Math.max(0, half)));
  }
  const data = possible[choose(possible.length)] ?? inode.synced;
  return { data, synced: data, mtimeMs: inode.mtimeMs, ctimeMs: inode.ctimeMs, mode: inode.mode };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function applyNames(names: Map<string, Inode>, set: ReadonlyMap<string, Inode | undefined>): void {
  for (const [path, inode] of set) {
    if (inode === undefined) names.delete(path);
    else names.set(path, inode);
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function ioFailed(path: string, code: string): BatonError {
  return new BatonError('io_failed', `Cannot use ${path}: ${code}`, {
    cause: Object.assign(new Error(code), { code }),
  });
}
