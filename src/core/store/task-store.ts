/**
 * Tasks on disk: what there is, and the one way to change it. Every change takes the task's lock, reads the file
 * again, checks its version, announces itself in the change log, replaces the file, and only then answers.
 * Source: product.md section 5; issue 3.
 */
import { BatonError } from '../base/baton-error';
import { Emitter } from '../base/event';
import type { TextEdit } from '../base/text-edit';
import { readDocument } from '../markdown/document';
import type { Config } from '../model/config';
import type { TaskDocument, TaskId } from '../model/task';
import type { Ports } from '../ports';
import { ChangeLog } from './change-log';
import type { ChangeRecord } from './change-record';
import { Locks } from './lock';
import { type LoggedEntry, LoggedWriter, type TextOnDisk } from './logged-writer';
import { ManagedFile } from './managed-file';
import { isManaged, type ManagedName, managedFiles, managedLock } from './managed-files';
import { nearIds } from './near-ids';
import { nextFreeId } from './next-free-id';
import { folderOf, join, nameOf, paths, taskFilePath, taskIdOfFileName, taskLockName } from './paths';
import { type ReplayReport, replay } from './replay';
import { isStateFileName, TaskIndex } from './task-index';
import type { TaskChange, TaskCommitted, TaskRecord, TasksChanged, TaskText } from './task-record';
import type { RowText, TaskRow } from './task-row';
import { type DescribeChange, type Fence, TaskWriter } from './task-writer';
import { WorkspaceGuard } from './workspace-guard';

export interface CurrentTask {
  readonly text: string;
  readonly document: TaskDocument;
}

export interface UpdateOptions {
  /** The version the change was decided on; another one on disk is a `conflict`. */
  readonly expectedVersion?: string | undefined;
}

export interface UpdateResult extends TaskText {
  /** False when there was nothing to change; then nothing was written or logged. */
  readonly changed: boolean;
}

export interface CreateOptions {
  /** The next free integer when left out. */
  readonly id?: TaskId | undefined;
  readonly change: TaskChange;
}

export interface TaskStoreOptions {
  /** Who may write about a task on behalf of a session; everybody, unless given. */
  readonly fence?: Fence;
  /** What the surface shows of every task, kept for the next process. */
  readonly rowText?: RowText | undefined;
}

export class TaskStore {
  readonly #ports: Ports;
  readonly #index: TaskIndex;
  readonly #locks: Locks;
  readonly #log: ChangeLog;
  readonly #guard: WorkspaceGuard;
  readonly #writer: LoggedWriter;
  readonly #tasks: TaskWriter;
  readonly #root: string;
  readonly #changes: Emitter<TasksChanged>;
  readonly #commits: Emitter<TaskCommitted>;
  readonly #logged: Emitter<ChangeRecord>;
  #firstReplay: ReplayReport | undefined;

  /** Does no I/O. `root` is absolute with `/` as separator. */
  constructor(ports: Ports, root: string, config: Config, options: TaskStoreOptions = {}) {
    this.#ports = ports;
    this.#root = root;
    this.#guard = new WorkspaceGuard(ports.fs, root);
    this.#index = new TaskIndex(ports, root, config, this.#guard, options.rowText);
    this.#locks = new Locks(ports, paths.locks(root));
    this.#log = new ChangeLog(ports, root, this.#locks);
    this.#writer = new LoggedWriter({
      ...{ ports, root, guard: this.#guard, log: this.#log },
      finishEarlier: async () => {
        this.#firstReplay = await this.#replay();
      },
    });
    this.#tasks = new TaskWriter(ports, this.#writer, options.fence ?? (async () => undefined));
    const onError = (error: unknown) =>
      ports.log.error(`A listener of the task store failed: ${String(error)}`);
    this.#changes = new Emitter(onError);
    this.#commits = new Emitter(onError);
    this.#logged = new Emitter(onError);
  }

  /** Tasks appeared, changed or went, by whomever. Fires after `tasks()` shows it. */
  get onDidChange() {
    return this.#changes.event;
  }

  /** A change of ours to a task is on disk. */
  get onDidCommit() {
    return this.#commits.event;
  }

  /** A mutation of any kind by us, to a task or not, is in the log and made; renderings follow this. */
  get onDidLog() {
    return this.#logged.event;
  }

  get changeLog(): ChangeLog {
    return this.#log;
  }

  /** Why the store refuses to write; undefined as long as it does not. */
  get refusal(): BatonError | undefined {
    return this.#writer.refusal;
  }

  /** Brings `tasks()` up to date with the disk. Reads only what changed; concurrent calls share the work. */
  async refresh(): Promise<TasksChanged> {
    return this.#announce(await this.#index.refresh());
  }

  /**
   * The text that a process kept of all tasks, as UTF-8, if nothing it was made from has changed; then `tasks()` stays as
   * it was. Else undefined, and `tasks()` is up to date.
   *
   * @param about all that the text is made from beside the files
   */
  async keptList(about: string): Promise<Uint8Array | undefined> {
    const { text, changed } = await this.#index.keptList(about);
    this.#announce(changed);
    return text;
  }

  /**
   * Keeps a text of all tasks for the next `keptList`, where that is worth it.
   *
   * @param text made of `rows()` as they are now; UTF-8, in pieces that nobody changes any more
   */
  keepList(about: string, text: readonly Uint8Array[]): void {
    this.#index.keepList(about, text);
  }

  /** Resolves when nothing is being written in the background; what is written there is never needed. */
  settled(): Promise<void> {
    return this.#index.settled();
  }

  /** In id order, 2 before 10; one per id. As of the last refresh and the store's own changes since. */
  tasks(): readonly TaskRecord[] {
    return this.#index.records();
  }

  /** The tasks' rows, in the same order: for who needs little of each, and perhaps all of some. */
  rows(): readonly TaskRow[] {
    return this.#index.rows();
  }

  get(id: TaskId): TaskRecord | undefined {
    return this.#index.get(id);
  }

  /**
   * One task as it is on disk now, without looking at the others where its file has the usual name. Throws
   * `not_found`, with ids that were perhaps meant, and `duplicate_id` where no name tells which file counts.
   */
  async find(id: TaskId): Promise<TaskRecord> {
    for (const folder of this.#index.folders) {
      const entry = await this.#index.load(taskFilePath(folder, id));
      if (entry === undefined) continue;
      this.#announce(this.#index.put(entry));
      if (entry.task?.id === id) return this.#index.get(id) ?? entry.task.record;
    }
    await this.refresh();
    const record = this.#index.get(id);
    if (record === undefined) throw this.#notFound(id);
    if (record.duplicates.length > 0) throw duplicateId(record);
    return record;
  }

  /** The whole file, taken apart. Throws `not_found`, `too_large`, `invalid_state_file` (not UTF-8), `untrusted`. */
  async read(id: TaskId): Promise<TaskText> {
    const record = await this.find(id);
    const disk = await this.#writer.readText(record.path);
    if (record.version !== disk.version) this.#take(record.path, disk);
    return { record: this.#index.get(id) ?? record, text: disk.text, document: readDocument(disk.text) };
  }

  /**
   * Creates a state file. Throws `exists` for an id that is taken, also when it differs only in case.
   *
   * **Invariant:** two creators never share an id.
   */
  async create(make: (id: TaskId) => string, options: CreateOptions): Promise<TaskRecord> {
    await this.#writer.prepare();
    const folder = this.#index.folders[0] ?? this.#root;
    const created = await this.#locks.with('create', async () => {
      const taken = await this.#takenIds();
      const id = options.id ?? nextFreeId(taken);
      const twin = taken.find((other) => other.toLowerCase() === id.toLowerCase());
      if (twin !== undefined) throw taskExists(twin);
      const path = taskFilePath(folder, id);
      const written = await this.#locks.with(taskLockName(id), () =>
        this.#tasks.create(path, id, make(id), options.change),
      );
      return { path, id, written };
    });
    this.#take(created.path, created.written);
    const record = this.#index.get(created.id) ?? (await this.find(created.id));
    this.#committed(created.written.change, record);
    return record;
  }

  /**
   * Changes one task. `edit` gets the text as it is now and returns edits of it; it may throw to change nothing, and
   * it may be called on the unsaved text of an open editor. Throws `conflict` when the file is not at the expected
   * version or changes under us, `locked`, `read_only`, `io_failed`, and what `find` and `read` throw.
   *
   * **Invariant:** when this throws before the file was replaced, the file is what it was.
   */
  async update(
    id: TaskId,
    change: DescribeChange,
    edit: (current: CurrentTask) => readonly TextEdit[],
    options: UpdateOptions = {},
  ): Promise<UpdateResult> {
    await this.#writer.prepare();
    const { path } = await this.find(id);
    const { expectedVersion } = options;
    const result = await this.#locks.with(taskLockName(id), () =>
      this.#tasks.update({ path, id, change, edit, expectedVersion }),
    );
    const { text, document, change: made, disk } = result;
    if (disk !== undefined) this.#take(path, disk);
    const record = this.#index.get(id) ?? (await this.find(id));
    if (made !== undefined) this.#committed(made, record);
    return { record, text, document, changed: made !== undefined };
  }

  /** The journal's file; it is written like a task's, under a lock of its own. */
  journalFile(): ManagedFile {
    return this.managedFile('journal');
  }

  /** One of Baton's own text files; it is written like a task's, under a lock of its own. */
  managedFile(name: ManagedName): ManagedFile {
    const { pathIn, lock } = managedFiles[name];
    return new ManagedFile({
      writer: this.#writer,
      locks: this.#locks,
      path: pathIn(this.#root),
      lockName: lock,
      committed: (change) => this.#logged.fire(change),
    });
  }

  /** Puts on record what happens without a file of this store changing, as a session's start. */
  async recordEvent(entry: LoggedEntry): Promise<void> {
    await this.#writer.prepare();
    this.#logged.fire(await this.#writer.recordEvent(entry));
  }

  /**
   * Finishes what a crash cut short. The first write does so by itself; a surface that wants it done, or wants to
   * know, before that calls it when it opens a folder.
   */
  async recover(): Promise<ReplayReport> {
    const isFirst = !this.#writer.isPrepared;
    await this.#writer.prepare();
    return (isFirst ? this.#firstReplay : undefined) ?? this.#replay();
  }

  async #replay(): Promise<ReplayReport> {
    const report = await replay({
      ports: this.#ports,
      root: this.#root,
      locks: this.#locks,
      log: this.#log,
      guard: this.#guard,
      isOurs: (path) => isManaged(this.#root, path) || this.#isStateFile(path),
      lockNameOf: (path, task) =>
        managedLock(this.#root, path) ?? (task === null ? 'workspace' : taskLockName(task)),
    });
    for (const change of report.redone) await this.#takeRedone(change);
    return report;
  }

  #isStateFile(path: string): boolean {
    return this.#index.folders.includes(folderOf(path)) && isStateFileName(nameOf(path));
  }

  #committed(change: ChangeRecord, record: TaskRecord): void {
    this.#commits.fire({ change, record });
    this.#logged.fire(change);
  }

  async #takeRedone(change: ChangeRecord): Promise<void> {
    if (!this.#isStateFile(join(this.#root, change.path))) return this.#logged.fire(change);
    const entry = await this.#index.load(join(this.#root, change.path));
    if (entry === undefined) return;
    this.#announce(this.#index.put(entry));
    if (entry.task !== undefined) this.#committed(change, entry.task.record);
  }

  /** Ids of all files, by name where that tells, by heading where it does not or says otherwise. */
  async #takenIds(): Promise<readonly TaskId[]> {
    // A heading may say otherwise than the name: that is known once all files were looked at.
    if (!this.#index.hasLooked) await this.refresh();
    const ids = new Set<TaskId>();
    for (const { path } of await this.#index.candidates()) {
      const named = taskIdOfFileName(nameOf(path));
      if (named !== undefined) ids.add(named);
      else {
        const entry = await this.#index.load(path);
        if (entry?.task !== undefined) ids.add(entry.task.id);
      }
    }
    for (const { id } of this.#index.rows()) ids.add(id);
    return [...ids];
  }

  #take(path: string, { text, version, stat }: Omit<TextOnDisk, 'target'>): void {
    this.#announce(this.#index.put(this.#index.reader.entryOf(path, stat, text, version)));
  }

  #notFound(id: TaskId): BatonError {
    const near = nearIds(
      id,
      this.#index.rows().map((task) => task.id),
    );
    const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'List the tasks to see their ids.';
    return new BatonError('not_found', `There is no task ${id}`, { hint });
  }

  #announce(changed: TasksChanged): TasksChanged {
    if (changed.added.length + changed.changed.length + changed.removed.length > 0)
      this.#changes.fire(changed);
    return changed;
  }
}

function taskExists(id: TaskId): BatonError {
  return new BatonError('exists', `There is already a task ${id}`, {
    hint: 'Leave the id out to get the next free number.',
  });
}

function duplicateId({ id, relativePath, duplicates }: TaskRecord): BatonError {
  return new BatonError('duplicate_id', `Several files say they are task ${id}`, {
    hint: 'Give each its own id in the heading, or rename one to the usual file name.',
    details: [relativePath, ...duplicates],
  });
}
