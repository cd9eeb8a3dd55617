// The VSIX as a person gets it: installed where nothing else of the project is, and used.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../editor/support/eventually';
import { withWorkbench } from '../editor/support/workbench';
import type { WorkbenchWindow } from '../editor/support/workbench-window';
import { projectRoot } from '../harness/project';

const chains = 'Task Chains';
/** The demonstration agent then stops for a while in the middle of its work, so that it can be seen at work. */
const slowly = JSON.stringify({ 'terminal.integrated.env.linux': { BATON_DEMO_WAIT_AT: '14' } });

suite('the installed package', () => {
  test('is installed by the editor’s own command line, activates, and gets an agent to work', async () => {
    const files = { 'README.md': '# Shop\n', '.vscode/settings.json': slowly };
    await withWorkbench(
      { files, git: true, extension: join(projectRoot, 'dist', 'baton.vsix') },
      async (workbench) => {
        await workbench.openView('Baton');
        await newTask(workbench);
        await workbench.hoverInlineAction(/#100 Say hello/, 'Launch Agent', chains);
        await workbench.terminalText(/Waiting at step/);
        await eventually('the task in progress', async () =>
          /running|session 1/.test((await workbench.treeRow(/#100 Say hello/, chains)).description),
        );
        assert.match(await workbench.statusBarText(/running/), /1 running/);
        const state = await readFile(join(workbench.folder, 'task-states/task-100-state.md'), 'utf8');
        assert.match(state, /^status: in_progress$/m);
        assert.deepEqual(
          (await workbench.notifications()).filter(({ severity }) => severity === 'error'),
          [],
        );
        await workbench.screenshot('package-launched');
      },
    );
  }).timeout(150_000);
});
async function newTask(workbench: WorkbenchWindow): Promise<void> {
  const { quickInput } = workbench;
  await workbench.runCommand('Baton: New Task');
  await quickInput.type('#100 Say hello');
  await quickInput.accept();
  for (const [step, entry] of [
    [/Acceptance Criteria/, 'Hello is said'],
    [/Features/, 'hello-1: hello is said'],
  ] as const) {
    await quickInput.title(step);
    await quickInput.type(entry);
    await quickInput.accept();
    await quickInput.row(entry);
    await quickInput.accept();
  }
  await quickInput.title(/Agent/);
  await quickInput.pick(/Demonstration agent/);
  await quickInput.closed();
}
