/** The buttons of a plan in words, above its title: an icon over the editor tells nobody what comes next. */
import * as vscode from 'vscode';
import { readPlan } from '../../core/planner/read-plan';
import { commandIds, settingIds } from '../contributions';
import { isPlan } from './plan-loader';

export function registerPlanLenses(): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider({ language: 'markdown' }, { provideCodeLenses });
}

function provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const settings = vscode.workspace.getConfiguration(undefined, document.uri);
  if (!isPlan(document) || !settings.get<boolean>(settingIds.codeLens, true)) return [];
  const { range } = document.lineAt(0);
  const discard = { title: vscode.l10n.t('Discard Plan'), command: commandIds.discardPlan };
  // A file is the person's, and stays.
  const commands = [mainCommand(document), ...(document.isUntitled ? [discard] : [])];
  return commands.map((command) => new vscode.CodeLens(range, { ...command, arguments: [document.uri] }));
}

/** What is wrong is shown by the same command, with the place. */
function mainCommand(document: vscode.TextDocument): vscode.Command {
  const { t } = vscode.l10n;
  const { plan, problems } = readPlan(document.getText());
  const count = plan.tasks.length;
  const create = count === 1 ? t('Create One Task') : t('Create {0} Tasks', count);
  const words = problems.length === 0 ? `$(check-all) ${create}` : `$(error) ${t('Show What Is Wrong')}`;
  return { title: words, command: commandIds.createPlannedTasks };
}
