/** Plan from Goal or PRD, as a person does it: a goal is typed, the plan edited, its tasks created; with a model and without. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionDir, projectRoot } from '../../harness/project';
import { startServer } from '../../harness/vscode-server';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const chains = 'Task Chains';
const goal = 'Write the schema; build the API; document it';
const files = { 'README.md': '# Shop\n' };
const setUp = { ...files, '.baton/.gitignore': '*\n' };
const modelProvider = join(projectRoot, 'test', 'fixtures', 'model-provider');

async function typeGoal(workbench: WorkbenchWindow): Promise<void> {
  const { quickInput } = workbench;
  await workbench.runCommand('Baton: Plan from Goal or PRD…');
  await quickInput.title('Plan from Goal or PRD');
  await quickInput.pick('Type a goal');
  await quickInput.message(/^The goal\./);
  await quickInput.type(goal);
  await quickInput.accept();
}

/** @param words that the view shows of a folder without tasks */
async function openFolder(workbench: WorkbenchWindow, words: string): Promise<void> {
  await workbench.openView('Baton');
  await eventually('the folder read', async () => (await workbench.viewText(chains)).includes(words));
}

async function taskFiles({ folder }: WorkbenchWindow): Promise<readonly string[]> {
  return existsSync(join(folder, 'task-states')) ? readdir(join(folder, 'task-states')) : [];
}

suite('Plan from Goal or PRD', () => {
  test('shows what is typed as a plan to edit, and creates its tasks by the button over it', async () => {
    await withWorkbench({ files }, async (workbench) => {
      const { page, quickInput } = workbench;
      await openFolder(workbench, 'Every task is one Markdown file');
      for (const steps of [0, 1]) {
        await workbench.runCommand('Baton: Plan from Goal or PRD…');
        await quickInput.title('Plan from Goal or PRD');
        if (steps > 0) {
          await quickInput.pick('Type a goal');
          await quickInput.message(/^The goal\./);
        }
        await quickInput.escape();
      }
      assert.deepEqual(await workbench.notifications(), []);

      await typeGoal(workbench);
      await workbench.openEditorText(/T3: Document it/);
      const lens = page.locator('.codelens-decoration');
      await lens.getByText('Create 3 Tasks').waitFor();
      await workbench.screenshot('plan');
      assert.ok(!existsSync(join(workbench.folder, '.baton')), 'nothing is written yet');

      await page.locator('.editor-instance .view-lines').first().click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('\n## Show it to Ada\n\n**Depends on:** T9');
      await lens.getByText('Show What Is Wrong').click();
      await workbench.notification(/^There is no T9 in this plan\. No task was created\. Line \d+\.$/);
      await workbench.screenshot('plan-problem');
      await page.keyboard.press('Control+End');
      for (const _ of 'T9') await page.keyboard.press('Backspace');
      await lens.getByText('Create 4 Tasks').waitFor();
      await page.locator('.editor-actions').getByRole('button', { name: 'Create Tasks of Plan' }).click();
      await workbench.notification(/^4 tasks were created\.$/);
      for (const row of [/#1 Write the schema/, /#2 Build the API/, /#3 Document it/, /#4 Show it to Ada/])
        await workbench.treeRow(row, chains);
      await workbench.screenshot('plan-created');
      assert.equal((await taskFiles(workbench)).length, 4);
      await eventually(
        'the text of the plan gone',
        async () => (await page.locator('.tabs-container .tab', { hasText: /Untitled/ }).count()) === 0,
      );
    });
  }).timeout(120_000);

  test('asks a language model only when the person says so, and shows its plan in the same place', async () => {
    const server = await startServer({ extension: extensionDir, beside: [modelProvider] });
    try {
      await withWorkbench({ files: setUp, server }, async (workbench) => {
        const { quickInput } = workbench;
        await openFolder(workbench, 'There are no tasks yet');
        await typeGoal(workbench);
        await quickInput.pick('By its own headings, lists and sentences');
        await workbench.openEditorText(/T3: Document it\s/);
        await workbench.runCommand('Baton: Discard Plan');

        await typeGoal(workbench);
        await quickInput.row('Improve with a language model');
        await workbench.screenshot('plan-model');
        await quickInput.pick('Improve with a language model');
        await workbench.openEditorText(/T3: Document it \(improved\)/);
        assert.deepEqual(await taskFiles(workbench), []);
      });
    } finally {
      await server.stop();
    }
    // A server of its own, on a machine that may be busy.
  }).timeout(180_000);
});
