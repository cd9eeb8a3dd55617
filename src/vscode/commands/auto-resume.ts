/** What the person allows Baton to do by itself: auto-resume on and off, and one command to pause all of it. */
import * as vscode from 'vscode';
import type { AgentProfile } from '../../core/model/agent-profile';
import type { BackgroundChoice } from '../../core/model/background';
import { stopSession } from '../../core/operations/stop-session';
import type { FolderSession } from '../folder-session';
import { askMany } from '../quick-input/ask';
import { Cancelled, showError } from '../show-error';
import { chooseFolder } from './choose';
import { requireTrust } from './launch';
import type { Handler, Services } from './services';

/** Consent is asked for with all it means in sight: agents start without a question after this. */
export const turnOnAutoResumeCommand: Handler = async (services, argument) => {
  requireTrust();
  const folder = await chooseFolder(services, vscode.l10n.t('Turn On Auto-Resume'), argument);
  const { agents: installed, onlyInSettings } = await services.agents.listForRuns();
  if (installed.length === 0 || onlyInSettings.length > 0) void tellAgentsFile(services, onlyInSettings);
  if (installed.length === 0) return;
  const { choices } = folder.services;
  const now = await choices.read(folder.workspace.root);
  const agents = await askAgents(installed, now);
  await confirmTurnOn(folder, agents);
  await change(folder, { autoResume: true, pausedAt: null, agents: agents.map(({ id }) => id) });
  const done = vscode.l10n.t('Auto-resume is on in {0}.', folder.name);
  vscode.window.setStatusBarMessage(done, 5_000);
};

export const turnOffAutoResumeCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Turn Off Auto-Resume'));
  await change(folder, { autoResume: false });
  const done = vscode.l10n.t('Auto-resume is off in {0}. What runs goes on to its end.', folder.name);
  vscode.window.setStatusBarMessage(done, 5_000);
};

/** Everywhere in this window, at once and without a question; what runs already is offered to be stopped. */
export const pauseBackgroundCommand: Handler = async ({ state }) => {
  const pausedAt = new Date().toISOString();
  const folders = state.folders.filter(({ phase }) => phase === 'ready');
  await Promise.all(folders.map((folder) => change(folder, { pausedAt })));
  const running = folders.flatMap((folder) =>
    (folder.snapshot?.sessions ?? [])
      .filter(({ session }) => session.end === null && session.trigger === 'automatic')
      .map(({ session }) => ({ folder, session })),
  );
  const paused = vscode.l10n.t('All background work is paused. Nothing starts by itself.');
  if (running.length === 0) return void vscode.window.setStatusBarMessage(paused, 5_000);
  const stop = vscode.l10n.t('Stop What Runs ({0})', running.length);
  const answer = await vscode.window.showInformationMessage(paused, stop);
  if (answer !== stop) return;
  await Promise.all(
    running.map(({ folder, session }) => stopSession(folder.workspace, session.id, { by: 'person' })),
  );
  await state.refresh();
};

export const resumeBackgroundCommand: Handler = async ({ state }) => {
  const folders = state.folders.filter(({ phase }) => phase === 'ready');
  await Promise.all(folders.map((folder) => change(folder, { pausedAt: null })));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Background work goes on.'), 5_000);
};

async function change(folder: FolderSession, wanted: Partial<BackgroundChoice>): Promise<void> {
  await folder.services.choices.change(folder.workspace.root, wanted);
  await folder.refresh();
}

async function askAgents(
  installed: readonly AgentProfile[],
  { agents }: BackgroundChoice,
): Promise<readonly AgentProfile[]> {
  const { value } = await askMany<AgentProfile>({
    title: vscode.l10n.t('Turn On Auto-Resume'),
    placeholder: vscode.l10n.t('Which agents may resume tasks in the background?'),
    items: installed.map((profile) => ({ label: profile.label, description: profile.id, value: profile })),
    chosen: ({ id, trial }) => (agents.length === 0 ? !trial : agents.includes(id)),
  });
  if (value.length === 0) throw new Cancelled();
  return value;
}

async function confirmTurnOn(folder: FolderSession, agents: readonly AgentProfile[]): Promise<void> {
  const { maxBackground } = folder.workspace.config.autoResume;
  const yes = vscode.l10n.t('Turn On');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Let Baton resume tasks by itself in {0}?', folder.name),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Tasks whose session ended before they were done are resumed in the background, with {0} only, at most {1} at a time, and never while an agent of yours works in this folder. An agent then works without asking you. You can pause or turn this off at any time.',
        agents.map(({ label }) => label).join(', '),
        maxBackground,
      ),
    },
    yes,
  );
  if (answer !== yes) throw new Cancelled();
}

/** Not awaited, since it may stay for ever; so what goes wrong is told here. */
async function tellAgentsFile(
  { background, log }: Services,
  onlyInSettings: readonly string[],
): Promise<void> {
  const open = vscode.l10n.t('Open agents.json');
  const words =
    onlyInSettings.length > 0
      ? vscode.l10n.t(
          'Only the settings of this editor know {0}. Agents that run in the background are read from agents.json, which the command line reads too.',
          onlyInSettings.join(', '),
        )
      : vscode.l10n.t(
          'No installed agent may run in the background: Baton uses economical ones only. Agents of your own for it belong into agents.json.',
        );
  try {
    if ((await vscode.window.showWarningMessage(words, open)) !== open) return;
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(await background.ensureAgentsFile()));
  } catch (error) {
    void showError(log, error);
  }
}
