/** Tasks dragged into editors and chats, as their files and their names, and onto another task, which then builds on them. */
import * as vscode from 'vscode';
import { commandIds, viewIds } from '../contributions';
import type { BatonState } from '../state';
import { taskLabel } from '../task-face';
import { sameRef, type TaskRef, taskRefOf } from '../task-ref';
import type { TreeRow } from './tree-provider';

const ownType = `application/vnd.code.tree.${viewIds.chains.toLowerCase()}`;

export class TaskDragAndDrop implements vscode.TreeDragAndDropController<TreeRow> {
  readonly dragMimeTypes = ['text/uri-list', 'text/plain'];
  readonly dropMimeTypes = [ownType];
  readonly #state: BatonState;

  constructor(state: BatonState) {
    this.#state = state;
  }

  handleDrag(rows: readonly TreeRow[], data: vscode.DataTransfer): void {
    // A checklist item belongs to its task, but is not the task.
    const refs = rows.flatMap(({ ref, target }) => (ref === undefined || target !== undefined ? [] : [ref]));
    const tasks = refs.flatMap((ref) => this.#state.find(ref)?.task ?? []);
    if (tasks.length === 0) return;
    const put = (type: string, value: string) => data.set(type, new vscode.DataTransferItem(value));
    put(ownType, JSON.stringify(refs));
    put('text/uri-list', tasks.map(({ path }) => vscode.Uri.file(path).toString()).join('\r\n'));
    put('text/plain', tasks.map(taskLabel).join('\n'));
  }

  /** Onto nothing, onto itself, and into another folder of the window, a task cannot be dropped. */
  async handleDrop(target: TreeRow | undefined, data: vscode.DataTransfer): Promise<void> {
    const onto = target?.ref;
    const dragged = await data.get(ownType)?.asString();
    if (onto === undefined || dragged === undefined || dragged === '') return;
    const add = refsOf(dragged).filter((ref) => ref.root === onto.root && !sameRef(ref, onto));
    if (add.length === 0) return;
    await vscode.commands.executeCommand(commandIds.changeDependencies, {
      ...onto,
      add: add.map(({ task }) => task),
    });
  }
}

function refsOf(dragged: string): readonly TaskRef[] {
  const value: unknown = JSON.parse(dragged);
  return Array.isArray(value) ? value.flatMap((one) => taskRefOf(one) ?? []) : [];
}
