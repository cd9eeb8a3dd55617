/** Plan from Goal or PRD, and what the buttons of a plan do. Planning itself is a bundle of its own. */
import * as vscode from 'vscode';
import type { Handler } from './services';

export const planCommand: Handler = async ({ planning }, argument) => (await planning()).plan(argument);

export const createPlannedTasksCommand: Handler = async ({ planning, views }, argument) => {
  const { folder, accepted } = await (await planning()).createTasks(argument);
  const [first] = accepted.tasks;
  if (first !== undefined) await views.reveal({ root: folder.root, task: first.id });
  const count = accepted.tasks.length;
  const text =
    count === 1 ? vscode.l10n.t('One task was created.') : vscode.l10n.t('{0} tasks were created.', count);
  void vscode.window.showInformationMessage(text);
};

export const discardPlanCommand: Handler = async ({ planning }, argument) =>
  (await planning()).discard(argument);
