/** The quick fix of a status that was edited by hand and is refused: put back what stood there. */
import * as vscode from 'vscode';
import { putBackEdits } from '../../core/operations/status-edits';
import { diagnosticCodes } from './diagnostic-items';
import { type BatonDiagnostics, diagnosticSource } from './diagnostics';
import { codeOf } from './problem-link';

export class StatusFixes implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #diagnostics: BatonDiagnostics;
  readonly #registration: vscode.Disposable;

  constructor(diagnostics: BatonDiagnostics) {
    this.#diagnostics = diagnostics;
    this.#registration = vscode.languages.registerCodeActionsProvider(
      { language: 'markdown', scheme: 'file' },
      this,
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    );
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const own = diagnostics.filter(
      (one) => one.source === diagnosticSource && codeOf(one) === diagnosticCodes.statusEdited,
    );
    const edit = own.length === 0 ? undefined : this.#diagnostics.statusEditIn(document.uri);
    if (edit === undefined) return [];
    // Computed from the text as it is here: the judged one may have been the disk's.
    const edits = putBackEdits(document.getText(), edit);
    if (edits.length === 0) return [];
    const title = vscode.l10n.t('Put back "{0}"', edit.before);
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    for (const { start, end, text } of edits) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      action.edit.replace(document.uri, range, text);
    }
    action.diagnostics = own;
    action.isPreferred = true;
    return [action];
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
