/** What Baton does beside the person: logs of its runs, its suggestions, what it no longer tells. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { NudgeLedger } from '../../core/nudges/nudge-ledger';
import type { Draft } from '../../core/nudges/suggest';
import { acceptSuggestion, dismissSuggestion } from '../../core/operations/suggestions';
import { join, paths } from '../../core/store/paths';
import type { FolderSession } from '../folder-session';
import { askPick } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { localTime } from '../views/local-time';
import { isBackground } from '../views/session-words';
import { chooseFolder } from './choose';
import { draftOf } from './draft-of';
import type { Handler, Services } from './services';

export const showBackgroundOutputCommand: Handler = async ({ background }) => background.output.show();

export const showMetricsCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Show Diagnostics Report'));
  const text = await (await services.loadChatLibrary()).metricsText(folder, services.agents.label);
  await services.reports.show(vscode.l10n.t('Diagnostics of {0}.md', folder.name), text);
};

/** What a run in the background printed: the file itself, which grows while the run goes on. */
export const openRunLogCommand: Handler = async (services, argument) => {
  const { folder, session } = await chooseRun(services, argument);
  const uri = vscode.Uri.file(join(paths.runLogs(folder.root), `${session}.log`));
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    throw new BatonError('not_found', vscode.l10n.t('This run has left no log.'), {
      hint: vscode.l10n.t('Logs of old runs are cleaned up.'),
    });
  }
  await vscode.commands.executeCommand('vscode.open', uri, { preview: true });
};

interface Run {
  readonly folder: FolderSession;
  readonly session: string;
}

async function chooseRun({ state, agents }: Services, argument: unknown): Promise<Run> {
  const runs = state.folders.flatMap((folder) =>
    (folder.snapshot?.sessions ?? [])
      .filter(({ session }) => isBackground(session))
      .map(({ session }) => ({ folder, session })),
  );
  const wanted = sessionOf(argument);
  const found = runs.find(({ session }) => session.id === wanted);
  if (found !== undefined) return { folder: found.folder, session: found.session.id };
  if (runs.length === 0) {
    throw new BatonError('not_found', vscode.l10n.t('Nothing has run in the background yet.'));
  }
  const { value } = await askPick<Run>({
    title: vscode.l10n.t('Open Run Log'),
    placeholder: vscode.l10n.t('Which run?'),
    items: runs.map(({ folder, session }) => ({
      label: `#${session.task} · ${vscode.l10n.t('session {0}', session.number)}`,
      description: `${agents.label(session.agent)} · ${localTime(session.startedAt)}`,
      value: { folder, session: session.id },
    })),
  });
  if (value === undefined) throw new Cancelled();
  return value;
}

function sessionOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('session' in value)) return undefined;
  return typeof value.session === 'string' ? value.session : undefined;
}

/** Makes a task of a draft and opens it; what becomes of it is for the person to say. */
export const acceptDraftCommand: Handler = async ({ state }, argument) => {
  const { folder, ledger, draft } = locateDraft(state, argument);
  const task = await acceptSuggestion(folder.workspace, ledger, draft);
  await folder.refresh();
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(task.path), { preview: true });
};

export const dismissDraftCommand: Handler = async ({ state }, argument) => {
  const { folder, ledger, draft } = locateDraft(state, argument);
  await dismissSuggestion(ledger, draft);
  await folder.refresh();
};

function locateDraft(
  state: Services['state'],
  argument: unknown,
): { readonly folder: FolderSession; readonly ledger: NudgeLedger; readonly draft: Draft } {
  const found = draftOf(state.folders, argument);
  const ledger = found?.folder.ledger;
  if (found !== undefined && ledger !== undefined) return { ...found, ledger };
  throw new BatonError('not_found', vscode.l10n.t('This suggestion is not on offer any more.'));
}

export const unmuteCommand: Handler = async ({ state }) => {
  const ledgers = state.folders.flatMap(({ ledger }) => ledger ?? []);
  const muted = await Promise.all(ledgers.map((ledger) => ledger.muted()));
  if (muted.flat().length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No notifications are muted.'));
    return;
  }
  await Promise.all(ledgers.map((ledger) => ledger.unmuteAll()));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Baton shows all kinds of notifications again.'), 5_000);
};
