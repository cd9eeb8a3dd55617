/** Loads planning with the first who needs it: the command, or a plan's text that somebody opens. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { planMark } from '../../core/model/plan';
import type { Planning } from './planning';

export class PlanLoader implements vscode.Disposable {
  readonly #load: () => Promise<Planning>;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  readonly #watching = this.#lifetime.add(new DisposableStore());
  #loaded: Promise<Planning> | undefined;

  constructor(load: () => Promise<Planning>, onError: (error: unknown) => void) {
    this.#load = load;
    this.#onError = onError;
    this.#watching.add(vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)));
    for (const document of vscode.workspace.textDocuments) this.#look(document);
  }

  readonly get = (): Promise<Planning> => {
    this.#watching.dispose();
    this.#loaded ??= this.#load().then((loaded) => this.#lifetime.add(loaded));
    return this.#loaded;
  };

  dispose(): void {
    this.#lifetime.dispose();
  }

  #look(document: vscode.TextDocument): void {
    if (!this.#watching.isDisposed && isPlan(document)) this.get().catch(this.#onError);
  }
}

/** The title, and a line or two that somebody put above or below it. */
const linesAtTop = 10;

/** A Markdown text, saved or not, that begins as a plan does. */
export function isPlan(document: vscode.TextDocument): boolean {
  const { scheme } = document.uri;
  const isEditable = scheme === 'file' || scheme === 'untitled';
  if (!isEditable || document.languageId !== 'markdown') return false;
  const top = new vscode.Range(0, 0, Math.min(linesAtTop, document.lineCount), 0);
  return `\n${document.getText(top)}`.includes(`\n${planMark}`);
}
