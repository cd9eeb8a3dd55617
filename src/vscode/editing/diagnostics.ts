/**
 * The Problems panel: statuses that were edited by hand and are refused, and sections of identity files that a higher
 * layer shadows; in files that are open or closed, of open ones by their text as it stands.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { effectiveIdentity } from '../../core/operations/effective-identity';
import { type StatusEdit, statusEdits } from '../../core/operations/status-edits';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { identityFileNames } from '../../core/protocol/identity';
import { join, nameOf } from '../../core/store/paths';
import { StatusHistory } from '../../core/store/status-history';
import { FolderFindings } from '../folder-findings';
import type { FolderSession } from '../folder-session';
import { RefreshLoop } from '../refresh-loop';
import type { BatonState } from '../state';
import { conflictItem, type DiagnosticItem, statusItem, withoutRepeats } from './diagnostic-items';
import { linkedCode, readLinks } from './problem-link';
import { setAllDiagnostics } from './set-diagnostics';

const quietMs = 250;
export const diagnosticSource = 'Baton';
const identityNames: ReadonlySet<string> = new Set(Object.values(identityFileNames).flat());

interface Found {
  readonly edits: readonly StatusEdit[];
  readonly items: readonly DiagnosticItem[];
}

export class BatonDiagnostics implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  readonly #collection = this.#lifetime.add(vscode.languages.createDiagnosticCollection('baton'));
  readonly #histories = new WeakMap<BatonWorkspace, StatusHistory>();
  readonly #loop = new RefreshLoop(() => this.#render());
  readonly #found: FolderFindings<Found>;
  /** By absolute path. */
  #statusEdits: ReadonlyMap<string, StatusEdit> = new Map();
  #watchers = new DisposableStore();
  #watched = '';
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(state: BatonState, onError: (error: unknown) => void) {
    this.#state = state;
    this.#onError = onError;
    this.#found = new FolderFindings(onError);
    this.#lifetime.add(state.onDidChange(() => this.#soon()));
    this.#lifetime.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#touched(document)));
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument((document) => this.#touched(document)));
    this.#lifetime.add({ dispose: () => clearTimeout(this.#pause) });
    this.#lifetime.add({ dispose: () => this.#watchers.dispose() });
    this.#soon();
  }

  /** The refused status in a task file, as last judged. */
  statusEditIn(uri: vscode.Uri): StatusEdit | undefined {
    return this.#statusEdits.get(pathOf(uri));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #touched(document: vscode.TextDocument): void {
    if (identityNames.has(nameOf(pathOf(document.uri))) || this.#state.taskOfFile(document.uri)) this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#loop.request().catch(this.#onError), quietMs);
  }

  async #render(): Promise<void> {
    const ready = this.#state.folders.filter(({ phase }) => phase === 'ready');
    await readLinks();
    this.#watchIdentityFiles(ready);
    const found = await this.#found.of(ready, async ({ workspace }) => ({
      edits: await this.#judge(workspace),
      items: await identityItems(workspace),
    }));
    if (this.#lifetime.isDisposed) return;
    const edits = found.flatMap((one) => one.edits);
    const items = found.flatMap((one) => one.items);
    this.#statusEdits = new Map(edits.map((edit) => [edit.path, edit]));
    this.#show(withoutRepeats([...edits.map((edit) => statusItem(edit, vscode.l10n)), ...items]));
  }

  async #judge(workspace: BatonWorkspace): Promise<readonly StatusEdit[]> {
    const history = this.#histories.get(workspace) ?? new StatusHistory(workspace.store.changeLog);
    this.#histories.set(workspace, history);
    return statusEdits(workspace, { record: true, history });
  }

  /** Files without a finding any more are cleared by not being named. */
  #show(items: readonly DiagnosticItem[]): void {
    const byPath = new Map<string, vscode.Diagnostic[]>();
    for (const item of items) {
      const diagnostics = byPath.get(item.path) ?? [];
      diagnostics.push(toDiagnostic(item));
      byPath.set(item.path, diagnostics);
    }
    const shown = [...byPath].map(([path, list]) => [vscode.Uri.file(path), list] as const);
    setAllDiagnostics(this.#collection, shown);
  }

  /** Files of the layers may come and go anywhere in a folder; only when the folders change are they watched anew. */
  #watchIdentityFiles(folders: readonly FolderSession[]): void {
    const wanted = folders.map(({ root }) => root).join('\n');
    if (wanted === this.#watched) return;
    this.#watched = wanted;
    this.#watchers.dispose();
    this.#watchers = new DisposableStore();
    for (const { folder } of folders) {
      const pattern = new vscode.RelativePattern(folder, `**/{${[...identityNames].join(',')}}`);
      const watcher = this.#watchers.add(vscode.workspace.createFileSystemWatcher(pattern));
      for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
        this.#watchers.add(event(() => this.#soon()));
      }
    }
  }
}

/** For every folder that tasks may be in, since the search begins there. */
async function identityItems(workspace: BatonWorkspace): Promise<readonly DiagnosticItem[]> {
  const { folder, alsoIn } = workspace.config.tasks;
  const folders = [...new Set([folder, ...alsoIn])].map((one) => join(workspace.root, one, 'any'));
  const found = await Promise.all(folders.map((one) => effectiveIdentity(workspace, one)));
  return found.flatMap(({ conflicts }) => conflicts.map((one) => conflictItem(one, vscode.l10n)));
}

function toDiagnostic({ code, line, start, end, message, related }: DiagnosticItem): vscode.Diagnostic {
  const range = new vscode.Range(line, start, line, end);
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
  diagnostic.source = diagnosticSource;
  diagnostic.code = linkedCode(code);
  if (related !== undefined) {
    const place = new vscode.Location(vscode.Uri.file(related.path), new vscode.Position(related.line, 0));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(place, related.message)];
  }
  return diagnostic;
}

function pathOf(uri: vscode.Uri): string {
  return uri.fsPath.replaceAll('\\', '/');
}
