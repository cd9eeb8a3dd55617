/** New Task, and New Task Downstream Of: the flow asks, then the task is created, opened and revealed. */
import * as vscode from 'vscode';
import type { TaskId } from '../../core/model/task';
import { createTask } from '../../core/operations/create-task';
import type { FolderSession } from '../folder-session';
import { askNewTask } from '../quick-input/new-task-flow';
import { chooseFolder, chooseTask } from './choose';
import type { Handler, Services } from './services';
import { openTaskFile } from './task-file';

export const newTaskCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('New Task'));
  await createIn(services, folder, []);
};

export const newDownstreamCommand: Handler = async (services, argument) => {
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('New Task Downstream Of…'),
    placeholder: vscode.l10n.t('The task whose output the new one builds on'),
    offer: ({ status }) => status !== 'cancelled',
    none: vscode.l10n.t('There is no task to build on yet.'),
  });
  await createIn(services, folder, [task.id]);
};

async function createIn(
  services: Services,
  folder: FolderSession,
  upstream: readonly TaskId[],
): Promise<void> {
  const agents = await services.agents.list();
  // Setting a folder up is part of creating its first task, and happens only after the last question.
  const input = await askNewTask({ tasks: folder.snapshot?.tasks ?? [], agents, upstream });
  await folder.initialise();
  const { id } = await createTask(folder.workspace, input);
  await folder.refresh();
  const ref = { root: folder.root, task: id };
  await openTaskFile(services.state.locate(ref));
  await services.views.reveal(ref);
}
