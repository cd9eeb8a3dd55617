/** Every view and question as a person meets it, with a picture of each. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const chains = 'Task Chains';

async function withSample(body: (workbench: WorkbenchWindow) => Promise<void>): Promise<void> {
  await withWorkbench({ files: { 'README.md': '# Backend\n' }, git: true }, async (workbench) => {
    await workbench.openView('Baton');
    await workbench.clickWelcome(chains, 'Create Sample Chain');
    await workbench.treeRow(/#102 Auth Endpoints/, chains);
    await body(workbench);
  });
}

function taskFile(workbench: WorkbenchWindow, id: string): string {
  return join(workbench.folder, `task-states/task-${id}-state.md`);
}

suite('what a newcomer sees', () => {
  test('an empty project offers to start, and the sample chain is one click', async () => {
    await withSample(async (workbench) => {
      const rows = await workbench.treeRows(chains);
      assert.deepEqual(
        rows.map(({ text, level }) => [text, level]),
        [
          ['User Authentication System', 1],
          ['#100 Database Schema', 2],
          ['#101 JWT Service', 2],
          ['#102 Auth Endpoints', 2],
        ],
      );
      assert.match(rows[1]?.description ?? '', /ready/);
      assert.match(rows[3]?.description ?? '', /waiting for #100/);
      assert.match(await workbench.statusBarText(/pending/), /3 pending/);
      await workbench.screenshot('view-sample-chain');
    });
  });

  test('restricted mode shows the tasks and refuses to launch, with the reason', async () => {
    const files = { '.baton/config.json': '{}', 'task-states/task-1-state.md': '# Task #1: One - State\n' };
    await withWorkbench({ files, trusted: false }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#1 One/, chains);
      assert.deepEqual(await workbench.inlineActions(/#1 One/, chains), ['Open Task File']);
      assert.ok(!(await workbench.paletteTitles('Baton: Launch')).includes('Baton: Launch Agent'));
      await workbench.screenshot('view-restricted');
    });
  });
});

suite('New Task', () => {
  test('Escape at any step writes nothing', async () => {
    await withSample(async (workbench) => {
      const { quickInput } = workbench;
      const before = await readdir(join(workbench.folder, 'task-states'));
      for (const steps of [0, 1, 2, 3]) {
        await workbench.runCommand('Baton: New Task');
        await quickInput.title(/Title/);
        await quickInput.type('A task that never is');
        for (let step = 0; step < steps; step++) {
          await quickInput.accept();
          await quickInput.title([/Upstream/, /Acceptance Criteria/, /Features/][step]);
        }
        await quickInput.escape();
      }
      assert.deepEqual(await readdir(join(workbench.folder, 'task-states')), before);
    });
  });

  test('Back keeps what was typed, and a task downstream has its upstream chosen', async () => {
    await withSample(async (workbench) => {
      const { quickInput } = workbench;
      await workbench.rowMenu(/#102/, 'New Task Downstream Of…', chains);
      await quickInput.title(/Title/);
      await quickInput.type('Rate Limits');
      await quickInput.accept();
      await quickInput.title(/Upstream/);
      await workbench.screenshot('view-new-task-upstream');
      await quickInput.back();
      await quickInput.title(/Title/);
      assert.equal(await quickInput.value(), 'Rate Limits');
      await quickInput.accept();
      await quickInput.title(/Upstream/);
      await quickInput.accept();
      await quickInput.title(/Acceptance Criteria/);
      await quickInput.type('A flood is refused');
      await quickInput.accept();
      await quickInput.row('A flood is refused');
      await quickInput.accept();
      await quickInput.title(/Features/);
      await quickInput.accept();
      await quickInput.title(/Agent/);
      await quickInput.pick('Decide at launch');
      await quickInput.closed();
      const text = await eventually('the new file', () => readFile(taskFile(workbench, '103'), 'utf8'));
      assert.match(text, /^depends_on: \["102"\]$/m);
      assert.match(text, /^- \[ \] A flood is refused$/m);
      await workbench.treeRow(/#103 Rate Limits/, chains);
    });
  });
});

suite('the tree, the status bar and the files', () => {
  test('what changes before the editor watches the folder, which nobody tells, shows soon all the same', async () => {
    const files = { 'task-states/task-1-state.md': '# Task #1: Before - State\n' };
    // This way nothing is told at all.
    const settings = { 'files.watcherExclude': { '**': true } };
    await withWorkbench({ files, settings }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#1 Before/, chains);
      await writeFile(taskFile(workbench, '1'), '# Task #1: After - State\n');
      const shown = async () => (await workbench.treeRows(chains)).some(({ text }) => text === '#1 After');
      await eventually('the new title', shown, 60_000);
    });
  });

  test('a tick writes the file, and a change on disk by anyone shows within a second', async () => {
    await withSample(async (workbench) => {
      await workbench.expandRow(/^#100 /, chains);
      await workbench.toggleCheckbox(/users table with a unique email/, chains);
      await eventually('the tick in the file', async () =>
        /"passes": true/.test(await readFile(taskFile(workbench, '100'), 'utf8')),
      );
      const text = await readFile(taskFile(workbench, '101'), 'utf8');
      await writeFile(taskFile(workbench, '101'), text.replace('JWT Service', 'Token Service'));
      // A second for the product, and the rest for two busy cores.
      const row = await eventually(
        'the new title in the tree',
        async () => (await workbench.treeRows(chains)).find((one) => one.text === '#101 Token Service'),
        3_000,
      );
      assert.equal(row.level, 2);
      await workbench.screenshot('view-ticked');
    });
  });

  test('the status bar tells the tasks behind each number, and a click leads to one', async () => {
    await withSample(async (workbench) => {
      const tooltip = await workbench.statusBarTooltip(/pending/);
      for (const id of ['#100', '#101', '#102']) assert.ok(tooltip.includes(id), tooltip);
      await workbench.screenshot('view-status-tooltip');
      await workbench.clickStatusBar(/pending/);
      await workbench.quickInput.row(/#100 Database Schema/);
      await workbench.screenshot('view-status-pick');
      await workbench.quickInput.pick(/#101 JWT Service/);
      await workbench.openEditorName(/task-101-state\.md/);
    });
  });

  test('finalizing too early lists exactly what is missing and writes nothing', async () => {
    await withSample(async (workbench) => {
      const before = await stat(taskFile(workbench, '100'));
      await workbench.rowMenu(/^#100 /, 'Finalize Chain Output', chains);
      const dialog = await workbench.dialog();
      assert.match(dialog.message, /#100 Database Schema is not complete yet/);
      assert.match(dialog.detail, /Acceptance criterion not ticked: Users table holds id/);
      assert.match(dialog.detail, /Feature db-1 does not pass/);
      await workbench.screenshot('view-finalize-blocked');
      await workbench.answerDialog(/Cancel/);
      assert.equal((await stat(taskFile(workbench, '100'))).mtimeMs, before.mtimeMs);
    });
  });

  test('the startup packet can be read before anything is launched', async () => {
    await withSample(async (workbench) => {
      await workbench.rowMenu(/^#100 /, 'Show Startup Packet', chains);
      assert.match(await workbench.openEditorText(/Startup packet: task #100/), /first session/);
      await workbench.screenshot('view-packet');
    });
  });
});

test('who usually works on a task is set from its row, and taken back', async () => {
  await withSample(async (workbench) => {
    const { quickInput } = workbench;
    const agentIs = (line: RegExp) =>
      eventually('the agent in the file', async () =>
        line.test(await readFile(taskFile(workbench, '100'), 'utf8')),
      );
    await agentIs(/^\*\*Agent:\*\* demo$/m);
    await workbench.rowMenu(/^#100 /, 'Set Agent…', chains);
    await quickInput.title(/Agent of #100/);
    await quickInput.pick(/No Agent/);
    await agentIs(/^\*\*Agent:\*\*\s*$/m);
    await workbench.rowMenu(/^#100 /, 'Set Agent…', chains);
    await quickInput.row(/No Agent/);
    await workbench.screenshot('view-set-agent');
    await quickInput.pick(/Demonstration agent/);
    await agentIs(/^\*\*Agent:\*\* demo$/m);
  });
});

suite('journal, change log and health', () => {
  test('a note, logged time and every change are in the change log, and health finds and repairs', async () => {
    await withSample(async (workbench) => {
      const { quickInput } = workbench;
      await workbench.rowMenu(/^#100 /, 'Add Note…', chains);
      await quickInput.pick(/Decision/);
      await quickInput.title(/Note on #100/);
      await quickInput.type('Ids are UUIDs');
      await quickInput.accept();
      await quickInput.closed();
      await workbench.rowMenu(/^#100 /, 'Log Time…', chains);
      await quickInput.title(/Log Time on #100/);
      await quickInput.type('25');
      await quickInput.accept();
      await quickInput.closed();
      await eventually('the time in the file', async () =>
        /^spent_minutes: 25$/m.test(await readFile(taskFile(workbench, '100'), 'utf8')),
      );
      await workbench.runCommand('Baton: Show Change Log');
      await workbench.openEditorText(/decision: Ids are UUIDs/);
      await workbench.screenshot('view-change-log');
      const text = await readFile(taskFile(workbench, '100'), 'utf8');
      await writeFile(
        taskFile(workbench, '100'),
        text.replace('"overall_progress": "0%"', '"overall_progress": "90%"'),
      );
      await workbench.runCommand('Baton: Check Health');
      await quickInput.row(/Repair what can be repaired/);
      await workbench.screenshot('view-health');
      await quickInput.pick(/Repair what can be repaired/);
      await workbench.notification(/Repaired/);
      assert.match(await readFile(taskFile(workbench, '100'), 'utf8'), /"overall_progress": "0%"/);
    });
  });
});
