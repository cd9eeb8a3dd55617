/** Show Terminal, Stop Agent, Refresh Inputs: what one does to a task while or before an agent works on it. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { Session } from '../../core/model/session';
import { refreshInputs } from '../../core/operations/refresh-inputs';
import { stopSession } from '../../core/operations/stop-session';
import type { GivenAnswer } from '../hook-consent';
import { askPick, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { idList, taskLabel } from '../task-face';
import { isBackground } from '../views/session-words';
import { openRunLogCommand } from './background';
import { chooseTask } from './choose';
import type { Handler, Services } from './services';

export const showTerminalCommand: Handler = async (services, argument) => {
  const { session } = await chooseRunning(services, argument, vscode.l10n.t('Show Terminal'));
  // What runs in the background has no terminal; its log is what there is to see.
  if (isBackground(session)) return openRunLogCommand(services, { session: session.id });
  services.terminals.show(session.id);
};

/**
 * Ending somebody's work is confirmed once; nothing is lost, and the task is resumable afterwards. It does not matter
 * which window or command line started the agent, as long as Baton did.
 */
export const stopAgentCommand: Handler = async (services, argument) => {
  const { session, located } = await chooseRunning(services, argument, vscode.l10n.t('Stop Agent'));
  requireOurs(session);
  const stop = vscode.l10n.t('Stop Agent');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Stop {0} on {1}?', services.agents.label(session.agent), taskLabel(located.task)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'It is asked to end, and ended if it does not. Its session is recorded, and the task can be resumed.',
      ),
    },
    stop,
  );
  if (answer !== stop) throw new Cancelled();
  try {
    await stopSession(located.folder.workspace, session.id, {
      by: 'person',
      onRequested: () => void located.folder.refresh(),
    });
  } catch (error) {
    // Closing a terminal of this window ends its program in any case.
    if (!services.terminals.watched.has(session.id)) throw error;
  } finally {
    services.terminals.close(session.id);
    await located.folder.refresh();
  }
};

function requireOurs({ origin, task }: Session): void {
  if (origin === 'managed') return;
  throw new BatonError('guard_failed', vscode.l10n.t('The agent on #{0} was started by hand.', task), {
    hint: vscode.l10n.t('Baton stops only what it started. End it in its own terminal.'),
  });
}

/** The session of the row a command was called on, else of the task that is picked. Throws `not_found`. */
export async function chooseRunning(
  services: Services,
  argument: unknown,
  title: string,
): Promise<{ readonly session: Session; readonly located: LocatedTask }> {
  const located = await chooseTask(services, argument, {
    title,
    placeholder: vscode.l10n.t('Which agent?'),
    offer: ({ running }) => running !== undefined,
    none: vscode.l10n.t('No agent is running.'),
  });
  const session = located.task.running?.session;
  if (session === undefined) {
    throw new BatonError('not_found', vscode.l10n.t('No agent works on #{0}.', located.task.id));
  }
  return { session, located };
}

/** The next launch asks again; an agent that runs keeps its hooks. */
export const forgetConsentCommand: Handler = async ({ consent, agents }) => {
  const answers = await consent.answers();
  const commands = (await consent.commandKeys()).length;
  if (answers.length + commands === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no consent to forget: you were not asked for one.'),
    );
    return;
  }
  const ofHooks = answers.map(
    (given): Choice<GivenAnswer | 'commands'> => ({
      label: agents.label(given.agent),
      description: given.answer === 'use' ? vscode.l10n.t('use hooks') : vscode.l10n.t('launch without'),
      value: given,
    }),
  );
  const ofCommands: Choice<GivenAnswer | 'commands'> = {
    label: vscode.l10n.t('Commands that verify features'),
    description: vscode.l10n.t('{0} agreed to, in all folders', commands),
    value: 'commands',
  };
  const { value } = await askPick<GivenAnswer | 'commands'>({
    title: vscode.l10n.t('Forget Consent'),
    placeholder: vscode.l10n.t('You are asked again'),
    items: [...ofHooks, ...(commands > 0 ? [ofCommands] : [])],
  });
  if (value === undefined) throw new Cancelled();
  if (value === 'commands') return consent.forgetCommands();
  await consent.forget(value);
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Baton asks again before it uses hooks of {0}.', agents.label(value.agent)),
    5_000,
  );
};

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
