/** A task that was deleted from a plan is still named by others: one click takes it out of the line. */
import * as vscode from 'vscode';
import type { PlanProblemCode } from '../../core/model/plan';
import { readPlan } from '../../core/planner/read-plan';
import { withoutReference } from './without-reference';

const fixable: readonly PlanProblemCode[] = ['plan.unknown-task', 'plan.no-reference'];

export function registerPlanFixes(): vscode.Disposable {
  const kind = vscode.CodeActionKind.QuickFix;
  return vscode.languages.registerCodeActionsProvider(
    { language: 'markdown' },
    {
      provideCodeActions: (document, _range, { diagnostics }) =>
        diagnostics.flatMap((one) => fix(document, one)),
    },
    { providedCodeActionKinds: [kind] },
  );
}

function fix(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): vscode.CodeAction[] {
  if (!fixable.some((code) => code === diagnostic.code)) return [];
  const { range } = diagnostic;
  // Somebody may have typed since it was found: another place would be cut.
  const isThere = readPlan(document.getText()).problems.some(
    ({ code, range: { start, end } }) =>
      code === diagnostic.code &&
      range.isEqual(new vscode.Range(document.positionAt(start), document.positionAt(end))),
  );
  if (!isThere) return [];
  const written = document.getText(range);
  const action = new vscode.CodeAction(
    vscode.l10n.t('Do not depend on “{0}”', written),
    vscode.CodeActionKind.QuickFix,
  );
  const { text, start, end } = withoutReference(
    document.lineAt(range.start.line).text,
    range.start.character,
    range.end.character,
  );
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, new vscode.Range(range.start.line, start, range.start.line, end), text);
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  return [action];
}
