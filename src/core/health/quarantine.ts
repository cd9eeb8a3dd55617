/**
 * Where repairs keep what they replace: one numbered folder a repair below `.baton/quarantine`, with the bytes as they
 * were and a manifest. Nothing here is ever deleted. Source: resolution C2; promise R15.
 */
import { BatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { TaskId } from '../model/task';
import type { Ports } from '../ports';
import { createFile, replaceFile } from '../store/atomic-file';
import type { ChangeLog } from '../store/change-log';
import type { Actor, Outcome } from '../store/change-record';
import { Locks } from '../store/lock';
import { folderOf, join, paths } from '../store/paths';
import { requireHash } from '../store/replay';
import { WorkspaceGuard } from '../store/workspace-guard';
import { type Manifest, type ManifestFile, parseManifest } from './manifest';

export interface RepairNote {
  readonly rule: string;
  readonly message: string;
  readonly task: TaskId | null;
  readonly actor: Actor;
  readonly session: string | null;
}

type QuarantinePorts = Pick<Ports, 'fs' | 'clock' | 'ids' | 'processes' | 'hasher' | 'log'>;

/** One write or removal of a whole file; `bytes` null removes. */
export interface FileChange {
  readonly type: string;
  /** Number of the repair this belongs to. */
  readonly repair: number;
  /** Relative to the workspace folder. */
  readonly path: string;
  /** SHA-256 the file must have, null when it must not be there. */
  readonly expected: string | null;
  readonly bytes: Uint8Array | null;
  readonly lock: string;
  readonly note: Omit<RepairNote, 'rule' | 'message'>;
}

export class Quarantine {
  readonly #ports: QuarantinePorts;
  readonly #root: string;
  readonly #log: ChangeLog;
  readonly #locks: Locks;
  readonly #guard: WorkspaceGuard;

  /** Does no I/O. `root` is absolute with `/` as separator. */
  constructor(ports: QuarantinePorts, root: string, log: ChangeLog) {
    this.#ports = ports;
    this.#root = root;
    this.#log = log;
    this.#locks = new Locks(ports, paths.locks(root));
    this.#guard = new WorkspaceGuard(ports.fs, root);
  }

  /** Every repair on record, by number. Folders without a readable manifest are left out. */
  async list(): Promise<readonly Manifest[]> {
    const numbers = await this.#numbers();
    const manifests = await Promise.all(numbers.map((number) => this.#read(number)));
    return manifests.filter((manifest) => manifest !== undefined);
  }

  /** Throws `not_found`. */
  async get(number: number): Promise<Manifest> {
    const manifest = await this.#read(number);
    if (manifest !== undefined) return manifest;
    throw new BatonError('not_found', `There is no repair ${number}`, {
      hint: 'The folders in .baton/quarantine are named by the number of their repair.',
    });
  }

  /**
   * Keeps the bytes of the files a repair is about to change. Durable when it returns.
   *
   * @param files relative to the workspace folder; a file that is not there is noted as such
   */
  async open(note: RepairNote, files: readonly string[]): Promise<Manifest> {
    for (const file of files) await this.#guard.forWriting(join(this.#root, file));
    const folder = await this.#guard.forWriting(paths.quarantine(this.#root));
    await this.#ports.fs.mkdir(folder);
    await this.#ports.fs.mkdir(paths.locks(this.#root));
    return this.#locks.with('quarantine', async () => {
      const number = ((await this.#numbers()).at(-1) ?? 0) + 1;
      await this.#ports.fs.mkdir(join(folder, String(number)));
      const kept: ManifestFile[] = [];
      for (const [index, path] of files.entries()) kept.push(await this.#keep(number, index, path));
      const at = this.#ports.clock.now().toISOString();
      const { rule, message, task } = note;
      const manifest: Manifest = { v: 1, number, at, rule, message, task, state: 'open', files: kept };
      await this.#write(manifest);
      await this.#ports.fs.syncDirectory(folder);
      return manifest;
    });
  }

  /**
   * The repair is over: notes how it left each file, so that undo can tell whether anybody wrote since.
   *
   * @param left hashes that are known from the write itself; the others are read from the disk
   * @param made files that were created under names nobody knew beforehand
   */
  async close(
    manifest: Manifest,
    state: Exclude<Manifest['state'], 'open'>,
    left: ReadonlyMap<string, string> = new Map(),
    made: readonly string[] = [],
  ): Promise<Manifest> {
    const created = made.map((path): ManifestFile => ({ path, before: null, copy: null, after: null }));
    const files =
      state !== 'done'
        ? manifest.files
        : await Promise.all(
            [...manifest.files, ...created].map(async (file) => ({
              ...file,
              after: left.get(file.path) ?? (await this.hashOf(file.path)),
            })),
          );
    const closed: Manifest = { ...manifest, state, files };
    await this.#write(closed);
    return closed;
  }

  /** Whether any file is not as it was before the repair. */
  async hasChanged(manifest: Manifest): Promise<boolean> {
    const now = await Promise.all(manifest.files.map(({ path }) => this.hashOf(path)));
    return manifest.files.some(({ before }, index) => now[index] !== before);
  }

  /** The bytes a file had before the repair; null when it was not there. Throws `io_failed` when they are damaged. */
  async before(manifest: Manifest, file: ManifestFile): Promise<Uint8Array | null> {
    if (file.copy === null) return null;
    const path = join(this.#folder(manifest.number), file.copy);
    const bytes = await this.#ports.fs.read(path);
    if (bytes !== undefined && this.#ports.hasher.sha256(bytes) === file.before) return bytes;
    throw new BatonError('io_failed', `The bytes kept in ${path} are not those that were put there`, {
      hint: 'Restore that file from a backup.',
    });
  }

  /** SHA-256 of a file's bytes, null when it is not there. */
  async hashOf(path: string): Promise<string | null> {
    const bytes = await this.#ports.fs.read(await this.#guard.forWriting(join(this.#root, path)));
    return bytes === undefined ? null : this.#ports.hasher.sha256(bytes);
  }

  /** Undo takes a file away that the repair made: its bytes stay here. */
  async keepAfter(manifest: Manifest, file: ManifestFile): Promise<void> {
    const bytes = await this.#ports.fs.read(await this.#guard.forWriting(join(this.#root, file.path)));
    if (bytes === undefined) return;
    const name = `after-${manifest.files.indexOf(file) + 1}`;
    await replaceFile(this.#ports.fs, join(this.#folder(manifest.number), name), bytes);
  }

  /**
   * Writes or removes one file under a lock, announced in the change log. Throws `conflict` when the file is not as
   * expected; then nothing was written.
   */
  async change({ type, repair, path, expected, bytes, lock, note }: FileChange): Promise<void> {
    const target = await this.#guard.forWriting(join(this.#root, path));
    await this.#locks.with(lock, async () => {
      if ((await this.hashOf(path)) !== expected) throw changedMeanwhile(path);
      const record = await this.#log.append({
        type,
        task: note.task,
        actor: note.actor,
        session: note.session,
        path,
        via: 'quarantine',
        new: { repair },
        before: expected,
        after: bytes === null ? '' : this.#ports.hasher.sha256(bytes),
        edits: [],
      });
      let outcome: Outcome = 'aborted';
      try {
        await this.#carryOut(target, expected, bytes);
        outcome = 'done';
      } finally {
        await this.#settle(record.seq, outcome);
      }
    });
  }

  async #carryOut(target: string, expected: string | null, bytes: Uint8Array | null): Promise<void> {
    const { fs } = this.#ports;
    if (bytes === null) {
      await fs.remove(target);
      await fs.syncDirectory(folderOf(target));
    } else if (expected === null) {
      await fs.mkdir(folderOf(target));
      await createFile(fs, target, bytes);
    } else {
      const beforeRename = () => requireHash(this.#ports, target, expected);
      await replaceFile(fs, target, bytes, { beforeRename });
    }
  }

  /** Never throws: the change is made or not made already, and nothing here is replayed. */
  async #settle(seq: number, outcome: Outcome): Promise<void> {
    try {
      await this.#log.settle(seq, outcome);
    } catch (error) {
      this.#ports.log.warn(`Cannot note the outcome of change ${seq}: ${String(error)}`);
    }
  }

  async #keep(number: number, index: number, path: string): Promise<ManifestFile> {
    const bytes = await this.#ports.fs.read(join(this.#root, path));
    if (bytes === undefined) return { path, before: null, copy: null, after: null };
    const copy = `before-${index + 1}`;
    await createFile(this.#ports.fs, join(this.#folder(number), copy), bytes);
    return { path, before: this.#ports.hasher.sha256(bytes), copy, after: null };
  }

  #write(manifest: Manifest): Promise<void> {
    const path = join(this.#folder(manifest.number), 'manifest.json');
    return replaceFile(this.#ports.fs, path, encodeUtf8(`${JSON.stringify(manifest, null, 2)}\n`));
  }

  async #read(number: number): Promise<Manifest | undefined> {
    const bytes = await this.#ports.fs.read(join(this.#folder(number), 'manifest.json'));
    return bytes === undefined ? undefined : parseManifest(decodeUtf8(bytes) ?? '', number);
  }

  async #numbers(): Promise<readonly number[]> {
    const entries = (await this.#ports.fs.list(paths.quarantine(this.#root))) ?? [];
    return entries
      .filter(({ name, kind }) => kind === 'directory' && /^[1-9]\d{0,8}$/.test(name))
      .map(({ name }) => Number(name))
      .sort((a, b) => a - b);
  }

  #folder(number: number): string {
    return join(paths.quarantine(this.#root), String(number));
  }
}

function changedMeanwhile(path: string): BatonError {
  return new BatonError(
    'conflict',
    `${path} was changed by somebody else in the meantime; nothing was written`,
    {
      hint: 'Run the health check again.',
    },
  );
}
