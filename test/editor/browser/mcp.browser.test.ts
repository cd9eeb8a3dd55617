/** The MCP server among the servers of the window, as a person sees them: there when the setting offers it, else not. */
import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const files = { '.baton/config.json': '{}', 'task-states/task-1-state.md': '# Task #1: One - State\n' };
const withChat = { 'chat.disableAIFeatures': false };

async function servers(workbench: WorkbenchWindow): Promise<readonly string[]> {
  await workbench.runCommand('MCP: List Servers');
  const items = await workbench.quickInput.items();
  await workbench.quickInput.escape();
  return items.map(({ label }) => label);
}

suite('the MCP server in the window', () => {
  test('is among the servers when the setting offers it', async () => {
    await withWorkbench(
      { files, settings: { ...withChat, 'baton.chat.offer': 'mcp' } },
      async (workbench) => {
        await workbench.openView('Baton');
        await workbench.treeRow(/^#1 /, 'Task Chains');
        await eventually('the server listed', async () => (await servers(workbench)).includes('Baton'));
        await workbench.runCommand('MCP: List Servers');
        await workbench.screenshot('mcp-servers');
      },
    );
  }).timeout(90_000);

  test('is not while the tools are offered', async () => {
    await withWorkbench({ files, settings: withChat }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/^#1 /, 'Task Chains');
      assert.ok(!(await servers(workbench)).includes('Baton'));
    });
  }).timeout(90_000);
});
