// What the editor's own chat is offered of Baton, in a real extension host: the MCP server as defined for the window, started
// and asked; the tools, called as the chat calls them; and never both at once.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import * as vscode from 'vscode';
import { createTask } from '../../src/core/operations/create-task';
import { McpOffer } from '../../src/vscode/chat/mcp-offer';
import { settingIds, toolNames, toolPrefix } from '../../src/vscode/contributions';
import { openEditorWorkspace, whenState } from './support/editor-workspace';
import { eventually } from './support/eventually';

const own = Object.values(toolNames)
  .map((name) => toolPrefix + name)
  .sort();

function contributedTools(): string[] {
  return vscode.lm.tools
    .map(({ name }) => name)
    .filter((name) => name.startsWith(toolPrefix))
    .sort();
}

async function offer(value: string | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  await settings.update(settingIds.chatOffer, value, vscode.ConfigurationTarget.Global);
}

function program(): ConstructorParameters<typeof McpOffer>[1] {
  const extension = vscode.extensions.getExtension('baton.baton');
  assert.ok(extension, 'baton.baton is not installed');
  const script = vscode.Uri.joinPath(extension.extensionUri, 'dist', 'mcp.js').fsPath;
  return { node: process.execPath, nodeEnv: {}, script, version: '1.2.3' };
}

async function called(name: string, input: object): Promise<string> {
  const result = await vscode.lm.invokeTool(toolPrefix + name, { input, toolInvocationToken: undefined });
  return result.content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
    .join('');
}

suite('what the chat of the editor is offered', () => {
  suiteSetup(async () => {
    await vscode.extensions.getExtension('baton.baton')?.activate();
  });

  teardown(() => offer(undefined));

  test('is the tools or the MCP server or nothing, as the setting says', async () => {
    const workspace = await openEditorWorkspace();
    const mcp = new McpOffer(workspace.state, program());
    try {
      await whenState(workspace.state, 'ready', () => workspace.state.phase === 'ready', 5_000);
      assert.deepEqual(contributedTools(), own);
      await eventually('the tools see the folder', () => called('task_show', { list: 'open' }));
      for (const [value, works, servers] of [
        ['tools', true, 0],
        ['mcp', false, 1],
        ['off', false, 0],
        [undefined, true, 0],
      ] as const) {
        await offer(value);
        assert.equal(mcp.provideMcpServerDefinitions().length, servers, String(value));
        // What the manifest hides from a picker is still listed here, so the call itself has to refuse.
        if (works) assert.match(await called('task_show', { list: 'open' }), /"tasks":/);
        else await assert.rejects(called('task_show', { list: 'open' }), /off: /);
      }
    } finally {
      mcp.dispose();
      await workspace.dispose();
    }
  });

  test('as MCP server: it starts on the runtime of the editor, for the folder of the window, and has the same tools', async () => {
    const workspace = await openEditorWorkspace();
    const mcp = new McpOffer(workspace.state, program());
    try {
      let changes = 0;
      mcp.onDidChangeMcpServerDefinitions(() => (changes += 1));
      await offer('mcp');
      await eventually('the change of the setting told', async () => changes === 1);
      const [definition] = mcp.provideMcpServerDefinitions();
      assert.ok(definition);
      assert.deepEqual(definition.args.slice(1), ['--root', workspace.folder.root]);
      assert.equal(definition.version, '1.2.3');
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(
        new StdioClientTransport({ command: definition.command, args: definition.args, stderr: 'inherit' }),
      );
      try {
        const { tools } = await client.listTools();
        assert.deepEqual(tools.map(({ name }) => toolPrefix + name).sort(), own);
        await createTask(workspace.folder.workspace, { title: 'Made in the editor' });
        const listed = await client.callTool({ name: 'task_show', arguments: { list: 'open' } });
        assert.match(JSON.stringify(listed.content), /Made in the editor/);
      } finally {
        await client.close();
      }
    } finally {
      mcp.dispose();
      await workspace.dispose();
    }
  });

  test('as MCP server: it goes when the last folder with tasks goes, and says so', async () => {
    const workspace = await openEditorWorkspace();
    const mcp = new McpOffer(workspace.state, program());
    try {
      await offer('mcp');
      await eventually('the server', async () => mcp.provideMcpServerDefinitions().length === 1);
      let changes = 0;
      mcp.onDidChangeMcpServerDefinitions(() => (changes += 1));
      for (const name of ['task-states', '.baton']) {
        const folder = vscode.Uri.joinPath(workspace.folder.folder.uri, name);
        await vscode.workspace.fs.delete(folder, { recursive: true });
      }
      await workspace.folder.reopen();
      assert.deepEqual(mcp.provideMcpServerDefinitions(), []);
      assert.equal(changes, 1);
    } finally {
      mcp.dispose();
      await workspace.dispose();
    }
  });
});

suite('the tools of the chat', () => {
  test('create, show and finalize a task, and refuse with the next step', async () => {
    const workspace = await openEditorWorkspace();
    try {
      // The extension's own state finds the folder by its watchers.
      const made = await eventually('the tools see the folder', () =>
        called('task_create', { title: 'Rate limits', features: [{ id: 'rl-1', description: 'Refuses' }] }),
      );
      const { task } = JSON.parse(made) as { readonly task: { readonly id: string } };
      await assert.rejects(
        called('finalize', { task: task.id, summary: 'Done.' }),
        /guard_failed: [\s\S]*rl-1[\s\S]*/,
      );
      await called('task_status', { task: task.id, trigger: 'start' });
      await called('feature_pass', { task: task.id, feature: 'rl-1', evidence: 'npm test: 7 passed' });
      const done = await called('finalize', {
        task: task.id,
        summary: 'Limits stand in front of every route.',
      });
      assert.match(done, /"status":"completed"/);
      const text = await readFile(workspace.file(task.id).fsPath, 'utf8');
      assert.match(text, /Limits stand in front of every route\./);
      assert.match(await called('task_show', { task: task.id }), /npm test: 7 passed|"passes":true/);
    } finally {
      await workspace.dispose();
    }
  });

  test('check what a model gives by the schema: the editor does not', async () => {
    const workspace = await openEditorWorkspace();
    try {
      await eventually('the tools see the folder', () => called('task_show', { list: 'open' }));
      await assert.rejects(called('task_create', { titel: 'x' }), /invalid_input: [\s\S]*title[\s\S]*Next: /);
    } finally {
      await workspace.dispose();
    }
  });

  test('write through a document that is open with unsaved text, never behind its back', async () => {
    const workspace = await openEditorWorkspace();
    try {
      const made = await eventually('the tools see the folder', () =>
        called('task_create', { title: 'Open' }),
      );
      const { task } = JSON.parse(made) as { readonly task: { readonly id: string } };
      const document = await vscode.workspace.openTextDocument(workspace.file(task.id));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(document.lineCount, 0), '\nTyped by a person.\n');
      await vscode.workspace.applyEdit(edit);
      await called('task_status', { task: task.id, trigger: 'block', reason: 'No key' });
      assert.match(document.getText(), /Typed by a person\./);
      assert.match(document.getText(), /^status: blocked$/m);
    } finally {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await workspace.dispose();
    }
  });
});
