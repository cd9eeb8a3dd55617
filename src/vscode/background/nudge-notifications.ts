/** Tells of new facts once, in one window, with the action that deals with each. Everything stands in the Attention view. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import type { Nudge } from '../../core/nudges/nudges';
import { type CommandId, commandIds } from '../contributions';
import type { FolderSession } from '../folder-session';
import type { BatonState } from '../state';
import { localTime } from '../views/local-time';
import { nudgeActionWords, nudgeWords } from './nudge-words';

const commands: Readonly<Record<Nudge['action'], CommandId>> = {
  answer: commandIds.unblock,
  unblock: commandIds.unblock,
  resume: commandIds.resume,
  refreshInputs: commandIds.refreshInputs,
  openTask: commandIds.openTask,
  turnOnAutoResume: commandIds.turnOnAutoResume,
  showQueue: commandIds.showQueue,
  showTerminal: commandIds.showTerminal,
  stop: commandIds.stopAgent,
  launch: commandIds.launch,
};

export class NudgeNotifications implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();

  /** @param onError receives what goes wrong where no command waits for it */
  constructor(state: BatonState, onError: (error: unknown) => void) {
    this.#state = state;
    this.#onError = onError;
    this.#lifetime.add(state.onDidChange(() => this.#look()));
    this.#lifetime.add(vscode.window.onDidChangeWindowState(() => this.#look()));
    this.#look();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** The window that the person looks at speaks; in another one nobody would read it. */
  #look(): void {
    if (!vscode.window.state.focused || !vscode.workspace.isTrusted) return;
    for (const folder of this.#state.folders) {
      const nudges = folder.background?.nudges;
      if (nudges !== undefined) this.#tell(folder, nudges).catch(this.#onError);
    }
  }

  async #tell(folder: FolderSession, nudges: readonly Nudge[]): Promise<void> {
    const { ledger } = folder;
    if (ledger === undefined) return;
    const own = folder.ownActs.of(nudges);
    await ledger.know(own);
    for (const { task } of own) folder.ownActs.end(task);
    const news = await ledger.take(nudges);
    // Not awaited: a notification may stand for ever.
    for (const nudge of news) this.#show(folder, nudge).catch(this.#onError);
  }

  async #show(folder: FolderSession, nudge: Nudge): Promise<void> {
    const text = nudgeWords(nudge, { l10n: vscode.l10n, time: localTime });
    const act = nudgeActionWords(nudge.action, vscode.l10n);
    const mute = vscode.l10n.t("Don't Show Again");
    const show =
      nudge.kind === 'failed_resume'
        ? vscode.window.showWarningMessage
        : vscode.window.showInformationMessage;
    const answer = await show(text, act, mute);
    if (answer === mute) await folder.ledger?.mute(nudge.kind);
    if (answer === act) {
      await vscode.commands.executeCommand(commands[nudge.action], { root: folder.root, task: nudge.task });
    }
  }
}
