/**
 * Problems of task files, open and closed. Of an open one the text as it stands, a moment after the last keystroke; of a
 * closed one the file, only when it or what it builds on has changed, one after the other.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import { RefreshLoop } from '../../refresh-loop';
import type { BatonState, LocatedTask } from '../../state';
import { codeOf } from '../problem-link';
import { setDiagnostics } from '../set-diagnostics';
import { checkCodes, type TaskChecker } from './task-checker';
import { pathOf, type TaskDocuments } from './task-documents';

const quietMs = 250;
/** Longer than for what somebody types: whoever writes many files is let finish. */
const closedQuietMs = 600;
/** Beyond that many tasks the closed ones are left to the health check. */
const mostClosed = 5000;

export class TaskChecks implements vscode.Disposable {
  readonly #documents: TaskDocuments;
  readonly #checker: TaskChecker;
  readonly #state: BatonState;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  readonly #collection = this.#lifetime.add(vscode.languages.createDiagnosticCollection('baton-text'));
  readonly #pauses = new Map<vscode.TextDocument, ReturnType<typeof setTimeout>>();
  /** What the closed files and what they build on were like when they were looked at, by path. */
  readonly #looked = new Map<string, string>();
  readonly #loop = new RefreshLoop(() => this.#checkClosed());
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    documents: TaskDocuments,
    checker: TaskChecker,
    state: BatonState,
    onError: (error: unknown) => void,
  ) {
    this.#documents = documents;
    this.#checker = checker;
    this.#state = state;
    this.#onError = onError;
    const own = (item: vscode.Disposable) => this.#lifetime.add(item);
    own(vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document)));
    own(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    own(vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document)));
    // Whether a path exists may be another answer now.
    own(vscode.workspace.onDidCreateFiles(() => this.#pathsMoved()));
    own(vscode.workspace.onDidDeleteFiles(() => this.#pathsMoved()));
    own(vscode.workspace.onDidRenameFiles(() => this.#pathsMoved()));
    own(vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#pathsMoved()));
    own(state.onDidChange(() => this.#all()));
    own({ dispose: () => this.#pauses.forEach((pause) => void clearTimeout(pause)) });
    own({ dispose: () => clearTimeout(this.#pause) });
    this.#all();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #all(): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document);
    this.#closedSoon();
  }

  #soon(document: vscode.TextDocument): void {
    if (document.languageId !== 'markdown' || this.#documents.located(document.uri) === undefined) return;
    clearTimeout(this.#pauses.get(document));
    this.#pauses.set(
      document,
      setTimeout(() => void this.#check(document).catch(this.#onError), quietMs),
    );
  }

  /** From now on the file counts, which may be older than what stood in the editor. */
  #closed(document: vscode.TextDocument): void {
    clearTimeout(this.#pauses.get(document));
    this.#pauses.delete(document);
    this.#looked.delete(pathOf(document.uri));
    this.#closedSoon();
  }

  #pathsMoved(): void {
    this.#collection.forEach((uri, diagnostics) => {
      if (diagnostics.some((one) => codeOf(one) === checkCodes.pathMissing)) this.#looked.delete(pathOf(uri));
    });
    this.#all();
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    this.#pauses.delete(document);
    const open = this.#documents.open(document);
    if (open === undefined || document.isClosed) return;
    const { version } = document;
    const found = await this.#checker.diagnostics(open, open.text);
    // Somebody has typed on, or closed it, meanwhile: another check is on its way.
    if (this.#lifetime.isDisposed || document.isClosed || document.version !== version) return;
    this.#looked.delete(pathOf(document.uri));
    setDiagnostics(this.#collection, document.uri, found);
  }

  #closedSoon(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#loop.request().catch(this.#onError), closedQuietMs);
  }

  async #checkClosed(): Promise<void> {
    const tasks = this.#state.tasks.filter(({ folder }) => folder.phase === 'ready');
    this.#clearOthers(new Set(tasks.map(({ task }) => task.path)));
    for (const located of tasks.slice(0, mostClosed)) {
      if (this.#lifetime.isDisposed) return;
      // One that cannot be checked must not hide the problems of all behind it.
      await this.#checkFile(located).catch(this.#onError);
    }
  }

  async #checkFile(located: LocatedTask): Promise<void> {
    const { path } = located.task;
    const key = keyOf(located);
    if (this.#looked.get(path) === key || this.#documents.openDocument(path) !== undefined) return;
    const text = await this.#documents.read(located);
    const found = text === undefined ? [] : await this.#checker.diagnostics(located, text);
    // Somebody opened it meanwhile, and what stands in the editor counts.
    if (this.#lifetime.isDisposed || this.#documents.openDocument(path) !== undefined) return;
    this.#looked.set(path, key);
    setDiagnostics(this.#collection, vscode.Uri.file(path), found);
  }

  /** Files that are gone, that are no task any more, or whose folder has left the window. */
  #clearOthers(paths: ReadonlySet<string>): void {
    const gone: vscode.Uri[] = [];
    this.#collection.forEach((uri) => {
      if (!paths.has(pathOf(uri))) gone.push(uri);
    });
    for (const uri of gone) {
      this.#looked.delete(pathOf(uri));
      this.#collection.delete(uri);
    }
  }
}

/** What the answer rests on: the file, and what its upstream tasks are like. */
function keyOf({ folder, task }: LocatedTask): string {
  const { store } = folder.workspace;
  const upstream = task.dependsOn.map((id) => {
    const outline = store.get(id)?.outline;
    return outline && [outline.status, outline.output?.hash];
  });
  return JSON.stringify([task.version, task.badges, upstream]);
}
