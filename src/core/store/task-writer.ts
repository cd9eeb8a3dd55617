/** Writes state files: what a task's text must satisfy, on top of the logged write. Works under the caller's task lock. */
import { applyEdits, type TextEdit } from '../base/text-edit';
import { encodeUtf8 } from '../base/utf8';
import { readDocument } from '../markdown/document';
import { outline } from '../markdown/outline';
import type { TaskDocument, TaskId } from '../model/task';
import type { Ports } from '../ports';
import type { ChangeRecord } from './change-record';
import { conflictOver, type LoggedWriter, type TextOnDisk, type Written } from './logged-writer';
import type { TaskChange } from './task-record';
import type { CurrentTask } from './task-store';

export interface Edited {
  readonly text: string;
  readonly document: TaskDocument;
  /** Undefined when the edits changed nothing. */
  readonly change: ChangeRecord | undefined;
  /** What is on disk now; undefined when the edit went to an unsaved document. */
  readonly disk: Omit<TextOnDisk, 'target'> | undefined;
}

/** What is told about a change; as a function, it may tell what the text was that the edit changed. */
export type DescribeChange = TaskChange | ((current: CurrentTask) => TaskChange);

export interface EditRequest {
  readonly path: string;
  readonly id: TaskId;
  readonly change: DescribeChange;
  readonly edit: (current: CurrentTask) => readonly TextEdit[];
  readonly expectedVersion: string | undefined;
}

/** Throws `session_ended` when the session that a change is made for may not write about the task any more. */
export type Fence = (task: TaskId, session: string) => Promise<void>;

interface Computed {
  readonly text: string;
  readonly edits: readonly TextEdit[];
  readonly document: TaskDocument;
  readonly change: TaskChange;
}

/** **Invariant:** a session that has lost its task writes nothing, however long its writer was stopped. */
export class TaskWriter {
  readonly #documents: Ports['documents'];
  readonly #hasher: Ports['hasher'];
  readonly #files: LoggedWriter;
  readonly #fence: Fence;

  constructor(ports: Pick<Ports, 'documents' | 'hasher'>, files: LoggedWriter, fence: Fence) {
    this.#documents = ports.documents;
    this.#hasher = ports.hasher;
    this.#files = files;
    this.#fence = fence;
  }

  async create(path: string, id: TaskId, text: string, change: TaskChange): Promise<Written> {
    const stated = outline(text).id;
    if (stated !== id) throw new Error(`The text for task ${id} says it is task ${stated}`);
    return this.#files.create({ path, task: id, change }, text);
  }

  async update(request: EditRequest): Promise<Edited> {
    const unsaved = this.#documents?.dirtyText(request.path);
    if (unsaved !== undefined) return this.#updateDocument(request, unsaved);
    const current = await this.#files.readText(request.path);
    const { text, edits, document, change } = this.#compute(request, current.text, current.version);
    if (text === current.text) return { text, document, change: undefined, disk: current };
    const entry = { path: request.path, task: request.id, change };
    await this.#requireCurrent(request.id, change);
    const { change: made, ...disk } = await this.#files.replace(entry, current, edits, async () => {
      this.#requireSaved(request.path);
      await this.#requireCurrent(request.id, change);
    });
    return { text, document: readDocument(text), change: made, disk };
  }

  /** The editor holds newer text than the disk: the edit joins it there, where undo works. */
  async #updateDocument(request: EditRequest, base: string): Promise<Edited> {
    const before = this.#hasher.sha256(encodeUtf8(base));
    const { text, edits, document, change } = this.#compute(request, base, before);
    if (text === base) return { text, document, change: undefined, disk: undefined };
    const entry = { path: request.path, task: request.id, change };
    await this.#requireCurrent(request.id, change);
    const made = await this.#files.editElsewhere(entry, before, text, edits, async () =>
      this.#documents?.apply(request.path, base, edits),
    );
    return { text, document: readDocument(text), change: made, disk: undefined };
  }

  #compute(
    { edit, expectedVersion, path, id, change }: EditRequest,
    base: string,
    version: string,
  ): Computed {
    const document = readDocument(base);
    const anotherTask = document.id !== undefined && document.id !== id;
    if (anotherTask || (expectedVersion !== undefined && expectedVersion !== version)) {
      throw conflictOver(this.#files.nameOf(path));
    }
    const current = { text: base, document };
    const edits = edit(current);
    const told = typeof change === 'function' ? change(current) : change;
    return { text: applyEdits(base, edits), edits, document, change: told };
  }

  /** A person may have begun to type. */
  #requireSaved(path: string): void {
    if (this.#documents?.dirtyText(path) !== undefined) throw conflictOver(this.#files.nameOf(path));
  }

  async #requireCurrent(id: TaskId, { session }: TaskChange): Promise<void> {
    if (session !== undefined && session !== '') await this.#fence(id, session);
  }
}
