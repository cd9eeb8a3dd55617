/**
 * `#101` is also a colour, and the editor draws a swatch beside whatever looks like one unless somebody else knows the
 * colours of a document. In open task files that is us, and there are none; other Markdown keeps its swatches.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import type { BatonState } from '../../state';
import { onlyThis, type TaskDocuments } from './task-documents';

const noColors: vscode.DocumentColorProvider = {
  provideDocumentColors: () => [],
  provideColorPresentations: () => [],
};

export class NoColorSwatches implements vscode.Disposable {
  readonly #documents: TaskDocuments;
  readonly #lifetime = new DisposableStore();
  readonly #providers = new Map<string, vscode.Disposable>();

  constructor(documents: TaskDocuments, state: BatonState) {
    this.#documents = documents;
    const follow = () => this.#follow();
    this.#lifetime.add(vscode.workspace.onDidOpenTextDocument(follow));
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument(follow));
    this.#lifetime.add(state.onDidChange(follow));
    this.#lifetime.add({ dispose: () => this.#keepOnly(new Map()) });
    follow();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #follow(): void {
    const open = vscode.workspace.textDocuments.filter(
      (document) => !document.isClosed && this.#documents.located(document.uri) !== undefined,
    );
    this.#keepOnly(new Map(open.map((document) => [document.uri.toString(), document])));
  }

  #keepOnly(wanted: ReadonlyMap<string, vscode.TextDocument>): void {
    for (const [key, provider] of this.#providers) {
      if (wanted.has(key)) continue;
      provider.dispose();
      this.#providers.delete(key);
    }
    for (const [key, document] of wanted) {
      if (this.#providers.has(key)) continue;
      this.#providers.set(key, vscode.languages.registerColorProvider(onlyThis(document), noColors));
    }
  }
}
