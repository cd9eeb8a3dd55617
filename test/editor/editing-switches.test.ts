// What can be turned off in task files, and that nothing a file says becomes a link or a command.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { createTask } from '../../src/core/operations/create-task';
import { settingIds } from '../../src/vscode/contributions';
import { TaskDecorations } from '../../src/vscode/editing/task-decorations';
import { type EditorWorkspace, openEditorWorkspace } from './support/editor-workspace';
import { eventually } from './support/eventually';

suite('help in task files', () => {
  let workspace: EditorWorkspace;

  setup(async () => {
    await vscode.extensions.getExtension('baton.baton')?.activate();
    workspace = await openEditorWorkspace();
    await createTask(workspace.folder.workspace, { title: 'Schema', id: '2301' });
    const upstream = workspace.file('2301');
    const hostile = '[press](command:workbench.action.quit) <b>x</b> ![i](https://example.org/i.png)';
    await writeFile(
      upstream.fsPath,
      `---\nstatus: blocked\nblocked_reason: none\n---\n\n# Task #2301: ${hostile} - State\n`,
    );
    await createTask(workspace.folder.workspace, { title: 'Service', id: '2302', dependsOn: ['2301'] });
    await workspace.folder.refresh();
  });

  teardown(async () => {
    for (const id of [settingIds.codeLens, settingIds.decorations]) await turn(id, undefined);
    await workspace.dispose();
  });

  async function turn(id: string, to: boolean | undefined): Promise<void> {
    await vscode.workspace.getConfiguration().update(id, to, vscode.ConfigurationTarget.Global);
  }

  async function shown(): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(workspace.file('2302'));
    await vscode.window.showTextDocument(document);
    return document;
  }

  test('has lenses with what can be done and the progress, which a setting turns off and on', async () => {
    const { uri } = await shown();
    const lenses = async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        10,
      );
      return found.flatMap(({ command }) => (command?.command.startsWith('baton.') ? [command.title] : []));
    };
    const some = await eventually('lenses', async () => {
      const found = await lenses();
      return found.length > 0 && found;
    });
    assert.ok(
      some.some((title) => title.includes('waiting')),
      some.join(),
    );
    await turn(settingIds.codeLens, false);
    await eventually('none', async () => (await lenses()).length === 0);
    await turn(settingIds.codeLens, true);
    await eventually('lenses again', async () => (await lenses()).length > 0);
  });

  test('has a letter on files that need somebody, which a setting turns off', async () => {
    const decorations = new TaskDecorations(workspace.state);
    const letter = () => decorations.provideFileDecoration(workspace.file('2301'))?.badge;
    try {
      assert.equal(letter(), '!');
      assert.equal(decorations.provideFileDecoration(workspace.file('2302')), undefined);
      const told = new Promise<readonly vscode.Uri[]>((resolve) => {
        decorations.onDidChangeFileDecorations(resolve);
      });
      await turn(settingIds.decorations, false);
      assert.deepEqual(
        (await told).map(({ fsPath }) => fsPath),
        [workspace.file('2301').fsPath],
      );
      assert.equal(letter(), undefined);
    } finally {
      decorations.dispose();
    }
  });

  test('shows title, status and neighbours of a task under the pointer as text, whatever the title says', async () => {
    const document = await shown();
    const at = document.positionAt(document.getText().indexOf('2301'));
    const [words] = await eventually('the hover', async () => {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      const own = found.flatMap(({ contents }) =>
        contents.filter((one) => one instanceof vscode.MarkdownString),
      );
      return own.length > 0 && own;
    });
    assert.ok(words instanceof vscode.MarkdownString);
    assert.equal(words.isTrusted ?? false, false);
    assert.equal(words.supportHtml ?? false, false);
    assert.match(words.value, /#2301/);
    assert.match(words.value, /blocked/);
    assert.match(words.value, /Feeds&nbsp;\\#2302/);
    // Brackets with a backslash are brackets.
    assert.doesNotMatch(words.value, /(?<!\\)\[press(?<!\\)\]\(/);
    assert.doesNotMatch(words.value, /(?<!\\)!\[i\]\(|<b>/);
  });
});
