// Baton's API as another extension gets it, in a real extension host: what it asks is answered by the real command line, and what
// happens in the folder is told.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { blockTask } from '../../src/core/operations/block-task';
import { createTask } from '../../src/core/operations/create-task';
import { passFeature } from '../../src/core/operations/pass-feature';
import { recordProgress } from '../../src/core/operations/record-progress';
import type { BatonApi, BatonEvent } from '../../src/vscode/api-types';
import { commandIds, settingIds } from '../../src/vscode/contributions';
import { type EditorWorkspace, openEditorWorkspace, whenState } from './support/editor-workspace';
import { eventually } from './support/eventually';

/** As a consumer would write it: only what is declared, and nothing of Baton's inside. */
async function batonApi(): Promise<BatonApi> {
  const api = await vscode.extensions.getExtension<BatonApi>('baton.baton')?.activate();
  assert.ok(api, 'baton.baton gives no API');
  return api;
}

suite('the API for other extensions', () => {
  let workspace: EditorWorkspace;
  let api: BatonApi;

  setup(async () => {
    workspace = await openEditorWorkspace();
    api = await batonApi();
    await whenState(workspace.state, 'ready', () => workspace.state.phase === 'ready', 5_000);
    await createTask(workspace.folder.workspace, {
      ...{ id: '1', title: 'One', features: [{ id: 'f', description: 'd' }] },
    });
    await eventually('the window sees the task', async () => (await api.tasks()).length === 1);
  });

  teardown(async () => {
    await vscode.workspace
      .getConfiguration()
      .update(settingIds.memory, undefined, vscode.ConfigurationTarget.Global);
    await workspace.dispose();
  });

  test('has a version and capabilities, and cannot be changed by who got it', () => {
    assert.equal(api.version, 1);
    for (const one of ['tasks', 'status', 'memory', 'agent', 'plan', 'events'])
      assert.ok(api.capabilities.includes(one), one);
    assert.ok(Object.isFrozen(api) && Object.isFrozen(api.memory) && Object.isFrozen(api.agent));
  });

  test('tells tasks and how they stand, of all folders or of one', async () => {
    const [task] = await api.tasks();
    assert.deepEqual([task?.id, task?.title, task?.status, task?.progress.total], ['1', 'One', 'pending', 1]);
    assert.equal(task?.file.fsPath, workspace.file('1').fsPath);
    const [status] = await api.status(workspace.folder.folder.uri);
    assert.equal(status?.counts['total'], 1);
    assert.deepEqual(await api.tasks(vscode.Uri.file('/nowhere')), []);
  });

  test('answers from memory, and refuses where the person has switched it off', async () => {
    await recordProgress(workspace.folder.workspace, '1', {
      ...{ did: ['Refresh tokens rotate every ninety minutes'], issues: [], state: [], next: [] },
    });
    const { results } = await api.memory.query('rotate ninety');
    assert.equal(results[0]?.task, '1');
    const { recalled } = await api.memory.recall(results[0]?.id ?? '', { full: true });
    assert.match(recalled[0]?.text ?? '', /ninety minutes/);
    await vscode.workspace
      .getConfiguration()
      .update(settingIds.memory, false, vscode.ConfigurationTarget.Global);
    await assert.rejects(api.memory.query('rotate'), /switched off/);
  });

  test('tells who is at work, and pauses and resumes what starts by itself', async () => {
    const before = await api.agent.status();
    assert.deepEqual([before.agents, before.background.held], [[], []]);
    const held = await api.agent.control('pause', '1');
    assert.deepEqual([held.changed, held.status.background.held], [true, ['1']]);
    assert.deepEqual((await api.agent.control('resume', '1')).status.background.held, []);
    await assert.rejects(api.agent.control('state', '404'), /There is no task 404/);
  });

  test('proposes a plan and writes no task', async () => {
    const plan = await api.plan('- Write the schema\n- Build the service');
    assert.match(JSON.stringify(plan), /Write the schema/);
    assert.equal((await api.tasks()).length, 1);
  });

  test('tells what happens from the first listener on, and no more after the last', async () => {
    const events: BatonEvent[] = [];
    const listening = api.onDidEvent((event) => events.push(event));
    // The log is read from when the listener is known to have been heard.
    await eventually('the first event', async () => {
      if (events.length === 0)
        await recordProgress(workspace.folder.workspace, '1', {
          ...{ did: ['Went on'], issues: [], state: [], next: [] },
        });
      return events.length > 0;
    });
    await passFeature(workspace.folder.workspace, '1', 'f');
    await blockTask(workspace.folder.workspace, '1', 'No keys');
    await eventually('the block', async () => events.some(({ event }) => event === 'agent.blocked'));
    const passed = events.find(({ type }) => type === 'feature.pass');
    assert.deepEqual(
      [passed?.event, passed?.task, passed?.folder.toString()],
      ['agent.progress', '1', workspace.folder.folder.uri.toString()],
    );
    const seqs = events.map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      [...seqs].sort((a, b) => a - b),
    );
    listening.dispose();
  });

  test('Show Report opens what happened as a Markdown document', async () => {
    await passFeature(workspace.folder.workspace, '1', 'f');
    await vscode.commands.executeCommand(commandIds.showReport);
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.languageId, 'markdown');
    assert.match(shown?.getText() ?? '', /Feature f passes/);
  });

  test('Show Diagnostics Report opens how runs went as a Markdown document', async () => {
    await vscode.commands.executeCommand(commandIds.showMetrics);
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.languageId, 'markdown');
    assert.match(shown?.getText() ?? '', /30 days/);
  });
});
