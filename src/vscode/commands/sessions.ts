/** Show Terminal, Stop Agent, Refresh Inputs: what one does to a task while or before an agent works on it. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { refreshInputs } from '../../core/operations/refresh-inputs';
import { agentLabel } from '../agents';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { idList, taskLabel } from '../task-face';
import { chooseTask } from './choose';
import type { Handler, Services } from './services';

export const showTerminalCommand: Handler = async (services, argument) => {
  const { session } = await chooseRunning(services, argument, vscode.l10n.t('Show Terminal'));
  services.terminals.show(session);
};

/** Ending somebody's work is confirmed once; nothing is lost, and the task is resumable afterwards. */
export const stopAgentCommand: Handler = async (services, argument) => {
  const { session, located } = await chooseRunning(services, argument, vscode.l10n.t('Stop Agent'));
  // Also refuses before asking when the agent runs somewhere else.
  services.terminals.show(session);
  const agent = located.task.running?.session.agent;
  const stop = vscode.l10n.t('Stop Agent');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Stop {0} on {1}?', agent === undefined ? '' : agentLabel(agent), taskLabel(located.task)),
    { modal: true, detail: vscode.l10n.t('Its session is recorded, and the task can be resumed.') },
    stop,
  );
  if (answer !== stop) throw new Cancelled();
  services.terminals.stop(session);
};

async function chooseRunning(
  services: Services,
  argument: unknown,
  title: string,
): Promise<{ readonly session: string; readonly located: LocatedTask }> {
  const located = await chooseTask(services, argument, {
    title,
    placeholder: vscode.l10n.t('Which agent?'),
    offer: ({ running }) => running !== undefined,
    none: vscode.l10n.t('No agent is running.'),
  });
  const session = located.task.running?.session.id;
  if (session === undefined) {
    throw new BatonError('not_found', vscode.l10n.t('No agent works on #{0}.', located.task.id));
  }
  return { session, located };
}

export const refreshInputsCommand: Handler = async (services, argument) => {
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Refresh Inputs'),
    placeholder: vscode.l10n.t('The task that receives the outputs'),
    offer: ({ dependsOn, status }) => dependsOn.length > 0 && status !== 'cancelled',
    none: vscode.l10n.t('No task has upstream tasks.'),
  });
  const { refreshed } = await refreshInputs(folder.workspace, task.id);
  await folder.refresh();
  const message =
    refreshed.length === 0
      ? vscode.l10n.t('The inputs of #{0} are up to date.', task.id)
      : vscode.l10n.t('#{0} has the latest output of {1}.', task.id, idList(refreshed));
  vscode.window.setStatusBarMessage(message, 5_000);
};
