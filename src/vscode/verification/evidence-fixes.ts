/** Quick fixes of evidence that is missing or out of date: run the feature's command, or say how it was verified. */
import * as vscode from 'vscode';
import { type CommandId, commandIds } from '../contributions';
import { diagnosticSource } from '../editing/diagnostics';
import { codeOf } from '../editing/problem-link';
import type { EvidenceDiagnostics, EvidenceFinding } from './evidence-diagnostics';

export class EvidenceFixes implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #diagnostics: Pick<EvidenceDiagnostics, 'findingsIn'>;
  readonly #registration: vscode.Disposable;

  constructor(diagnostics: Pick<EvidenceDiagnostics, 'findingsIn'>) {
    this.#diagnostics = diagnostics;
    this.#registration = vscode.languages.registerCodeActionsProvider(
      { language: 'markdown', scheme: 'file' },
      this,
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    );
  }

  provideCodeActions(
    { uri }: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const findings = this.#diagnostics.findingsIn(uri);
    return diagnostics.flatMap((diagnostic) => {
      const found = findings.find(
        ({ code, range }) =>
          diagnostic.source === diagnosticSource &&
          codeOf(diagnostic) === code &&
          range.isEqual(diagnostic.range),
      );
      return found === undefined ? [] : actionsFor(found, diagnostic);
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

function actionsFor(
  { ref, feature, hasCommand }: EvidenceFinding,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction[] {
  const action = (command: CommandId, title: string) => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.command = { command, title, arguments: [{ ...ref, target: { kind: 'feature', id: feature } }] };
    made.diagnostics = [diagnostic];
    made.isPreferred = command === commandIds.verifyFeature;
    return made;
  };
  const verify = action(commandIds.verifyFeature, vscode.l10n.t('Verify “{0}” now', feature.slice(0, 80)));
  const record = action(commandIds.passByHand, vscode.l10n.t('Record by hand how it was verified…'));
  return hasCommand ? [verify, record] : [record];
}
