/** Edits go through a document that is open with unsaved changes, never behind its back: undo works, nothing is lost. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { OpenDocuments } from '../../core/ports';

export const openDocuments: OpenDocuments = {
  dirtyText: (path) => dirtyDocument(path)?.getText(),

  async apply(path, base, edits) {
    const document = dirtyDocument(path);
    if (document === undefined || document.getText() !== base) return false;
    const change = new vscode.WorkspaceEdit();
    for (const { start, end, text } of edits) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      change.replace(document.uri, range, text);
    }
    // Nothing is awaited between the comparison and this call, so the document is still at `base`.
    if (!(await vscode.workspace.applyEdit(change))) return false;
    // Agents and other windows read the disk: what is acknowledged has to be there. Undo still takes it back.
    if (!(await document.save())) throw unsaved(document);
    return true;
  },
};

/** The disk is newer, or may not be written: the editor asks the person, who may save it yet, or undo. */
function unsaved({ uri }: vscode.TextDocument): BatonError {
  const name = vscode.workspace.asRelativePath(uri);
  const said = vscode.l10n.t('{0} could not be saved. The change stands in the editor alone', name);
  return new BatonError('io_failed', said, { hint: vscode.l10n.t('Save the file, or undo the change.') });
}

function dirtyDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    (document) =>
      document.isDirty &&
      document.uri.scheme === 'file' &&
      document.uri.fsPath.replaceAll('\\', '/') === path,
  );
}
