/** Startup packets as read-only documents: what an agent would read if it were launched now. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { previewPacket } from '../../core/operations/build-packet';
import { packetScheme } from '../contributions';
import type { BatonState } from '../state';
import { type TaskRef, taskRefOf } from '../task-ref';

export class PacketDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #state: BatonState;
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;

  constructor(state: BatonState) {
    this.#state = state;
    this.#lifetime.add(vscode.workspace.registerTextDocumentContentProvider(packetScheme, this));
    this.#lifetime.add(state.onDidChange(() => this.#follow()));
  }

  /** Opens the packet, made anew. */
  async show(ref: TaskRef): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: packetScheme,
      path: `/${vscode.l10n.t('Startup packet #{0}', ref.task)}.md`,
      query: JSON.stringify(ref),
    });
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'markdown');
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const ref = refOf(uri);
    const { workspace } = this.#state.folder(ref.root);
    const { text } = await previewPacket(workspace, ref.task);
    return text;
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** An open packet follows its task. */
  #follow(): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === packetScheme) this.#changed.fire(uri);
    }
  }
}

function refOf(uri: vscode.Uri): TaskRef {
  const ref = taskRefOf(JSON.parse(uri.query));
  if (ref === undefined) throw new Error(`Not the address of a startup packet: ${uri.toString()}`);
  return ref;
}
