/**
 * Problems of open task files that only their text as it stands can tell: JSON of the checklist, values that look like
 * secrets, paths that lead nowhere. Gone when the file is closed.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import { pathMentions } from '../../../core/editing/path-mentions';
import { secretFindings } from '../../../core/editing/secret-findings';
import { checklistJson } from '../../../core/editing/task-text';
import type { BatonState } from '../../state';
import { diagnosticSource } from '../diagnostics';
import type { ChecklistJson } from './checklist-json';
import { type OpenTask, rangeIn, type TaskDocuments } from './task-documents';
import { existingPath } from './task-structure-provider';

const quietMs = 250;

/** Stable: filters and quick fixes key on them. */
export const checkCodes = {
  checklistSyntax: 'checklist_syntax',
  checklistShape: 'checklist_shape',
  secretValue: 'secret_value',
  pathMissing: 'path_missing',
} as const;

export class TaskChecks implements vscode.Disposable {
  readonly #documents: TaskDocuments;
  readonly #checklist: ChecklistJson;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  readonly #collection = this.#lifetime.add(vscode.languages.createDiagnosticCollection('baton-text'));
  readonly #pauses = new Map<vscode.TextDocument, ReturnType<typeof setTimeout>>();

  constructor(
    documents: TaskDocuments,
    checklist: ChecklistJson,
    state: BatonState,
    onError: (error: unknown) => void,
  ) {
    this.#documents = documents;
    this.#checklist = checklist;
    this.#onError = onError;
    this.#lifetime.add(vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document)));
    this.#lifetime.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#lifetime.add(state.onDidChange(() => this.#all()));
    this.#lifetime.add({ dispose: () => this.#pauses.forEach((pause) => void clearTimeout(pause)) });
    this.#all();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #all(): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document);
  }

  #soon(document: vscode.TextDocument): void {
    if (document.languageId !== 'markdown' || this.#documents.located(document.uri) === undefined) {
      if (this.#collection.has(document.uri)) this.#forget(document);
      return;
    }
    clearTimeout(this.#pauses.get(document));
    this.#pauses.set(
      document,
      setTimeout(() => void this.#check(document).catch(this.#onError), quietMs),
    );
  }

  #forget(document: vscode.TextDocument): void {
    clearTimeout(this.#pauses.get(document));
    this.#pauses.delete(document);
    this.#collection.delete(document.uri);
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    this.#pauses.delete(document);
    const open = this.#documents.open(document);
    if (open === undefined || document.isClosed) return;
    const { version } = document;
    const found = [
      ...(await this.#json(open)),
      ...secretFindings(open.text).map(({ range }) => secretDiagnostic(open, range)),
      ...(await missingPaths(open)),
    ];
    // Somebody has typed on, or closed it, meanwhile: another check is on its way, or nobody looks.
    if (this.#lifetime.isDisposed || document.isClosed || document.version !== version) return;
    this.#collection.set(document.uri, found);
  }

  async #json(open: OpenTask): Promise<readonly vscode.Diagnostic[]> {
    const checklist = checklistJson(open.text);
    if (checklist === undefined) return [];
    const { json, start } = checklist;
    return (await this.#checklist.problems(json)).map(({ range, message, severity, isSyntax }) =>
      diagnostic(
        open,
        { start: start + range.start, end: start + range.end },
        isSyntax ? checkCodes.checklistSyntax : checkCodes.checklistShape,
        message,
        severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
      ),
    );
  }
}

function diagnostic(
  { document }: OpenTask,
  range: { start: number; end: number },
  code: string,
  message: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  const made = new vscode.Diagnostic(rangeIn(document, range), message, severity);
  made.source = diagnosticSource;
  made.code = code;
  return made;
}

function secretDiagnostic(open: OpenTask, range: { start: number; end: number }): vscode.Diagnostic {
  const message = vscode.l10n.t(
    'This looks like a secret. The file is committed and handed on: name the setting, and keep its value elsewhere.',
  );
  return diagnostic(open, range, checkCodes.secretValue, message, vscode.DiagnosticSeverity.Warning);
}

async function missingPaths(open: OpenTask): Promise<readonly vscode.Diagnostic[]> {
  const found: vscode.Diagnostic[] = [];
  for (const mention of pathMentions(open.text)) {
    if ((await existingPath(open, mention)) !== undefined) continue;
    const message = vscode.l10n.t('{0} does not exist in this workspace folder.', mention.path);
    // What a task has made may have been moved since; what it starts from has to be there.
    const severity =
      mention.from === 'output' ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning;
    found.push(diagnostic(open, mention.range, checkCodes.pathMissing, message, severity));
  }
  return found;
}
