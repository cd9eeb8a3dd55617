/** The braces in the status bar, for task files alone: status, progress and problems of the text as it stands. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import type { Status } from '../../../core/model/status';
import { progressOf } from '../../../core/operations/task-view';
import type { BatonState } from '../../state';
import { diagnosticSource } from '../diagnostics';
import { type OpenTask, onlyThis, type TaskDocuments } from './task-documents';

const quietMs = 100;

export class TaskLanguageStatus implements vscode.Disposable {
  readonly #documents: TaskDocuments;
  readonly #lifetime = new DisposableStore();
  #item: vscode.LanguageStatusItem | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(documents: TaskDocuments, state: BatonState) {
    this.#documents = documents;
    const soon = () => this.#soon();
    this.#lifetime.add(state.onDidChange(soon));
    this.#lifetime.add(vscode.window.onDidChangeActiveTextEditor(() => this.#render()));
    this.#lifetime.add(vscode.workspace.onDidChangeTextDocument(soon));
    this.#lifetime.add(vscode.languages.onDidChangeDiagnostics(soon));
    this.#lifetime.add({ dispose: () => clearTimeout(this.#pause) });
    this.#lifetime.add({ dispose: () => this.#item?.dispose() });
    this.#render();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #soon(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#render(), quietMs);
  }

  #render(): void {
    const document = vscode.window.activeTextEditor?.document;
    const open = document && this.#documents.open(document);
    if (open === undefined) {
      this.#item?.dispose();
      this.#item = undefined;
      return;
    }
    // The item must not stand beside other Markdown.
    const selector = onlyThis(open.document);
    this.#item ??= vscode.languages.createLanguageStatusItem('baton.task', selector);
    show(this.#item, open, selector);
  }
}

function show(
  item: vscode.LanguageStatusItem,
  { document, text: { outline }, task }: OpenTask,
  selector: vscode.DocumentSelector,
): void {
  const { t } = vscode.l10n;
  const progress = progressOf(outline.features, outline.criteria, outline.tracking?.progress);
  const problems = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ source }) => source === diagnosticSource);
  const count = progress.total === 0 ? '' : ` · ${progress.passed}/${progress.total}`;
  item.selector = selector;
  item.name = t('Baton Task');
  item.text = `#${task.id} ${statusWords(outline.status)}${count}`;
  item.detail = problemCount(problems.length);
  item.severity = severityOf(problems);
  item.accessibilityInformation = { label: `${item.text}, ${item.detail}` };
  item.command =
    problems.length === 0
      ? undefined
      : { command: 'workbench.actions.view.problems', title: t('Show Problems') };
}

/** Of the text as it stands, not of the task among the others. */
function statusWords(status: Status): string {
  const { t } = vscode.l10n;
  switch (status) {
    case 'pending':
      return t('pending');
    case 'acknowledged':
      return t('acknowledged');
    case 'in_progress':
      return t('in progress');
    case 'blocked':
      return t('blocked');
    case 'needs_input':
      return t('needs input');
    case 'completed':
      return t('completed');
    case 'cancelled':
      return t('cancelled');
  }
}

function problemCount(count: number): string {
  const { t } = vscode.l10n;
  if (count === 0) return t('No problems');
  return count === 1 ? t('1 problem') : t('{0} problems', count);
}

function severityOf(problems: readonly vscode.Diagnostic[]): vscode.LanguageStatusSeverity {
  const worst = Math.min(...problems.map(({ severity }) => severity));
  if (worst === vscode.DiagnosticSeverity.Error) return vscode.LanguageStatusSeverity.Error;
  if (worst === vscode.DiagnosticSeverity.Warning) return vscode.LanguageStatusSeverity.Warning;
  return vscode.LanguageStatusSeverity.Information;
}
