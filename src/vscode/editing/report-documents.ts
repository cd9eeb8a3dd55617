/** Texts made for reading: the change log in words. Read-only, made anew each time they are shown. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { reportScheme } from '../contributions';

export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #texts = new Map<string, string>();

  constructor() {
    this.#lifetime.add(vscode.workspace.registerTextDocumentContentProvider(reportScheme, this));
    this.#lifetime.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#texts.delete(uri.toString())),
    );
  }

  /** @param name shown on the tab, with its ending */
  async show(name: string, text: string): Promise<void> {
    const uri = this.put(name, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** The address of the text, which is kept until a document of it is closed. */
  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: reportScheme, path: `/${name}` });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#lifetime.dispose();
  }
}
