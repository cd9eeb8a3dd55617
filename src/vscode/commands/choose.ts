/** What a command works on: the thing it was called on, else the open task file, else what the person picks. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { TaskView } from '../../core/operations/task-view';
import type { FolderSession } from '../folder-session';
import { askPick, type Choice } from '../quick-input/ask';
import { taskChoice } from '../quick-input/new-task-flow';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { taskRefOf } from '../task-ref';
import type { Services } from './services';

export interface TaskQuestion {
  readonly title: string;
  readonly placeholder: string;
  /** Tasks worth offering. A task the command was called on is taken as it is: the core judges it, with reasons. */
  readonly offer: (task: TaskView) => boolean;
  /** Said when no task is worth offering. */
  readonly none: string;
}

export async function chooseTask(
  { state }: Pick<Services, 'state'>,
  argument: unknown,
  question: TaskQuestion,
): Promise<LocatedTask> {
  const ref = taskRefOf(argument);
  if (ref !== undefined) return state.locate(ref);
  const open = openTask(state, argument);
  if (open !== undefined && (argument instanceof vscode.Uri || question.offer(open.task))) return open;
  requireFolder(state.folders);
  const offered = state.tasks.filter(({ task }) => question.offer(task));
  if (offered.length === 0) throw new BatonError('not_found', question.none);
  const several = state.folders.length > 1;
  const { value } = await askPick<LocatedTask>({
    title: question.title,
    placeholder: question.placeholder,
    items: offered.map((located) => locatedChoice(located, several)),
  });
  return required(value);
}

export function locatedChoice(located: LocatedTask, withFolder: boolean): Choice<LocatedTask> {
  const choice = { ...taskChoice(located.task), value: located };
  return withFolder ? { ...choice, detail: located.folder.name } : choice;
}

/** The document the command was called on (editor title), or the one being edited. */
function openTask(state: Services['state'], argument: unknown): LocatedTask | undefined {
  if (argument instanceof vscode.Uri) return state.taskOfFile(argument);
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? undefined : state.taskOfFile(uri);
}

/**
 * The folder of the task a command was called on, the only folder, or the one picked among several. Throws where there is
 * none, or none on a disk.
 */
export async function chooseFolder(
  { state }: Pick<Services, 'state'>,
  title: string,
  argument?: unknown,
): Promise<FolderSession> {
  const ref = taskRefOf(argument);
  if (ref !== undefined) return state.folder(ref.root);
  requireFolder(state.folders);
  const onDisk = state.folders.filter(({ phase }) => phase !== 'virtual');
  const [first] = onDisk;
  if (first === undefined) {
    throw new BatonError('read_only', vscode.l10n.t('Baton needs a folder on disk.'), {
      hint: vscode.l10n.t('Open the project from a local or remote disk to work with its tasks.'),
    });
  }
  if (onDisk.length === 1) return first;
  const { value } = await askPick<FolderSession>({
    title,
    placeholder: vscode.l10n.t('In which folder?'),
    items: onDisk.map((folder) => ({
      label: folder.name,
      description: folder.root,
      iconPath: new vscode.ThemeIcon('root-folder'),
      value: folder,
    })),
  });
  return required(value);
}

function requireFolder(folders: readonly FolderSession[]): void {
  if (folders.length > 0) return;
  throw new BatonError('not_found', vscode.l10n.t('No folder is open.'), {
    hint: vscode.l10n.t('Open the folder of your project first.'),
  });
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Cancelled();
  return value;
}
