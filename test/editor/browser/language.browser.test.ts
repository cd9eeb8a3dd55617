/**
 * Editing help as a person meets it while typing: a task is picked behind `#`, a value in the checklist, the task file
 * says how it stands beside its language, an id is renamed with F2 in all files.
 */
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';

const files = {
  '.baton/.gitignore': '*\n',
  'notes.md': '# Notes\n\nSee #100.\n',
  'task-states/task-100-state.md':
    '---\nstatus: completed\n---\n\n# Task #100: Database Schema - State\n\nCame with pull request #100.\n',
  'task-states/task-101-state.md': [
    '---\nstatus: in_progress\ndepends_on: ["100"]\n---\n\n# Task #101: JWT Service - State\n',
    '## 1. Static Context\n\n**PRD:** ../docs/gone.md\n**Agent:** \n\n### Task Description\nSee\n',
    '## 3. Feature Checklist\n\n```json\n{\n  "features": [\n    { "id": "jwt-1", "description": "Issues tokens", "passes": "yes" }\n  ]\n}\n```\n',
    '## 6. Chain Output\n\n### Configuration Required\n\nJWT_SECRET=9f8a7b6c5d4e3f2a1b0c\n',
  ].join('\n'),
};

suite('editing help while typing', () => {
  test('offers tasks behind a hash, tells problems, and renames an id in all files', async () => {
    await withWorkbench({ files }, async (workbench) => {
      const { page } = workbench;
      const path = (name: string) => join(workbench.folder, 'task-states', name);
      await workbench.openFile('task-states/task-101-state.md');
      const line = (words: string) => page.locator('.view-line', { hasText: words }).first();
      await eventually(
        'the underlined problems',
        async () => (await page.locator('.squiggly-warning').count()) >= 3,
      );

      await line('See').click();
      await page.keyboard.press('End');
      await page.keyboard.type(' task #');
      const list = page.locator('.suggest-widget .monaco-list-row');
      await eventually('the tasks', async () =>
        (await list.allInnerTexts()).some((text) => text.includes('#100')),
      );
      await workbench.screenshot('language-completion');
      await page.keyboard.type('data');
      await eventually('one of them', async () => (await list.count()) === 1);
      await page.keyboard.press('Enter');
      await workbench.openEditorText(/See task #100/);

      await page.keyboard.press('F2');
      const box = page.locator('.rename-box input');
      await box.fill('users');
      await box.press('Enter');
      // A number in a sentence may mean something else: the person looks, and leaves it out.
      const preview = page.locator('.refactor-preview-container, .bulk-edit-panel').first();
      await preview.waitFor();
      await workbench.screenshot('language-rename-preview');
      await page.getByRole('button', { name: 'Apply' }).first().click();
      await eventually('the renamed file', async () => access(path('task-users-state.md')).then(() => true));
      await workbench.openEditorText(/See task #users/);
      await page.keyboard.press('Control+S');
      await eventually('the file on disk', async () =>
        (await readFile(path('task-101-state.md'), 'utf8')).includes('depends_on: ["users"]'),
      );
      await eventually('the other file on disk', async () =>
        (await readFile(path('task-users-state.md'), 'utf8')).includes('# Task #users: Database'),
      );
      assert.match(await readFile(path('task-users-state.md'), 'utf8'), /pull request #100/);
      // `#101` is no colour here.
      assert.equal(await page.locator('.colorpicker-color-decoration').count(), 0);
      await workbench.screenshot('language-task-file');
    });
  });

  test('says how the task stands beside its language, and nothing beside other Markdown', async () => {
    await withWorkbench({ files }, async (workbench) => {
      const { page } = workbench;
      const status = async () => {
        await page.mouse.move(10, 10);
        await page.locator('[id="status.languageStatus"]').hover();
        const hover = page.locator('.hover-language-status');
        await hover.first().waitFor({ timeout: 2_000 });
        return (await hover.allInnerTexts()).join('\n');
      };
      await workbench.openFile('task-states/task-101-state.md');
      // One more when the health check has run: the task is claimed, and no session is on record.
      await eventually('the problems', async () =>
        /#101 in progress · 0\/1[\s\S]*[34] problems/.test(await status()),
      );
      await workbench.screenshot('language-status');
      await workbench.openFile('notes.md');
      // VS Code says something of its own there.
      await eventually('nothing of ours', async () =>
        /^Markdown (?![\s\S]*#101)/.test((await status()).trim()),
      );
    });
  });
});
