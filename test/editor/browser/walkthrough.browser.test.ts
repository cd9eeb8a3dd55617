/** The first hour: the walkthrough tells it in six steps, each of which completes itself by what happened, not by a click. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { eventually } from '../support/eventually';
import { useTheme } from '../support/themes';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const steps = ['folder', 'plan', 'launch', 'watch', 'resume', 'finalize'] as const;
type Step = (typeof steps)[number];

suite('the walkthrough', () => {
  test('leads from an empty folder to a finished task, and each step completes itself', async () => {
    await withWorkbench({ files: { 'README.md': '# Backend\n' }, git: true }, async (workbench) => {
      await openWalkthrough(workbench);
      assert.deepEqual(await done(workbench), []);
      await select(workbench, 'folder');
      await workbench.screenshot('walkthrough-1-folder');

      await select(workbench, 'plan');
      await clickButton(workbench, 'Create Sample Chain');
      await completed(workbench, ['folder', 'plan']);

      await select(workbench, 'watch');
      await workbench.screenshot('walkthrough-2-watch');
      await clickButton(workbench, 'Show Sessions');
      await completed(workbench, ['folder', 'plan', 'watch']);

      await select(workbench, 'launch');
      await clickButton(workbench, 'Launch Agent');
      await workbench.quickInput.pick(/#100 Database Schema/);
      await completed(workbench, ['folder', 'plan', 'launch', 'watch']);

      await changeFile(workbench, '101', (text) =>
        text.replace('## 5. Git History', `${sessions}\n## 5. Git History`),
      );
      await completed(workbench, ['folder', 'plan', 'launch', 'watch', 'resume']);

      await changeFile(workbench, '102', (text) => text.replace(/^status: .+$/m, 'status: completed'));
      await completed(workbench, steps);
      await openWalkthrough(workbench);
      await select(workbench, 'finalize');
      await workbench.screenshot('walkthrough-3-finalize');
    });
  }).timeout(180_000);

  test('draws its pictures in the colours of the theme', async () => {
    await withWorkbench({}, async (workbench) => {
      await openWalkthrough(workbench);
      let last = '';
      for (const name of ['dark', 'light', 'high-contrast'] as const) {
        await useTheme(workbench, name);
        await select(workbench, 'folder');
        last = await eventually(`the picture in ${name}`, async () => {
          const { paper } = await coloursOf(workbench);
          return paper === last ? undefined : paper;
        });
        for (const step of steps) {
          await select(workbench, step);
          const { ink, paper } = await coloursOf(workbench);
          assert.notEqual(ink, 'rgb(0, 0, 0)', `${step}: text in a colour of the theme`);
          assert.notEqual(ink, paper, step);
          await workbench.screenshot(`walkthrough-${name}-${step}`);
        }
      }
    });
  }).timeout(180_000);
});

const sessions = [1, 2]
  .map((number) => `### Session ${number} - 2026-11-2${number} 10:00\n**What I did:**\n- A part\n`)
  .join('\n');

async function openWalkthrough(workbench: WorkbenchWindow): Promise<void> {
  await workbench.runCommand('Welcome: Open Walkthrough...');
  await workbench.quickInput.pick(/Get Started with Baton/);
  await row(workbench, 'folder').waitFor();
}

function row({ page }: WorkbenchWindow, step: Step): Locator {
  return page.locator(`.getting-started-step[data-step-id$="#${step}"]`);
}

/** Opens a step; one that is open stays so. */
async function select(workbench: WorkbenchWindow, step: Step): Promise<void> {
  const button = row(workbench, step);
  if ((await button.getAttribute('aria-expanded')) !== 'true') await button.locator('.step-title').click();
  await eventually(
    `the step ${step} open`,
    async () => (await button.getAttribute('aria-expanded')) === 'true',
  );
}

async function clickButton({ page }: WorkbenchWindow, name: string): Promise<void> {
  await page.locator('.getting-started-step.expanded').getByRole('button', { name, exact: true }).click();
}

async function done(workbench: WorkbenchWindow): Promise<readonly Step[]> {
  const states = await Promise.all(
    steps.map(async (step) => (await row(workbench, step).locator('.codicon.complete').count()) > 0),
  );
  return steps.filter((_, place) => states[place]);
}

async function completed(workbench: WorkbenchWindow, wanted: readonly Step[]): Promise<void> {
  await eventually(`the steps ${wanted.join(', ')} completed`, async () => {
    if ((await row(workbench, 'folder').count()) === 0) await openWalkthrough(workbench);
    return String(await done(workbench)) === String(wanted);
  });
}

async function changeFile(
  { folder }: WorkbenchWindow,
  id: string,
  change: (text: string) => string,
): Promise<void> {
  const file = join(folder, `task-states/task-${id}-state.md`);
  const text = await readFile(file, 'utf8');
  assert.notEqual(change(text), text);
  await writeFile(file, change(text));
}

/** Of the picture that is shown: its writing, and what that stands on. */
async function coloursOf({
  page,
}: WorkbenchWindow): Promise<{ readonly ink: string; readonly paper: string }> {
  return eventually('the picture drawn', async () => {
    for (const frame of page.frames()) {
      const colours = await frame
        .evaluate<{ ink: string; paper: string } | null>(colourScript)
        .catch(() => undefined);
      if (colours) return colours;
    }
    return undefined;
  });
}

/** Runs in the page, whose types are not part of a Node project. */
const colourScript = `(() => {
  const text = document.querySelector('svg text');
  const box = document.querySelector('svg rect');
  return text && box && { ink: getComputedStyle(text).fill, paper: getComputedStyle(box).fill };
})()`;
