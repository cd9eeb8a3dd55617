/** One of Baton's own text files: every change takes its lock and goes through the change log like a task's. */
import { applyEdits, type TextEdit } from '../base/text-edit';
import type { TaskId } from '../model/task';
import type { ChangeRecord } from './change-record';
import type { Locks } from './lock';
import type { LoggedWriter } from './logged-writer';
import type { TaskChange } from './task-record';

export interface ManagedFileContext {
  readonly writer: LoggedWriter;
  readonly locks: Locks;
  readonly path: string;
  readonly lockName: string;
  /** Told once a change is on disk. */
  readonly committed: (change: ChangeRecord) => void;
}

export interface ManagedChange extends TaskChange {
  /** The task the change is about, if it is about one. */
  readonly task?: TaskId | undefined;
}

export class ManagedFile {
  readonly #context: ManagedFileContext;

  constructor(context: ManagedFileContext) {
    this.#context = context;
  }

  /** Empty when there is no such file. Throws `too_large`, `invalid_state_file` (not UTF-8), `untrusted`, `io_failed`. */
  async read(): Promise<string> {
    const { writer, path } = this.#context;
    return (await writer.textIfAny(path)) ?? '';
  }

  /**
   * Changes the file, or creates it. `decide` gets the text as it is now; it may throw to change nothing. Throws
   * `conflict`, `locked`, `read_only`, `io_failed`, and what `read` throws.
   *
   * **Invariant:** when this throws before the file was replaced, the file is what it was.
   */
  async update(
    decide: (text: string) => { readonly change: ManagedChange; readonly edits: readonly TextEdit[] },
  ): Promise<ChangeRecord> {
    const { writer, locks, path, lockName, committed } = this.#context;
    await writer.prepare();
    const made = await locks.with(lockName, async () => {
      const current = await writer.readIfAny(path);
      const { change, edits } = decide(current?.text ?? '');
      const entry = { path, task: change.task ?? null, change };
      if (current !== undefined) return (await writer.replace(entry, current, edits)).change;
      return (await writer.create(entry, applyEdits('', edits))).change;
    });
    committed(made);
    return made;
  }

  /**
   * Gives a file that makes no sense another name beside it, with all its bytes. `isBad` is asked under the lock, of the
   * text as it is now; undefined when it is not UTF-8 or too large.
   *
   * @returns whether it was set aside. Throws `exists` when the other name is taken, and what `update` throws.
   */
  async setAside(
    as: string,
    isBad: (text: string | undefined) => boolean,
    change: ManagedChange,
  ): Promise<boolean> {
    const { writer, locks, path, lockName, committed } = this.#context;
    await writer.prepare();
    const entry = { path, task: change.task ?? null, change };
    const made = await locks.with(lockName, () => writer.setAside(entry, as, isBad));
    if (made !== undefined) committed(made);
    return made !== undefined;
  }
}
