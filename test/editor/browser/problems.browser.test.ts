/** What is wrong in task files as a person meets it: the Problems panel, what explains a code, and a quick fix by keyboard. */
import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';

const files = {
  '.baton/.gitignore': '*\n',
  'task-states/task-100-state.md':
    '---\nstatus: completed\n---\n\n# Task #100: Database Schema - State\n\n## 6. Chain Output\n\n### Summary\nUsers table.\n',
  'task-states/task-101-state.md': [
    '---\nstatus: pending\ndepends_on: ["100", "99"]\n---\n\n# Task #101: JWT Service - State\n',
    '## 3. Feature Checklist\n\n```json\n{\n  "features": [\n    { "id": "jwt-1", "description": "Issues tokens", "passes": false }\n  ],\n  "overall_progress": "90%"\n}\n```\n',
    '## 6. Chain Output\n\n### Configuration Required\n\nJWT_SECRET=9f8a7b6c5d4e3f2a1b0c\n',
  ].join('\n'),
};

suite('problems of task files', () => {
  test('stand in the panel of a file nobody has opened, lead to what explains them, and are fixed by keyboard', async () => {
    await withWorkbench({ files }, async (workbench) => {
      const { page } = workbench;
      await workbench.openView('Baton');
      await workbench.treeRow(/#101 JWT Service/, 'Task Chains');
      await page.keyboard.press('Control+Shift+M');
      const rows = page.locator('.markers-panel .monaco-list-row');
      await eventually('the problems', async () => (await rows.count()) >= 5);
      const said = (await rows.allInnerTexts()).join('\n');
      for (const words of [
        'There is no task #99 here',
        'its output is not in the chain inputs',
        'looks like a secret',
      ]) {
        assert.ok(said.includes(words), said);
      }
      await workbench.screenshot('problems-panel');

      const link = rows.getByText('missing_input').first();
      await link.hover();
      await link.click({ modifiers: ['Control'] });
      await workbench.openEditorText(/What Baton says in the Problems panel|missing_input/);
      await eventually('the section', async () =>
        page.locator('.view-line', { hasText: 'missing_input' }).first().isVisible(),
      );
      await workbench.screenshot('problems-explained');

      await workbench.openFile('task-states/task-101-state.md');
      await page.locator('.squiggly-warning').first().waitFor();
      await page.locator('.view-line', { hasText: 'depends_on' }).first().getByText('99').click();
      const menu = page.locator('.action-widget');
      const create = menu.getByText('Create task #99');
      await eventually(
        'the quick fix',
        async () => {
          // While the menu is open the same keys would choose from it; news about the file may close it again.
          if (!(await menu.isVisible())) await page.keyboard.press('Control+.');
          await create.waitFor({ timeout: 3_000 });
          await workbench.screenshot('problems-quick-fix');
          await menu.getByText('Remove #99').click({ timeout: 3_000 });
          return true;
        },
        40_000,
      );
      await workbench.openEditorText(/depends_on: \["100"\]/);
      await page.keyboard.press('Control+Z');
      await workbench.openEditorText(/depends_on: \["100", "99"\]/);

      await eventually(
        'all that is safe fixed',
        async () => {
          // The editor drops the answer when it asks for its light bulb meanwhile, as it does after an edit.
          await workbench.runCommand('Fix All');
          const fixed = page.locator('.view-line', { hasText: '"overall_progress": "0%"' }).first();
          await fixed.waitFor({ timeout: 3_000 });
          return true;
        },
        60_000,
      );
      await workbench.openEditorText(/Users table/);
      await page.keyboard.press('Control+Z');
      await workbench.openEditorText(/"overall_progress": "90%"/);
    });
  });
});
