/** Texts of plans that are open: their problems while one types, and the buttons of their editors. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { readPlan } from '../../core/planner/read-plan';
import { contextKeys } from '../contributions';
import { isPlan } from './plan-loader';
import { planProblemWords } from './plan-problem-words';

const quietMs = 200;

export class PlanDocuments implements vscode.Disposable {
  readonly #lifetime = new DisposableStore();
  readonly #collection = this.#lifetime.add(vscode.languages.createDiagnosticCollection('baton-plan'));
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();
  #sent = '';

  constructor() {
    this.#lifetime.add(vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)));
    this.#lifetime.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#lifetime.add({ dispose: () => this.#stop() });
    for (const document of vscode.workspace.textDocuments) this.#look(document);
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #soon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (!isPlan(document) && !this.#collection.has(document.uri)) return;
    clearTimeout(this.#pauses.get(key));
    this.#pauses.set(
      key,
      setTimeout(() => this.#look(document), quietMs),
    );
  }

  #look(document: vscode.TextDocument): void {
    this.#tell();
    if (document.isClosed) return;
    if (isPlan(document)) this.#collection.set(document.uri, planDiagnostics(document));
    else this.#collection.delete(document.uri);
  }

  #forget(document: vscode.TextDocument): void {
    clearTimeout(this.#pauses.get(document.uri.toString()));
    this.#pauses.delete(document.uri.toString());
    this.#collection.delete(document.uri);
    this.#tell();
  }

  /** As `resourcePath` writes them. */
  #tell(): void {
    const open = vscode.workspace.textDocuments.filter((document) => !document.isClosed && isPlan(document));
    const files = open.map(({ uri }) => (uri.scheme === 'file' ? uri.fsPath : uri.path));
    const text = JSON.stringify(files);
    if (text === this.#sent) return;
    this.#sent = text;
    void vscode.commands.executeCommand('setContext', contextKeys.planFiles, files);
  }

  #stop(): void {
    for (const pause of this.#pauses.values()) clearTimeout(pause);
  }
}

function planDiagnostics(document: vscode.TextDocument): vscode.Diagnostic[] {
  return readPlan(document.getText()).problems.map((problem) => {
    const { start, end } = problem.range;
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    const words = planProblemWords(problem, vscode.l10n);
    const diagnostic = new vscode.Diagnostic(range, words, vscode.DiagnosticSeverity.Error);
    diagnostic.source = 'Baton';
    diagnostic.code = problem.code;
    return diagnostic;
  });
}
