/** What a collection shows of each file, set only where it changes: every set closes a menu of quick fixes that is opening. */
import type * as vscode from 'vscode';
import { codeOf } from './problem-link';

export function setDiagnostics(
  collection: vscode.DiagnosticCollection,
  uri: vscode.Uri,
  found: readonly vscode.Diagnostic[],
): void {
  const before = collection.get(uri) ?? [];
  if (shownOf(before) === shownOf(found)) return;
  if (found.length === 0) collection.delete(uri);
  else collection.set(uri, found);
}

function shownOf(diagnostics: readonly vscode.Diagnostic[]): string {
  return JSON.stringify(
    diagnostics.map((one) => {
      const { range, message, severity, code, relatedInformation = [] } = one;
      const link = typeof code === 'object' ? code.target.fragment : '';
      const related = relatedInformation.map(({ location, message: said }) => [location.range, said]);
      return [range, message, severity, codeOf(one), link, related];
    }),
  );
}

/** Of all files at once; what is not named is cleared. */
export function setAllDiagnostics(
  collection: vscode.DiagnosticCollection,
  found: readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[],
): void {
  const named = new Set(found.map(([uri]) => uri.toString()));
  const gone: vscode.Uri[] = [];
  collection.forEach((uri) => {
    if (!named.has(uri.toString())) gone.push(uri);
  });
  for (const uri of gone) collection.delete(uri);
  for (const [uri, diagnostics] of found) setDiagnostics(collection, uri, diagnostics);
}
