/** A letter on task files in Explorer and tabs. Asked for every visible file, so the answer is one map look-up. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { settingIds } from '../contributions';
import type { BatonState } from '../state';
import { decorationOf } from './decoration-badge';

export class TaskDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #state: BatonState;
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<vscode.Uri[]>());
  readonly onDidChangeFileDecorations = this.#changed.event;
  #shown = new Map<string, { readonly badge: string; readonly tooltip: string }>();

  constructor(state: BatonState) {
    this.#state = state;
    this.#lifetime.add(state.onDidChange(() => this.#render()));
    this.#lifetime.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.decorations)) this.#render();
      }),
    );
    this.#lifetime.add(vscode.window.registerFileDecorationProvider(this));
    this.#render();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const shown = this.#shown.get(uri.toString());
    return shown === undefined ? undefined : new vscode.FileDecoration(shown.badge, shown.tooltip);
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #render(): void {
    const before = this.#shown;
    const on = vscode.workspace.getConfiguration().get<boolean>(settingIds.decorations, true);
    const located = on ? this.#state.tasks : [];
    this.#shown = new Map(
      located.flatMap(({ task }) => {
        const decoration = decorationOf(task, vscode.l10n);
        return decoration === undefined ? [] : [[vscode.Uri.file(task.path).toString(), decoration] as const];
      }),
    );
    const touched = new Set([...before.keys(), ...this.#shown.keys()]);
    const changed = [...touched].filter((key) => {
      const [was, is] = [before.get(key), this.#shown.get(key)];
      return was?.badge !== is?.badge || was?.tooltip !== is?.tooltip;
    });
    if (changed.length > 0) this.#changed.fire(changed.map((key) => vscode.Uri.parse(key)));
  }
}
