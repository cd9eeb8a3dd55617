/** The first steps: set the workspace up, try the sample chain, open the project's settings. */
import * as vscode from 'vscode';
import { createSample } from '../../core/operations/create-sample';
import { commandIds } from '../contributions';
import { chooseFolder } from './choose';
import type { Handler } from './services';

export const setUpCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Set Up Workspace'));
  const created = await folder.initialise();
  const newTask = vscode.l10n.t('New Task');
  const sample = vscode.l10n.t('Create Sample Chain');
  const message =
    created.length === 0
      ? vscode.l10n.t('Baton was already set up in {0}.', folder.name)
      : vscode.l10n.t('Baton is set up in {0}: {1}.', folder.name, created.join(', '));
  // Not awaited by what follows: a notification may stay for ever.
  void vscode.window.showInformationMessage(message, newTask, sample).then((answer) => {
    if (answer === newTask) void vscode.commands.executeCommand(commandIds.createTask);
    if (answer === sample) void vscode.commands.executeCommand(commandIds.createSample);
  });
};

export const createSampleCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Create Sample Chain'));
  await folder.initialise();
  const created = await createSample(folder.workspace);
  await folder.refresh();
  const [first] = created;
  if (first === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Nothing was created: tasks #100, #101 and #102 exist already.'),
    );
    return;
  }
  await services.views.reveal({ root: folder.root, task: first.id });
};

export const openSettingsCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Open Project Settings'));
  await folder.initialise();
  const uri = vscode.Uri.joinPath(folder.folder.uri, '.baton', 'config.json');
  if (!(await exists(uri))) {
    const first = new TextEncoder().encode(`${JSON.stringify({ schema: 1 }, null, 2)}\n`);
    await vscode.workspace.fs.writeFile(uri, first);
  }
  await vscode.window.showTextDocument(uri);
};

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
