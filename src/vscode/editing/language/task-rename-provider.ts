/** F2 on a task id: the id changes in all task files and in the names of its own, in one edit that can be undone. */
import * as vscode from 'vscode';
import {
  type NoRename,
  type RenameEdit,
  type RenameFile,
  refuseNewId,
  renameTask,
} from '../../../core/editing/rename-task';
import { referenceAt, type TaskReference, taskReferences } from '../../../core/editing/task-references';
import { isTaskId, type TaskId } from '../../../core/model/task';
import { mapBounded } from '../../../core/store/map-bounded';
import { folderOf, join, relativeTo, taskFilePath } from '../../../core/store/paths';
import { queuedOf } from '../../background/folder-background';
import type { LocatedTask } from '../../state';
import { problemWords } from '../../task-face';
import { type OpenTask, rangeIn, rangesIn, type TaskDocuments } from './task-documents';

const atOnce = 16;

interface FileRename {
  readonly from: string;
  readonly to: string;
}

export class TaskRenameProvider implements vscode.RenameProvider {
  readonly #documents: TaskDocuments;

  constructor(documents: TaskDocuments) {
    this.#documents = documents;
  }

  /** Throws where nothing of ours can be renamed, so that another provider may answer. */
  prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { range: vscode.Range; placeholder: string } {
    const { reference } = this.#at(document, position);
    return { range: rangeIn(document, reference.range), placeholder: reference.id };
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    newName: string,
    token: vscode.CancellationToken,
  ): Promise<vscode.WorkspaceEdit> {
    const { open, target } = this.#at(document, position);
    const from = target.task.id;
    const to = newName.trim().replace(/^#/, '');
    const known = this.#documents.neighbours(open).map(({ task }) => task.id);
    const refused = refuseNewId(from, to, known);
    if (refused !== undefined) throw new Error(whyNot(refused, open));
    // `refuseNewId` has looked at it; the type does not know.
    if (!isTaskId(to)) throw new Error(whyNot({ why: 'not_an_id' }, open));
    refuseBusy(target);
    const files = await this.#files(open, from, token);
    const edits = renameTask(files, from, to);
    if ('why' in edits) throw new Error(whyNot(edits, open));
    const renames = await this.#renames(target, to);
    return workspaceEdit(files, edits, renames);
  }

  #at(document: vscode.TextDocument, position: vscode.Position) {
    const open = this.#documents.open(document);
    const reference = open && referenceAt(taskReferences(open.text), document.offsetAt(position));
    if (open === undefined || reference === undefined || reference.recorded) {
      throw new Error(vscode.l10n.t('There is no task id here that can be renamed.'));
    }
    const target = this.#documents.neighbour(open, reference.id);
    if (target === undefined) throw new Error(vscode.l10n.t('There is no task #{0} here.', reference.id));
    return { open, reference, target } satisfies {
      open: OpenTask;
      reference: TaskReference;
      target: LocatedTask;
    };
  }

  /** The task files that hold the id, each of which must be one that can be written whole. */
  async #files(open: OpenTask, id: TaskId, token: vscode.CancellationToken): Promise<readonly RenameFile[]> {
    const lists = await mapBounded(this.#documents.neighbours(open), atOnce, async (one) => {
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      const { fileProblem } = one.task;
      // What lies outside the workspace folder is not looked at, and never written.
      if (fileProblem === 'outside_workspace' && one.task.id !== id) return [];
      const text = await this.#documents.read(one, (raw) => raw.includes(id));
      const concerned = text !== undefined && taskReferences(text).some((found) => found.id === id);
      const unseen = fileProblem === 'unreadable' || fileProblem === 'not_utf8';
      if (fileProblem !== undefined && (concerned || unseen || one.task.id === id)) {
        const words = problemWords(fileProblem, vscode.l10n);
        throw new Error(vscode.l10n.t('{0} cannot be changed: {1}.', one.task.file, words));
      }
      return text === undefined ? [] : [{ path: one.task.path, task: text }];
    });
    return lists.flat();
  }

  /** Only files that are named after the id; a name of the person's own stays. */
  async #renames({ folder, task }: LocatedTask, to: TaskId): Promise<readonly FileRename[]> {
    const place = folderOf(task.path);
    const archive = (id: TaskId) => join(place, `task-${id}-archive.md`);
    const { fs } = folder.services.ports;
    const found: FileRename[] = [];
    if (task.path === taskFilePath(place, task.id)) {
      found.push({ from: task.path, to: taskFilePath(place, to) });
    }
    if ((await fs.stat(archive(task.id))) !== undefined) {
      found.push({ from: archive(task.id), to: archive(to) });
    }
    for (const one of found) {
      const sameOnSomeDisks = one.from.toLowerCase() === one.to.toLowerCase();
      if (sameOnSomeDisks || (await fs.stat(one.to)) === undefined) continue;
      throw new Error(vscode.l10n.t('There is already a file {0}.', relativeTo(folder.root, one.to)));
    }
    return found;
  }
}

/** An agent, a session or the queue knows the task by its id and would write to one that is gone. */
function refuseBusy({ folder, task }: LocatedTask): void {
  if (task.running !== undefined) {
    throw new Error(
      vscode.l10n.t('Task #{0} cannot be renamed while an agent works on it. Stop the agent first.', task.id),
    );
  }
  if (queuedOf(folder.background, task.id) !== undefined) {
    throw new Error(
      vscode.l10n.t(
        'Task #{0} cannot be renamed while it is in the resume queue. Remove it there first.',
        task.id,
      ),
    );
  }
}

function whyNot(refused: NoRename, { folder }: LocatedTask): string {
  switch (refused.why) {
    case 'same':
      return vscode.l10n.t('The task has this id already.');
    case 'not_an_id':
      return vscode.l10n.t(
        'An id is made of letters, digits, dots, dashes and underscores, and begins with a letter or digit.',
      );
    case 'taken':
      return vscode.l10n.t('There is already a task #{0}.', refused.by);
    case 'unclear':
      return vscode.l10n.t(
        '{0} names the task in a way that cannot be edited safely. Change it there by hand first.',
        relativeTo(folder.root, refused.path),
      );
  }
}

/** Files first: VS Code takes edits of a text that is then renamed apart, and makes only half of them. */
function workspaceEdit(
  files: readonly RenameFile[],
  edits: ReadonlyMap<string, readonly RenameEdit[]>,
  renames: readonly FileRename[],
): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { from, to } of renames) {
    edit.renameFile(vscode.Uri.file(from), vscode.Uri.file(to), { overwrite: false });
  }
  const doubtful: vscode.WorkspaceEditEntryMetadata = {
    needsConfirmation: true,
    label: vscode.l10n.t('Numbers that may mean something else'),
  };
  const newPaths = new Map(renames.map(({ from, to }) => [from, to]));
  for (const { path, task } of files) {
    const changes = edits.get(path) ?? [];
    const uri = vscode.Uri.file(newPaths.get(path) ?? path);
    for (const [index, range] of rangesIn(task.text, changes).entries()) {
      const change = changes[index];
      if (change !== undefined) edit.replace(uri, range, change.text, change.certain ? undefined : doubtful);
    }
  }
  return edit;
}
