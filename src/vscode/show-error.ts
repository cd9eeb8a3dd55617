/** The editor's one mapping of failures: foreseen ones say what to do, anything else is a bug and goes to the log. */
import * as vscode from 'vscode';
import { BatonError } from '../core/base/baton-error';
import { commandIds, settingIds } from './contributions';
import { errorText } from './error-text';
import { switchedOff } from './switches';

/** Cancelling is not a failure; flows throw this to stop without a word. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export interface ErrorAction {
  readonly title: string;
  readonly run: () => unknown;
}

/** Shows a failure and waits for the answer. Never throws; call it where a command ends. */
export async function showError(
  log: vscode.LogOutputChannel,
  error: unknown,
  actions: readonly ErrorAction[] = [],
): Promise<void> {
  if (isCancelled(error)) return;
  const foreseen = error instanceof BatonError;
  if (foreseen) log.warn(`${error.code}: ${error.message}`);
  else log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const showLog: ErrorAction = {
    title: vscode.l10n.t('Show Log'),
    run: () => vscode.commands.executeCommand(commandIds.showLog),
  };
  const offered = [...actions, ...ownActions(error), showLog];
  const titles = offered.map(({ title }) => title);
  const text = errorText(error, vscode.l10n);
  const answer = foreseen
    ? await vscode.window.showWarningMessage(text, ...titles)
    : await vscode.window.showErrorMessage(text, ...titles);
  await offered.find(({ title }) => title === answer)?.run();
}

function openSettings(): ErrorAction {
  const query = [settingIds.agentRuntime, settingIds.memory, settingIds.workers].map((id) => `@id:${id}`);
  return {
    title: vscode.l10n.t('Open Settings'),
    run: () => vscode.commands.executeCommand('workbench.action.openSettings', query.join(' ')),
  };
}

function openProjectSettings(): ErrorAction {
  return {
    title: vscode.l10n.t('Open Project Settings'),
    run: () => vscode.commands.executeCommand(commandIds.openSettings),
  };
}

/** By name: each bundle carries a class of its own. */
function isCancelled(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'Cancelled');
}

function ownActions(error: unknown): readonly ErrorAction[] {
  if (!(error instanceof BatonError)) return [];
  switch (error.code) {
    case 'not_initialized':
      return [
        {
          title: vscode.l10n.t('Set Up Workspace'),
          run: () => vscode.commands.executeCommand(commandIds.setUp),
        },
      ];
    case 'switched_off':
      return [switchedOff().length > 0 ? openSettings() : openProjectSettings()];
    case 'untrusted':
      return [
        {
          title: vscode.l10n.t('Manage Workspace Trust'),
          run: () => vscode.commands.executeCommand('workbench.trust.manage'),
        },
      ];
    default:
      return [];
  }
}
