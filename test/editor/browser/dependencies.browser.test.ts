/** Dependencies as a person changes them: one task dropped onto another in the tree, and by keyboard from a list. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const chains = 'Task Chains';
const task = (id: string, title: string, dependsOn: string) =>
  `---\nstatus: pending\ndepends_on: ${dependsOn}\n---\n\n# Task #${id}: ${title} - State\n`;
const files = {
  '.baton/.gitignore': '*\n',
  'task-states/task-1-state.md': task('1', 'Schema', '[]'),
  'task-states/task-2-state.md': task('2', 'Service', '["1"]'),
  'task-states/task-3-state.md': task('3', 'Endpoints', '[]'),
};

suite('changing dependencies', () => {
  const dependsOn = async ({ folder }: WorkbenchWindow, id: string) =>
    /^depends_on: (.*)$/m.exec(await readFile(join(folder, `task-states/task-${id}-state.md`), 'utf8'))?.[1];

  async function drag({ page }: WorkbenchWindow, from: string, onto: string): Promise<void> {
    const row = (words: string) => page.locator('.pane-body .monaco-list-row', { hasText: words }).first();
    await row(from).dragTo(row(onto));
  }

  test('a drop asks, writes what was agreed to, and refuses a circle with the reason', async () => {
    await withWorkbench({ files }, async (workbench) => {
      const { page } = workbench;
      const dialog = page.locator('.monaco-dialog-box');
      await workbench.openView('Baton');
      await workbench.treeRow(/#3 Endpoints/, chains);

      await drag(workbench, '#2 Service', '#3 Endpoints');
      await dialog.waitFor();
      assert.match(await dialog.innerText(), /Make #3 depend on #2\?[\s\S]*then waits until #2 is completed/);
      await workbench.screenshot('dependencies-drop');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await dependsOn(workbench, '3'), '[]');

      await drag(workbench, '#2 Service', '#3 Endpoints');
      await dialog.getByRole('button', { name: 'Make It Depend' }).click();
      await eventually('the dependency', async () => (await dependsOn(workbench, '3')) === '["2"]');
      await eventually('the chain', async () =>
        /waiting for #2/.test((await workbench.treeRow(/#3 Endpoints/, chains)).description),
      );

      await drag(workbench, '#3 Endpoints', '#1 Schema');
      const toast = page.locator('.notifications-toasts');
      await toast.getByText(/#1 cannot depend on #3.*#1 feeds #2 feeds #3/).waitFor();
      await workbench.screenshot('dependencies-circle');
      assert.equal(await dependsOn(workbench, '1'), '[]');
    });
  });

  test('by keyboard the person picks from a list that offers no circle, and Escape changes nothing', async () => {
    await withWorkbench({ files }, async (workbench) => {
      const { quickInput } = workbench;
      await workbench.openFile('task-states/task-3-state.md');
      for (const cancels of [true, false]) {
        await workbench.runCommand('Baton: Change Dependencies…');
        await quickInput.title('Dependencies of #3 Endpoints');
        await quickInput.type('schema');
        await workbench.page.keyboard.press('ArrowDown');
        await workbench.page.keyboard.press('Space');
        await workbench.page.getByText('1 Selected').waitFor();
        await workbench.screenshot('dependencies-list');
        if (cancels) await quickInput.escape();
        else await workbench.page.keyboard.press('Enter');
        if (cancels) assert.equal(await dependsOn(workbench, '3'), '[]');
      }
      await eventually('the dependency', async () => (await dependsOn(workbench, '3')) === '["1"]');
      await workbench.openFile('task-states/task-1-state.md');
      await workbench.runCommand('Baton: Change Dependencies…');
      await eventually('that there is none', async () =>
        workbench.page.locator('.notifications-toasts').getByText('There is no other task').isVisible(),
      );
    });
  });
});
