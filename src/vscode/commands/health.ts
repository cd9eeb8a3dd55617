/** Check Health: what is wrong in a folder, the worst first, each with where it is and what repairing it would do. */
import * as vscode from 'vscode';
import type { FindingView, HealthReport } from '../../core/operations/check-health';
import type { FixReport } from '../../core/operations/fix-health';
import { commandIds } from '../contributions';
import type { FolderSession } from '../folder-session';
import { askPick, type Choice } from '../quick-input/ask';
import { chooseFolder } from './choose';
import type { Handler } from './services';

/**
 * Runs outside this process: it takes every file of the folder apart, which in a large one would keep the extension host
 * from everything else for seconds.
 */
export interface HealthService {
  check(root: string): Promise<HealthReport>;
  repair(root: string): Promise<Pick<FixReport, 'fixed' | 'failed'>>;
}

type Chosen = { readonly kind: 'fixAll' } | { readonly kind: 'finding'; readonly finding: FindingView };

export const checkHealthCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Check Health'));
  const title = vscode.l10n.t('Checking the health of {0}', folder.name);
  const { findings, counts } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title },
    () => services.health.check(folder.workspace.root),
  );
  if (findings.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is wrong in {0}.', folder.name));
    return;
  }
  const fixAll: Choice<Chosen> = {
    label: vscode.l10n.t('Repair what can be repaired ({0})', counts.fixable),
    detail: vscode.l10n.t(
      'Nothing is deleted: what a repair replaces is kept, and `baton health --undo` brings it back',
    ),
    iconPath: new vscode.ThemeIcon('wand'),
    value: { kind: 'fixAll' },
  };
  const { value } = await askPick<Chosen>({
    title: vscode.l10n.t('Health of {0}', folder.name),
    placeholder: vscode.l10n.t('Pick a finding to go to it'),
    items: [...(counts.fixable > 0 ? [fixAll] : []), ...findings.map(choiceOf)],
  });
  if (value?.kind === 'fixAll') await repairAll(services.health, folder);
  else if (value?.kind === 'finding') await goTo(folder, value.finding);
};

function choiceOf(finding: FindingView): Choice<Chosen> {
  const place = [finding.file, finding.line].filter((part) => part !== null).join(':');
  return {
    label: finding.message,
    description: place,
    detail: finding.rule,
    iconPath: new vscode.ThemeIcon(finding.severity),
    value: { kind: 'finding', finding },
  };
}

async function repairAll(health: HealthService, folder: FolderSession): Promise<void> {
  const { fixed, failed } = await health.repair(folder.workspace.root);
  await folder.refresh();
  const done = vscode.l10n.t('Repaired {0} of {1}.', fixed.length, fixed.length + failed.length);
  const why = failed.map(({ message }) => message).join(' ');
  if (failed.length === 0) void vscode.window.showInformationMessage(done);
  else void vscode.window.showWarningMessage(`${done} ${why}`);
}

async function goTo(folder: FolderSession, { file, line }: FindingView): Promise<void> {
  if (file === null) return;
  const uri = vscode.Uri.joinPath(folder.folder.uri, file);
  const at = new vscode.Range((line ?? 1) - 1, 0, (line ?? 1) - 1, 0);
  await vscode.commands.executeCommand('vscode.open', uri, { selection: at });
}

/**
 * After a stop that nobody saw: looks in the background, and speaks only of what it found. Not awaited by whoever opens
 * the folder; a check that cannot run is for the log.
 */
export async function checkAfterUncleanStop(
  health: HealthService,
  folder: FolderSession,
  log: vscode.LogOutputChannel,
): Promise<void> {
  log.info(`Baton was cut short in ${folder.root}: checking its health`);
  try {
    const { counts } = await health.check(folder.root);
    const found = counts.error + counts.warning;
    log.info(`Health of ${folder.root}: ${found} findings`);
    if (found > 0) void tellFindings(folder, found);
  } catch (error) {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function tellFindings(folder: FolderSession, found: number): Promise<void> {
  const show = vscode.l10n.t('Show Findings');
  const what =
    found === 1
      ? vscode.l10n.t('Baton was cut short in {0}, and the health check found 1 problem.', folder.name)
      : vscode.l10n.t(
          'Baton was cut short in {0}, and the health check found {1} problems.',
          folder.name,
          found,
        );
  const answer = await vscode.window.showWarningMessage(what, show);
  if (answer === show) await vscode.commands.executeCommand(commandIds.checkHealth);
}
