// The Problems panel in the real extension host: what is said, where, when it goes, and the quick fix.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createTask } from '../../src/core/operations/create-task';
import { BatonDiagnostics } from '../../src/vscode/editing/diagnostics';
import { StatusFixes } from '../../src/vscode/editing/status-fixes';
import { type EditorWorkspace, openEditorWorkspace } from './support/editor-workspace';
import { eventually } from './support/eventually';

function codeText(code: vscode.Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : code);
}

suite('the Problems panel', () => {
  let workspace: EditorWorkspace;
  const own: vscode.Disposable[] = [];
  const errors: unknown[] = [];

  setup(async () => {
    workspace = await openEditorWorkspace();
    await createTask(workspace.folder.workspace, { title: 'JWT', id: '101', criteria: ['Login works'] });
    await workspace.folder.refresh();
    const diagnostics = new BatonDiagnostics(workspace.state, (error) => errors.push(error));
    own.push(diagnostics, new StatusFixes(diagnostics));
  });

  teardown(async () => {
    for (const item of own.splice(0)) item.dispose();
    await workspace.dispose();
    assert.deepEqual(errors.splice(0), []);
  });

  /** The installed extension says the same of the same files: what both say counts once. */
  function codesOf(uri: vscode.Uri): readonly string[] {
    // Other suites look after what their problems say.
    const own = (code: string) => ['status_edited', 'identity_conflict'].includes(code);
    const found = vscode.languages
      .getDiagnostics(uri)
      .filter(({ source, code }) => source === 'Baton' && own(codeText(code)));
    return [
      ...new Set(found.map(({ code, range, message }) => `${codeText(code)} ${range.start.line} ${message}`)),
    ];
  }

  const shows = (uri: vscode.Uri, count: number) =>
    eventually(`${count} findings`, async () => (codesOf(uri).length === count ? codesOf(uri) : false));

  test('shows a refused status of a closed file, and the quick fix puts it back', async () => {
    const uri = workspace.file('101');
    const written = await readFile(uri.fsPath, 'utf8');
    await writeFile(uri.fsPath, written.replace('status: pending', 'status: completed'));
    await workspace.folder.refresh();
    const [said] = await shows(uri, 1);
    assert.match(said ?? '', /^status_edited 1 The status was changed by hand from pending to completed/);

    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    // VS Code asks providers a moment after a document is shown for the first time.
    const fix = await eventually('the quick fix', async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        document.lineAt(1).range,
      );
      return actions.find(({ title }) => title === 'Put back "pending"');
    });
    assert.ok(fix.edit);
    assert.equal(fix.isPreferred, true);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), written);
    await shows(uri, 0);
    await document.save();
  });

  test('shows what stands in an open document before it is saved', async () => {
    const uri = workspace.file('101');
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    const at = document.getText().indexOf('pending');
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + 'pending'.length));
    await editor.edit((edit) => edit.replace(range, 'completed'));
    await shows(uri, 1);
    await vscode.commands.executeCommand('undo');
    await shows(uri, 0);
    await document.save();
  });

  test('shows a shadowed section at its heading, until it is gone', async () => {
    const folder = join(workspace.folder.root, '.baton');
    const user = vscode.Uri.file(join(folder, 'USER.md'));
    await writeFile(join(folder, 'SOUL.md'), '## Tone\nformal\n');
    await writeFile(user.fsPath, '# Me\n\n## tone\ncasual\n');
    await workspace.folder.refresh();
    const [said] = await shows(user, 1);
    assert.match(said ?? '', /^identity_conflict 2 “tone” does not count here: \.baton\/SOUL\.md/);
    await rm(join(folder, 'SOUL.md'));
    await shows(user, 0);
  });
});
