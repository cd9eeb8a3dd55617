// Edits through open documents, and editing help that keeps to our own files.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isBatonError } from '../../src/core/base/baton-error';
import { openDocuments } from '../../src/vscode/editing/open-documents';
import { eventually } from './support/eventually';

suite('documents with unsaved changes', () => {
  let document: vscode.TextDocument;
  let path: string;
  /** A file of its own for each test: VS Code keeps the text of a closed document for a while. */
  let files = 0;

  setup(async () => {
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root);
    path = join(root.uri.fsPath, `notes-${files++}.md`);
    await writeFile(path, '# Notes\r\n\r\n- [ ] one\r\n');
    document = await vscode.workspace.openTextDocument(path);
  });

  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  async function type(text: string): Promise<void> {
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
  }

  test('a saved document is none of ours: its file is written', async () => {
    assert.equal(openDocuments.dirtyText(path), undefined);
    assert.equal(await openDocuments.apply(path, document.getText(), []), false);
  });

  test('takes edits, keeps line endings and the words typed, and undo works', async () => {
    await type('typed ');
    const base = openDocuments.dirtyText(path);
    assert.equal(base, 'typed # Notes\r\n\r\n- [ ] one\r\n');
    const at = base.indexOf('[ ]') + 1;
    assert.equal(await openDocuments.apply(path, base, [{ start: at, end: at + 1, text: 'x' }]), true);
    assert.equal(document.getText(), 'typed # Notes\r\n\r\n- [x] one\r\n');
    // What is acknowledged is on disk; the host hears of that by an event of its own.
    await eventually('the document saved', async () => !document.isDirty);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), base);
  });

  test('refuses edits that were made for another text', async () => {
    await type('typed ');
    assert.equal(await openDocuments.apply(path, 'another text', [{ start: 0, end: 1, text: 'x' }]), false);
    assert.equal(document.getText(), 'typed # Notes\r\n\r\n- [ ] one\r\n');
  });

  test('does not call done what could not be saved: the disk keeps its newer text, the editor the edit', async () => {
    await type('typed ');
    const base = openDocuments.dirtyText(path) ?? '';
    const newer = '# Notes of somebody else, and longer\r\n';
    await writeFile(path, newer);
    const at = base.indexOf('[ ]') + 1;
    await assert.rejects(openDocuments.apply(path, base, [{ start: at, end: at + 1, text: 'x' }]), (error) =>
      isBatonError(error, 'io_failed'),
    );
    assert.equal(await readFile(path, 'utf8'), newer);
    assert.equal(document.getText(), 'typed # Notes\r\n\r\n- [x] one\r\n');
    assert.equal(document.isDirty, true);
  });

  test('ordinary Markdown gets no lens of ours', async () => {
    await vscode.window.showTextDocument(document);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    assert.deepEqual(
      lenses.flatMap(({ command }) => command?.command ?? []).filter((id) => id.startsWith('baton.')),
      [],
    );
  });
});
