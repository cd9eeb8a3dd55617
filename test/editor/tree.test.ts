// The Task Chains tree over real files: who changes them does not matter, the tree follows.
import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { createSample } from '../../src/core/operations/create-sample';
import { createTask } from '../../src/core/operations/create-task';
import { chainsModel } from '../../src/vscode/views/chains-model';
import { chainsDetails } from '../../src/vscode/views/row-details';
import { TreeProvider, type TreeRow } from '../../src/vscode/views/tree-provider';
import { writeTick } from '../../src/vscode/views/write-tick';
import { type EditorWorkspace, openEditorWorkspace, whenState } from './support/editor-workspace';
import { eventually } from './support/eventually';

function isChecked({ checkboxState }: vscode.TreeItem): boolean {
  return typeof checkboxState === 'object' && checkboxState.state === vscode.TreeItemCheckboxState.Checked;
}

suite('the Task Chains tree in the editor', () => {
  let workspace: EditorWorkspace;
  let provider: TreeProvider;

  setup(async () => {
    workspace = await openEditorWorkspace();
    await createSample(workspace.folder.workspace);
    await workspace.folder.refresh();
    provider = new TreeProvider(chainsDetails(workspace.state, workspace.agents));
    const show = () => provider.show(chainsModel(workspace.state.folderTasks, vscode.l10n));
    workspace.state.onDidChange(() => void show());
    await show();
  });

  teardown(async () => {
    provider.dispose();
    await workspace.dispose();
  });

  async function labels(row?: TreeRow): Promise<string[]> {
    const rows = await provider.getChildren(row);
    return rows.map((one) => `${provider.getTreeItem(one).label} | ${provider.getTreeItem(one).description}`);
  }

  async function taskRow(id: string): Promise<TreeRow> {
    const [chain] = await provider.getChildren();
    const found = (await provider.getChildren(chain)).find(({ ref }) => ref?.task === id);
    assert.ok(found, `a row for #${id}`);
    return found;
  }

  /** The first row with a checkbox below a task. */
  async function firstBox(id: string): Promise<TreeRow> {
    const [group] = await provider.getChildren(await taskRow(id));
    const [box] = await provider.getChildren(group);
    assert.ok(box);
    return box;
  }

  test('shows the sample chain from its files', async () => {
    const [chain] = await provider.getChildren();
    assert.deepEqual(await labels(chain), [
      '#100 Database Schema | ready · 0/1',
      '#101 JWT Service | waiting for #100 · 0/2',
      '#102 Auth Endpoints | waiting for #100, #101 · 0/2',
    ]);
  });

  test('follows a change made on disk by somebody else within a second', async () => {
    const file = workspace.file('101').fsPath;
    const text = await readFile(file, 'utf8');
    const appeared = whenState(
      workspace.state,
      'the new title',
      () => workspace.state.tasks.some(({ task }) => task.title === 'Token Service'),
      1_000,
    );
    // As agents and tools write: another file, renamed over it.
    await writeFile(`${file}.tmp`, text.replace('JWT Service', 'Token Service'));
    await rename(`${file}.tmp`, file);
    await appeared;
    const item = provider.getTreeItem(await taskRow('101'));
    assert.equal(item.label, '#101 Token Service');
  });

  test('shows what was changed before the editor began to watch, which nobody tells', async () => {
    // Nothing is told at all this way.
    const files = vscode.workspace.getConfiguration('files');
    await files.update('watcherExclude', { '**': true }, vscode.ConfigurationTarget.Global);
    try {
      await workspace.dispose();
      workspace = await openEditorWorkspace();
      await createTask(workspace.folder.workspace, { id: '101', title: 'Before' });
      await workspace.folder.refresh();
      const file = workspace.file('101').fsPath;
      await writeFile(file, (await readFile(file, 'utf8')).replace('Before', 'After'));
      const appeared = () => workspace.state.tasks.some(({ task }) => task.title === 'After');
      await whenState(workspace.state, 'the new title', appeared, 15_000);
    } finally {
      await files.update('watcherExclude', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('renders only the row of the task that changed', async () => {
    const fired: unknown[] = [];
    provider.onDidChangeTreeData((rows) => fired.push(rows));
    const before = await taskRow('102');
    const file = workspace.file('102').fsPath;
    await writeFile(file, (await readFile(file, 'utf8')).replace('Auth Endpoints', 'Endpoints'));
    await workspace.folder.refresh();
    await workspace.folder.refresh();
    assert.deepEqual(fired, [[before]]);
    assert.equal(await taskRow('102'), before, 'the row keeps its identity');
  });

  test('writes a tick to the file and follows the file', async () => {
    const box = await firstBox('101');
    await writeTick(workspace.state, box, true);
    const text = await readFile(workspace.file('101').fsPath, 'utf8');
    assert.match(text, /"passes": true/);
    assert.match(text, /Ticked in the editor/);
    const item = await eventually('the box ticked', async () => {
      const shown = provider.getTreeItem(await firstBox('101'));
      return isChecked(shown) ? shown : undefined;
    });
    assert.deepEqual(item.checkboxState, {
      state: vscode.TreeItemCheckboxState.Checked,
      tooltip: 'Done',
      accessibilityInformation: item.accessibilityInformation,
    });
    await writeTick(workspace.state, box, false);
    assert.doesNotMatch(await readFile(workspace.file('101').fsPath, 'utf8'), /"passes": true/);
  });

  test('lets reveal find the way up from every row', async () => {
    const box = await firstBox('101');
    const path: (string | undefined)[] = [];
    for (let row: TreeRow | undefined = box; row !== undefined; row = provider.getParent(row)) {
      path.push(provider.node(row.id)?.kind);
    }
    assert.deepEqual(path, ['item', 'group', 'task', 'chain']);
  });

  test('a tick in a file with unsaved text goes through the document, and undo takes only it back', async () => {
    const uri = workspace.file('101');
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(document.lineCount, 0), '\nmy own words\n'));
    await writeTick(workspace.state, await firstBox('101'), true);
    assert.match(document.getText(), /"passes": true/);
    assert.match(document.getText(), /my own words/);
    // Undo is for whatever has the focus.
    await vscode.window.showTextDocument(document, { preserveFocus: false });
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await vscode.commands.executeCommand('undo');
    assert.doesNotMatch(document.getText(), /"passes": true/);
    assert.match(document.getText(), /my own words/);
  });

  test('stops watching when it is disposed', async () => {
    let changes = 0;
    workspace.state.onDidChange(() => changes++);
    workspace.state.dispose();
    const file = workspace.file('100').fsPath;
    const seen = new Promise<void>((resolve) => {
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(workspace.folder.folder, '**/*.md'),
      );
      const told = () => {
        watcher.dispose();
        resolve();
      };
      watcher.onDidChange(told);
      watcher.onDidCreate(told);
    });
    await writeFile(file, `${await readFile(file, 'utf8')}\n`);
    // Whatever was watched would have been told by now, too.
    await seen;
    await workspace.folder.refresh();
    assert.equal(changes, 0);
  });
});
