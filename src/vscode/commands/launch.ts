/** Launch Agent and Resume: trust, agent, lease and packet, terminal. A refused launch says why and loses nothing. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { AgentProfile } from '../../core/model/agent-profile';
import { prepareLaunch } from '../../core/operations/launch-session';
import { type KnownAgent, listAgents } from '../../core/operations/list-agents';
import type { TaskView } from '../../core/operations/task-view';
import { userProfiles } from '../agents';
import { lastAgentKey, settingIds } from '../contributions';
import type { FolderSession } from '../folder-session';
import { agentChoices } from '../quick-input/agent-choices';
import { askPick } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { canStart } from '../task-face';
import { chooseTask } from './choose';
import type { Handler, Services } from './services';

export const launchCommand: Handler = async (services, argument) => {
  requireTrust();
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Launch Agent'),
    placeholder: vscode.l10n.t('The task to work on'),
    offer: canStart,
    none: vscode.l10n.t('No task is ready. Create one, or finish what the others wait for.'),
  });
  await launch(services, folder, task, false);
};

/** Always asks which agent: another one may continue what the first began. */
export const launchWithCommand: Handler = async (services, argument) => {
  requireTrust();
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Launch Agent With…'),
    placeholder: vscode.l10n.t('The task to work on'),
    offer: canStart,
    none: vscode.l10n.t('No task is ready. Create one, or finish what the others wait for.'),
  });
  await launch(services, folder, task, true);
};

export const resumeCommand: Handler = async (services, argument) => {
  requireTrust();
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Resume'),
    placeholder: vscode.l10n.t('The task to continue'),
    offer: (one) => canStart(one) && one.badges.includes('resumable'),
    none: vscode.l10n.t('No task is resumable.'),
  });
  await launch(services, folder, task, false);
};

function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new BatonError('untrusted', vscode.l10n.t('Agents do not start in Restricted Mode.'), {
    hint: vscode.l10n.t('A task file can hold text from strangers. Trust this workspace first.'),
  });
}

async function launch(
  services: Services,
  folder: FolderSession,
  task: TaskView,
  ask: boolean,
): Promise<void> {
  const { workspace } = folder;
  const { profile } = await chooseAgent(services, folder, task, ask);
  await folder.services.prepareCommand();
  const title = vscode.l10n.t('Launching {0} on #{1}', profile.label, task.id);
  const launched = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    prepareLaunch(workspace, task.id, { agent: profile }),
  );
  await folder.refresh();
  try {
    await services.terminals.start(folder, launched, profile.label);
  } finally {
    await folder.refresh();
  }
}

/** The agent the task names, else the one the settings name, where it is installed; else the person picks. */
async function chooseAgent(
  services: Services,
  folder: FolderSession,
  task: TaskView,
  ask: boolean,
): Promise<KnownAgent> {
  const { agents, problems } = await listAgents(folder.workspace, userProfiles());
  for (const problem of problems) services.log.warn(problem);
  const always = vscode.workspace
    .getConfiguration(undefined, folder.folder)
    .get<string>(settingIds.defaultAgent);
  const installed = (wanted: string | undefined) =>
    agents.find(
      ({ profile, executable }) =>
        executable !== undefined && wanted !== undefined && isNamed(profile, wanted),
    );
  const named = installed(task.agent) ?? installed(always);
  if (named !== undefined && !ask) return named;
  const choices = agentChoices(agents);
  const likely = named ?? installed(services.memento.get<string>(lastAgentKey));
  const active = choices.find(({ value }) => value === likely);
  const { value: chosen } = await askPick<KnownAgent>({
    title: vscode.l10n.t('Launch Agent on #{0}', task.id),
    placeholder: vscode.l10n.t('Which agent?'),
    items: choices,
    active,
  });
  if (chosen === undefined) throw new Cancelled();
  if (chosen.executable === undefined) await refuseMissing(chosen);
  await services.memento.update(lastAgentKey, chosen.profile.id);
  return chosen;
}

function isNamed({ id, label }: AgentProfile, wanted: string): boolean {
  return id === wanted.toLowerCase() || label === wanted;
}

async function refuseMissing({ profile }: KnownAgent): Promise<never> {
  const copy = vscode.l10n.t('Copy Install Command');
  const settings = vscode.l10n.t('Open Settings');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is not installed.', profile.label),
    ...(profile.install === '' ? [] : [copy]),
    settings,
  );
  if (answer === copy) await vscode.env.clipboard.writeText(profile.install);
  if (answer === settings)
    await vscode.commands.executeCommand('workbench.action.openSettings', settingIds.agents);
  throw new Cancelled();
}
