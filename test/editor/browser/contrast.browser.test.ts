/** Every view under the four kinds of theme, with a picture of each; what a colour tells, a shape or a word tells too. */
import assert from 'node:assert/strict';
import { themeNames, useTheme } from '../support/themes';
import { withWorkbench } from '../support/workbench';

const chains = 'Task Chains';

const task = (id: string, status: string, more = '') =>
  `---\nstatus: ${status}\n${more}---\n\n# Task #${id}: Part ${id} - State\n\n## 3. Feature Checklist\n\`\`\`json\n{ "features": [{ "id": "f-1", "description": "It works", "passes": false, "tested_at": null }], "overall_progress": "0%" }\n\`\`\`\n`;

const files = {
  '.baton/config.json': '{}',
  'task-states/task-1-state.md': `${task('1', 'completed')}\n## 6. Chain Output\n\n### Summary\nDone.\n`,
  'task-states/task-2-state.md': task('2', 'pending', 'depends_on: ["1"]\n'),
  'task-states/task-3-state.md': task('3', 'blocked', 'blocked_reason: No key\n'),
  'task-states/task-4-state.md': `${task('4', 'in_progress')}\n## 4. Progress Log\n\n### Session 1 - 2026-11-21 10:00\n**What I did:**\n- A part\n`,
  'task-states/task-5-state.md': task('5', 'needs_input'),
  'task-states/task-6-state.md': task('6', 'pending', 'depends_on: ["3"]\n'),
};

suite('the views under every kind of theme', () => {
  test('each status has an icon of its own, and says itself in words', async () => {
    await withWorkbench({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/^#6 /, chains);
      await workbench.expandRow(/^#2 /, chains);
      // The rows below move when it opens.
      await workbench.treeRow(/^It works/, chains);
      await workbench.clickRow(/^#3 /, chains);
      await workbench.openEditorName(/task-3-state\.md/);
      for (const name of themeNames) {
        await useTheme(workbench, name);
        const rows = (await workbench.treeRows(chains)).filter(({ text }) => /^#\d/.test(text));
        assert.equal(rows.length, 6);
        assert.equal(new Set(rows.map(({ icon }) => icon)).size, 6, rows.map(({ icon }) => icon).join());
        for (const { ariaLabel } of rows) {
          assert.match(ariaLabel, /completed|ready|blocked|resumable|needs input|waiting/, ariaLabel);
        }
        // Away from the tree, whose own hover would stay in the way.
        await workbench.page.mouse.move(900, 500);
        await workbench.statusBarTooltip(/pending/);
        await workbench.screenshot(`theme-${name}`);
      }
    });
  }).timeout(120_000);
});
