// Tasks dragged out of the tree, and onto one another where that must not be. What a drop asks, and the same by keyboard, is
// in `browser/dependencies`.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { createTask } from '../../src/core/operations/create-task';
import { asTaskId } from '../../src/core/operations/task-id';
import { TaskDragAndDrop } from '../../src/vscode/views/task-drag-and-drop';
import type { TreeRow } from '../../src/vscode/views/tree-provider';
import { type EditorWorkspace, openEditorWorkspace } from './support/editor-workspace';

suite('dependencies by hand', () => {
  let workspace: EditorWorkspace;
  let controller: TaskDragAndDrop;

  setup(async () => {
    await vscode.extensions.getExtension('baton.baton')?.activate();
    workspace = await openEditorWorkspace();
    for (const [id, dependsOn] of [
      ['2201', []],
      ['2202', ['2201']],
      ['2203', []],
    ] as const) {
      await createTask(workspace.folder.workspace, { title: `T${id} 🚀`, id, dependsOn: [...dependsOn] });
    }
    await workspace.folder.refresh();
    controller = new TaskDragAndDrop(workspace.state);
  });

  teardown(async () => workspace.dispose());

  const row = (task: string, more: Partial<TreeRow> = {}): TreeRow => ({
    ...{ id: task, ref: { root: workspace.folder.root, task: asTaskId(task) } },
    ...more,
  });
  const dragged = (...rows: TreeRow[]) => {
    const data = new vscode.DataTransfer();
    controller.handleDrag(rows, data);
    return data;
  };
  const dependsOn = async (id: string) =>
    /^depends_on: (.*)$/m.exec(await readFile(workspace.file(id).fsPath, 'utf8'))?.[1];

  test('gives editors and chats the file and the name of what is dragged, and nothing of a checklist item', async () => {
    const data = dragged(row('2201'), row('2202'));
    const uris = await data.get('text/uri-list')?.asString();
    assert.deepEqual(uris?.split('\r\n'), [
      workspace.file('2201').toString(),
      workspace.file('2202').toString(),
    ]);
    assert.equal(await data.get('text/plain')?.asString(), '#2201 T2201 🚀\n#2202 T2202 🚀');
    const item = dragged(row('2201', { target: { kind: 'feature', id: 'a' } }));
    assert.equal([...item].length, 0);
  });

  test('asks nothing of what is dropped onto itself or onto nothing', async () => {
    await controller.handleDrop(row('2203'), dragged(row('2203')));
    await controller.handleDrop(undefined, dragged(row('2201')));
    assert.equal(await dependsOn('2203'), '[]');
  });

  test('refuses a drop that would close a circle, and writes nothing', async () => {
    await controller.handleDrop(row('2201'), dragged(row('2202')));
    assert.equal(await dependsOn('2201'), '[]');
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
