/**
 * `#101` is also a colour, and the editor draws a swatch beside whatever looks like one unless somebody else knows the
 * colours of a document. In what names tasks that is us, and there are none; other Markdown keeps its swatches.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import { onlyThis } from './task-documents';

const noColors: vscode.DocumentColorProvider = {
  provideDocumentColors: () => [],
  provideColorPresentations: () => [],
};

export class NoColorSwatches implements vscode.Disposable {
  readonly #isOurs: (document: vscode.TextDocument) => boolean;
  readonly #lifetime = new DisposableStore();
  readonly #providers = new Map<string, vscode.Disposable>();

  /** @param onDidChange when the answer of `isOurs` may be another one for a text that stays open */
  constructor(isOurs: (document: vscode.TextDocument) => boolean, onDidChange?: vscode.Event<unknown>) {
    this.#isOurs = isOurs;
    const follow = () => this.#follow();
    this.#lifetime.add(vscode.workspace.onDidOpenTextDocument(follow));
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument(follow));
    if (onDidChange !== undefined) this.#lifetime.add(onDidChange(follow));
    this.#lifetime.add({ dispose: () => this.#keepOnly(new Map()) });
    follow();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #follow(): void {
    const open = vscode.workspace.textDocuments.filter(
      (document) => !document.isClosed && this.#isOurs(document),
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
      this.#providers.set(key, vscode.languages.registerColorProvider(selectorOf(document), noColors));
    }
  }
}

/** Names of untitled texts hold no sign that means something in a pattern. Of our own schemes everything is ours. */
function selectorOf(document: vscode.TextDocument): vscode.DocumentSelector {
  const { scheme, path } = document.uri;
  if (scheme === 'file') return onlyThis(document);
  return { language: 'markdown', scheme, ...(scheme === 'untitled' && { pattern: path }) };
}
