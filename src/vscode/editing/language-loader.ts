/**
 * Editing help is a bundle of its own, loaded with the first task file that somebody opens, else a moment after the tasks
 * are shown, since closed files have problems too. Finding tasks by name (Ctrl+T) needs none of it and stands here.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import type { BatonState, LocatedTask } from '../state';
import { taskLabel } from '../task-face';

/** Not while the window is still starting. */
const idleMs = 3000;
/** More than anybody reads. */
const maxSymbols = 200;

type OnError = (error: unknown) => void;
type Load = (onError: OnError) => Promise<vscode.Disposable>;

export class LanguageLoader implements vscode.WorkspaceSymbolProvider, vscode.Disposable {
  readonly #state: BatonState;
  readonly #load: Load;
  readonly #onError: OnError;
  readonly #lifetime = new DisposableStore();
  readonly #watching = this.#lifetime.add(new DisposableStore());
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(state: BatonState, log: vscode.LogOutputChannel, load: Load) {
    this.#state = state;
    this.#load = load;
    this.#onError = (error) =>
      log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    this.#lifetime.add(vscode.languages.registerWorkspaceSymbolProvider(this));
    this.#watching.add(state.onDidChange(() => this.#look(vscode.workspace.textDocuments)));
    this.#watching.add({ dispose: () => clearTimeout(this.#idle) });
    this.#watching.add(vscode.workspace.onDidOpenTextDocument((document) => this.#look([document])));
  }

  provideWorkspaceSymbols(query: string): vscode.SymbolInformation[] {
    const words = query.toLowerCase().split(/\s+/);
    const fits = ({ task }: LocatedTask) => {
      const label = taskLabel(task).toLowerCase();
      return words.every((word) => label.includes(word));
    };
    return this.#state.tasks
      .filter(fits)
      .slice(0, maxSymbols)
      .map(({ folder, task }) => {
        const place = new vscode.Location(vscode.Uri.file(task.path), new vscode.Position(0, 0));
        return new vscode.SymbolInformation(taskLabel(task), vscode.SymbolKind.File, folder.name, place);
      });
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #look(documents: readonly vscode.TextDocument[]): void {
    if (this.#watching.isDisposed) return;
    if (!documents.some(({ uri }) => this.#state.taskOfFile(uri) !== undefined)) {
      if (this.#state.phase === 'ready') this.#idle ??= setTimeout(() => this.#start(), idleMs);
      return;
    }
    this.#start();
  }

  #start(): void {
    if (this.#watching.isDisposed) return;
    this.#watching.dispose();
    this.#load(this.#onError).then((help) => this.#lifetime.add(help), this.#onError);
  }
}
