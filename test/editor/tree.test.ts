// The Task Chains tree over real files: who changes them does not matter, the tree follows.
import assert from 'node:assert/strict';
import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createSample } from '../../src/core/operations/create-sample';
import { wasUncleanStop } from '../../src/core/operations/unclean-stop';
import { FolderSession } from '../../src/vscode/folder-session';
import { chainsModel } from '../../src/vscode/views/chains-model';
import { chainsDetails } from '../../src/vscode/views/row-details';
import type { TreeNode } from '../../src/vscode/views/tree-node';
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

  test('asks once whether Baton was cut short here, not again with every change of the settings', async () => {
    const { folder } = workspace;
    const left = join(folder.root, '.baton/.config.json.1.baton-tmp');
    await writeFile(left, '');
    await utimes(left, new Date(0), new Date(0));
    let told = 0;
    const other = new FolderSession(folder.folder, { ...folder.services, uncleanStop: () => told++ });
    try {
      await other.refresh();
      await eventually('the question', async () => told > 0);
      await other.reopen();
      await other.reopen();
      // As long as the first time took, and more.
      await other.refresh();
      await wasUncleanStop(other.workspace);
      assert.equal(told, 1);
    } finally {
      other.dispose();
    }
  });

  test('goes by the settings as they are, also where nobody has told that they changed', async () => {
    const { folder } = workspace;
    const config = join(folder.root, '.baton/config.json');
    await writeFile(config, JSON.stringify({ tasks: { folder: 'elsewhere' } }));
    await folder.refresh();
    const opened = folder.workspace;
    assert.equal(opened.config.tasks.folder, 'elsewhere');
    await folder.refresh();
    assert.equal(folder.workspace, opened, 'it is not opened anew for nothing');
    await writeFile(config, '{ "tasks": ');
    await folder.refresh();
    assert.match(folder.problem ?? '', /not valid JSON/);
    await rm(config);
    await folder.refresh();
    assert.deepEqual([folder.problem, folder.workspace.config.tasks.folder], [undefined, 'task-states']);
  });

  test('shows the welcome when the Baton folder is gone, and the tasks when it is back', async () => {
    const { folder, state } = workspace;
    const before = state.tasks.length;
    const away = join(folder.root, '..', 'baton-away');
    for (const name of ['.baton', 'task-states']) await rename(join(folder.root, name), `${away}${name}`);
    await folder.refresh();
    assert.deepEqual([state.phase, state.tasks.length], ['absent', 0]);
    assert.throws(() => folder.workspace, /Baton is not set up in/);
    for (const name of ['.baton', 'task-states']) await rename(`${away}${name}`, join(folder.root, name));
    await folder.refresh();
    assert.deepEqual([state.phase, state.tasks.length], ['ready', before]);
  });

  test('says that it is still reading, not that Baton is not set up, until the folder has been read', async () => {
    const { folder } = workspace;
    const other = new FolderSession(folder.folder, folder.services);
    try {
      assert.throws(() => other.workspace, /Baton is still reading/);
      await other.refresh();
      assert.equal(other.workspace.root, folder.root);
    } finally {
      other.dispose();
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

  test('ticks what a box says now, also when the file words it differently than it did at first', async () => {
    const firstCriterion = async () => {
      const [, group] = await provider.getChildren(await taskRow('101'));
      const [box] = await provider.getChildren(group);
      assert.ok(box?.target?.kind === 'criterion');
      return { box, text: box.target.text };
    };
    const before = await firstCriterion();
    const file = workspace.file('101').fsPath;
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(`] ${before.text}`, '] Signs with two keys'));
    await workspace.folder.refresh();
    const now = await eventually('the new words', async () => {
      const shown = await firstCriterion();
      return provider.getTreeItem(shown.box).label === 'Signs with two keys' ? shown : undefined;
    });
    await writeTick(workspace.state, now.box, true);
    assert.match(await readFile(file, 'utf8'), /- \[x\] Signs with two keys/);
  });

  test('a row is one object for as long as it exists, and what a command gets is what it stands for now', async () => {
    const node: TreeNode = {
      ...{ id: 'row', parent: undefined, kind: 'task', label: 'One', description: '', icon: undefined },
      ...{ color: undefined, spoken: 'One', tokens: [], collapse: 'none', children: [] },
    };
    const shown = async (more: Partial<TreeNode>) => {
      await provider.show({ roots: ['row'], nodes: new Map([['row', { ...node, ...more }]]) });
      const [row] = await provider.getChildren();
      return row;
    };
    const row = await shown({});
    assert.deepEqual(row, { id: 'row' });
    assert.equal(await shown({ label: 'Queued', entry: 'first' }), row);
    assert.deepEqual(row, { id: 'row', entry: 'first' });
    await shown({ label: 'Queued', entry: 'second', root: '/project' });
    assert.deepEqual(row, { id: 'row', entry: 'second', root: '/project' });
    await shown({ label: 'Not queued' });
    assert.deepEqual(row, { id: 'row' });
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
    // The editor may still hold what the test before had under this name, which it would not save over the new file.
    await vscode.commands.executeCommand('workbench.action.files.revert');
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
