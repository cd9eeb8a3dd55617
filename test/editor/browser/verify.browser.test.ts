/**
 * Verifying as a person does it: a command of the repository is shown whole and agreed to once, its output is seen, what
 * came of it stands in the tree and in the file, a regression is told with its log, and a claim without evidence is marked.
 */
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const chains = 'Task Chains';
const command = 'sh check.sh --feature "f-1"';

const feature = (fields: Readonly<Record<string, unknown>>) => ({
  passes: false,
  tested_at: null,
  ...fields,
});
const checklist = {
  features: [
    feature({ id: 'f-1', description: 'first part', verify: command }),
    feature({ id: 'f-2', description: 'second part', passes: true }),
  ],
  overall_progress: '50%',
};

const taskText = [
  '---\nstatus: pending\n---\n\n# Task #7: Password Reset - State\n\n## 1. Static Context\n',
  '**Agent:** demo\n\n---\n',
  `## 3. Feature Checklist\n\n\`\`\`json\n${JSON.stringify(checklist, null, 2)}\n\`\`\`\n\n---\n`,
  '## 4. Progress Log\n',
].join('\n');

const files = {
  'README.md': '# Backend\n',
  'check.sh':
    'test -f works.txt && echo "3 tests, all good" && exit 0\necho "1 test failed: no mail was sent"; exit 1\n',
  'works.txt': 'yes\n',
  'task-states/task-7-state.md': taskText,
};

interface WrittenFeature {
  readonly id: string;
  readonly passes: boolean;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** The features in the file, once one of them is as wanted. */
async function written(
  workbench: WorkbenchWindow,
  what: string,
  holds: (feature: WrittenFeature) => boolean,
): Promise<WrittenFeature> {
  return eventually(what, async () => {
    const text = await readFile(join(workbench.folder, 'task-states/task-7-state.md'), 'utf8');
    const json = /```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
    const { features }: { features: readonly WrittenFeature[] } = JSON.parse(json);
    return features.find(holds);
  });
}

suite('verifying features in the editor', () => {
  test('a command is agreed to once, its regression is told, and a claim is marked', async () => {
    await withWorkbench({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.expandRow(/#7/, chains);
      await agreeAndPass(workbench);
      await regress(workbench);
      await recordByHand(workbench);
    });
  }).timeout(180_000);

  test('in Restricted Mode nothing is offered that would run a command', async () => {
    await withWorkbench({ files, trusted: false }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.expandRow(/#7/, chains);
      assert.deepEqual(await workbench.inlineActions(/first part/, chains), []);
      const offered = await workbench.paletteTitles('Baton: ');
      assert.deepEqual(
        offered.filter((title) => /verify/i.test(title)),
        [],
      );
    });
  }).timeout(120_000);
});

async function agreeAndPass(workbench: WorkbenchWindow): Promise<void> {
  await workbench.hoverInlineAction(/first part/, 'Verify Feature', chains);
  const asked = await workbench.dialog();
  assert.equal(asked.message, 'Run this command to verify #7 f-1?');
  assert.ok(asked.detail.startsWith(command), asked.detail);
  await workbench.screenshot('verify-1-consent');
  await workbench.answerDialog('Run Command');
  await workbench.terminalText(/3 tests, all good/);
  await workbench.notification('Verified, and passes: #7 f-1.');
  const { passes, evidence } = await written(
    workbench,
    'the evidence',
    ({ evidence }) => evidence !== undefined,
  );
  assert.deepEqual([passes, evidence?.['exitCode']], [true, 0]);
  await eventually(
    'the row to say so',
    async () => (await workbench.treeRow(/first part/, chains)).description === 'by command',
  );
  await workbench.screenshot('verify-2-passed');
}

async function regress(workbench: WorkbenchWindow): Promise<void> {
  await rm(join(workbench.folder, 'works.txt'));
  // What its evidence rests on has changed; the same command is not asked for again.
  await workbench.runCommand('Baton: Re-verify What Changed');
  const told = /Passed before, and does not now: #7 f-1\./;
  const { severity, buttons } = await workbench.notification(told);
  assert.deepEqual([severity, buttons], ['warning', ['Show Log']]);
  await written(workbench, 'the regression', ({ id, passes }) => id === 'f-1' && !passes);
  await workbench.screenshot('verify-3-regressed');
  await workbench.answerNotification(told, 'Show Log');
  await workbench.openEditorText(/1 test failed: no mail was sent/);
  await workbench.runCommand('View: Close Editor');
}

async function recordByHand(workbench: WorkbenchWindow): Promise<void> {
  await workbench.openFile('task-states/task-7-state.md');
  const { page } = workbench;
  // The notification of the regression would lie over the text.
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
  await page.locator('.marker-widget').waitFor();
  await page.keyboard.press('Escape');
  const menu = page.locator('.action-widget');
  await eventually(
    'the quick fix',
    async () => {
      // While the menu is open the same keys would choose from it; news about the file may close it again.
      if (!(await menu.isVisible())) await page.keyboard.press('ControlOrMeta+.');
      const fix = menu.getByText(/Record\s+by\s+hand/);
      await fix.waitFor({ timeout: 3_000 });
      await workbench.screenshot('verify-4-quick-fix');
      await fix.click({ timeout: 3_000 });
      return true;
    },
    40_000,
  );
  await workbench.quickInput.title(/Record Verification by Hand · #7 f-2/);
  await workbench.quickInput.type('Sent three mails to myself');
  await workbench.quickInput.accept();
  const { evidence } = await written(
    workbench,
    'what was said',
    ({ id, evidence }) => id === 'f-2' && evidence !== undefined,
  );
  assert.equal(evidence?.['manual'], 'Sent three mails to myself');
  await eventually(
    'the row to say so',
    async () => (await workbench.treeRow(/second part/, chains)).description === 'by hand',
  );
  await workbench.screenshot('verify-5-by-hand');
}
