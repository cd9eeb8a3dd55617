/** What the person allows may be changed in another window or by the command line. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';

/** @param file absolute path of the person's choices; it need not exist yet */
export function watchChoices(file: string, onChange: () => void): vscode.Disposable {
  const lifetime = new DisposableStore();
  const uri = vscode.Uri.file(file);
  const pattern = new vscode.RelativePattern(
    vscode.Uri.joinPath(uri, '..'),
    uri.path.slice(uri.path.lastIndexOf('/') + 1),
  );
  const watcher = lifetime.add(vscode.workspace.createFileSystemWatcher(pattern));
  for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
    lifetime.add(event(onChange));
  }
  return lifetime;
}
