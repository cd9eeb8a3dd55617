/** Show Report: what happened today and how things stand, as the command line writes it. */
import * as vscode from 'vscode';
import { chooseFolder } from './choose';
import type { Handler } from './services';

export const showReportCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Show Report'));
  const text = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window }, () =>
    services.report(folder.workspace.root),
  );
  await services.reports.show(vscode.l10n.t('Report of {0}.md', folder.name), text);
};
