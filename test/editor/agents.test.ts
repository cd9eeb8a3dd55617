// Agents of a person's own in a real extension host: from agents.json, which a run in the background reads too, and from settings.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { BatonError } from '../../src/core/base/baton-error';
import { Agents } from '../../src/vscode/agents';
import { settingIds } from '../../src/vscode/contributions';
import { type EditorWorkspace, openEditorWorkspace } from './support/editor-workspace';

function cheap(label: string) {
  const headless = { args: [{ ref: 'prompt' }], promptVia: 'argv' };
  return { label, lane: 'economy', executables: [process.execPath], args: [], headless };
}

suite('agents of a person’s own', () => {
  let workspace: EditorWorkspace;

  setup(async () => {
    workspace = await openEditorWorkspace();
    await keepInSettings({ mine: cheap('Mine'), both: cheap('Both, my way') });
  });

  teardown(async () => {
    await keepInSettings(undefined);
    await workspace.dispose();
  });

  async function keepInSettings(value: unknown): Promise<void> {
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration().update(settingIds.agents, value, Global);
  }

  test('are offered for a launch from both places, those of settings first', async () => {
    const shared = async () => ({ shared: cheap('Shared'), both: cheap('Both') });
    const agents = new Agents(workspace.folder.services, shared);
    const own = (await agents.list()).map(({ profile }) => profile.label);
    assert.deepEqual(own.filter((label) => /Shared|Mine|Both/.test(label)).sort(), [
      'Both, my way',
      'Mine',
      'Shared',
    ]);
    assert.equal(agents.label('shared'), 'Shared');
    agents.dispose();
  });

  test('run in the background where agents.json has them; of the others their names are told', async () => {
    const shared = async () => ({ shared: cheap('Shared'), both: cheap('Both') });
    const agents = new Agents(workspace.folder.services, shared);
    const found = await agents.listForRuns();
    const ids = found.agents.map(({ id }) => id);
    assert.ok(ids.includes('shared') && ids.includes('both') && !ids.includes('mine'), ids.join());
    assert.deepEqual(found.onlyInSettings, ['Mine']);
    agents.dispose();
  });

  test('of settings and built in are there all the same when agents.json makes no sense', async () => {
    const agents = new Agents(workspace.folder.services, async () => {
      throw new BatonError('invalid_config', 'agents.json is not valid JSON');
    });
    assert.ok((await agents.list()).some(({ profile }) => profile.id === 'mine'));
    assert.deepEqual((await agents.listForRuns()).onlyInSettings.toSorted(), ['Both, my way', 'Mine']);
    agents.dispose();
  });
});
