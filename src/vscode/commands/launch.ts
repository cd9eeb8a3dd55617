/** Launch Agent and Resume: trust, agent, lease and packet, terminal. A refused launch says why and loses nothing. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { prepareLaunch } from '../../core/operations/launch-session';
import { toldNoticesKey } from '../contributions';
import type { LocatedTask } from '../state';
import { canStart } from '../task-face';
import { chooseTask } from './choose';
import { type ChosenLaunch, chooseLaunch, packetWords } from './choose-launch';
import type { Handler, Services } from './services';

export const launchCommand: Handler = async (services, argument) => {
  requireTrust();
  const title = vscode.l10n.t('Launch Agent');
  const located = await chooseTask(services, argument, {
    title,
    placeholder: vscode.l10n.t('The task to work on'),
    offer: canStart,
    none: vscode.l10n.t('No task is ready. Create one, or finish what the others wait for.'),
  });
  await launch(services, located, await chooseLaunch(services, located, { title, always: false }));
};

/** Always asks which agent: another one may continue what the first began. */
export const launchWithCommand: Handler = async (services, argument) => {
  requireTrust();
  const title = vscode.l10n.t('Launch Agent With…');
  const located = await chooseTask(services, argument, {
    title,
    placeholder: vscode.l10n.t('The task to work on'),
    offer: canStart,
    none: vscode.l10n.t('No task is ready. Create one, or finish what the others wait for.'),
  });
  await launch(services, located, await chooseLaunch(services, located, { title, always: true }));
};

export const resumeCommand: Handler = async (services, argument) => {
  requireTrust();
  const title = vscode.l10n.t('Resume');
  const located = await chooseTask(services, argument, {
    title,
    placeholder: vscode.l10n.t('The task to continue'),
    offer: (one) => canStart(one) && one.badges.includes('resumable'),
    none: vscode.l10n.t('No task is resumable.'),
  });
  await launch(services, located, await chooseLaunch(services, located, { title, always: false }));
};

/** Throws `untrusted` in Restricted Mode. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new BatonError('untrusted', vscode.l10n.t('Agents do not start in Restricted Mode.'), {
    hint: vscode.l10n.t('A task file can hold text from strangers. Trust this workspace first.'),
  });
}

async function launch(services: Services, located: LocatedTask, chosen: ChosenLaunch): Promise<void> {
  const { folder, task } = located;
  const { profile } = chosen.agent;
  const consents = await services.consent.settle(chosen.agent);
  await folder.services.prepareCommand();
  const packet = packetWords(chosen.tokens);
  const check = (await services.verification()).check(folder);
  const title = vscode.l10n.t('Launching {0} on #{1}, {2}', profile.label, task.id, packet);
  const launched = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    prepareLaunch(folder.workspace, task.id, {
      agent: profile,
      continueOwn: chosen.continueOwn,
      consents,
      run: check.run,
      onChecked: check.onResult,
    }),
  );
  await folder.refresh();
  check.tell();
  const { session, notices } = launched;
  const whole = packetWords(launched.packetTokens);
  const first = vscode.l10n.t('Session {0} on #{1}, {2}', session.number, task.id, whole);
  try {
    const message = [first, ...notices].map((line) => `Baton: ${line}`).join('\r\n');
    await services.terminals.start(folder, launched, { agentLabel: profile.label, message });
  } finally {
    await folder.refresh();
  }
  if (!chosen.asked) void tellOnce(services, profile.label, notices);
}

/** What an agent lacks is said once, where no pick has shown it; after that the terminal and the session's hover do. */
async function tellOnce(services: Services, agent: string, notices: readonly string[]): Promise<void> {
  const stored = services.memento.get<unknown>(toldNoticesKey);
  const told: readonly unknown[] = Array.isArray(stored) ? stored : [];
  const news = notices.filter((notice) => !told.includes(`${agent}: ${notice}`));
  if (news.length === 0) return;
  await services.memento.update(toldNoticesKey, [...told, ...news.map((notice) => `${agent}: ${notice}`)]);
  void vscode.window.showInformationMessage(`${agent}: ${news.join(' ')}`);
}
