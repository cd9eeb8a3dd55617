/** Requests to resume a task in the background, from windows and shells at once, and one that is refused. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../harness/processes';
import { projectRoot } from '../../harness/project';
import {
  ago,
  chains,
  files,
  limitMs,
  queueEntry,
  queueText,
  turnOnAutoResume,
  withOwnServer,
  withSecondWindow,
} from '../support/background-window';
import { eventually } from '../support/eventually';
import type { WorkbenchWindow } from '../support/workbench-window';

/** Leads to the point where one more key starts the run. */
async function aboutToResume(workbench: WorkbenchWindow): Promise<void> {
  await workbench.runCommand('Baton: Resume in Background');
  await workbench.quickInput.title(/Resume in Background/);
  await workbench.quickInput.row(/#7 Password Reset/);
}

/** A shell of the person whose windows these are. */
async function fromShell(home: string, root: string): Promise<void> {
  const cli = join(projectRoot, 'dist', 'cli.js');
  const env = {
    ...process.env,
    ...{ HOME: home, XDG_CONFIG_HOME: undefined, BATON_DEMO_FEATURES: 'all', BATON_DEMO_PACE: '150' },
  };
  const args = [cli, 'queue', 'run', 'q-1', '--root', root, '--json'];
  // Refused or not: what counts is how many agents have been started in the end.
  await run(process.execPath, args, { limitMs, capture: true, env });
}

async function hasEnded({ folder }: WorkbenchWindow): Promise<boolean> {
  const sessions = join(folder, '.baton/sessions');
  const [name] = await readdir(sessions);
  if (name === undefined) return false;
  return JSON.parse(await readFile(join(sessions, name), 'utf8')).end !== null;
}

suite('requests to resume in the background', () => {
  test('five at once, from two windows and three command lines, make one start', async () => {
    await withOwnServer({ files, git: true }, async (workbench, { home }) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#7/, chains);
      await turnOnAutoResume(workbench);
      await workbench.runCommand('Baton: Turn Off Auto-Resume');
      await queueEntry(workbench, { reason: 'manual', nextRetryAt: ago(-3600) });
      await withSecondWindow(workbench, async (second) => {
        await second.openView('Baton');
        await second.treeRow(/#7/, chains);
        const windows = [workbench, second];
        for (const window of windows) await aboutToResume(window);
        await Promise.all([
          ...windows.map((window) => window.quickInput.pick(/#7 Password Reset/)),
          ...[1, 2, 3].map(() => fromShell(home, workbench.folder)),
        ]);
        const task = join(workbench.folder, 'task-states/task-7-state.md');
        const isDone = async () => /^status: completed$/m.test(await readFile(task, 'utf8'));
        await eventually('the task done', isDone, limitMs);
        await eventually('an empty queue', async () => (await queueText(workbench)).trim() === '[]');
        assert.equal((await readdir(join(workbench.folder, '.baton/sessions'))).length, 1);
        const logs = await readdir(join(workbench.folder, '.baton/memory/runs'));
        assert.equal(logs.filter((name) => name.endsWith('.log')).length, 1);
        for (const window of windows) {
          assert.deepEqual(await window.notifications(), [], 'each of them got what they asked for');
        }
      });
    });
  }).timeout(240_000);

  test('one that may not start says why, as soon as that is known', async () => {
    await withOwnServer({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#7/, chains);
      await workbench.runCommand('Baton: Pause All Background Work');
      await queueEntry(workbench, { reason: 'manual', nextRetryAt: ago(-3600) });
      await aboutToResume(workbench);
      const began = performance.now();
      await workbench.quickInput.pick(/#7 Password Reset/);
      await workbench.notification(/Nothing was started in the background.*background work is paused/);
      console.log(`      said after ${Math.round(performance.now() - began)} ms`);
      await workbench.screenshot('heartbeat-refused');
    });
  }).timeout(120_000);

  test('an agent that only the settings know is named when somebody turns auto-resume on', async () => {
    const mine = {
      ...{ label: 'Mine', lane: 'economy', executables: [process.execPath], args: [] },
      headless: { args: [{ ref: 'prompt' }], promptVia: 'argv' },
    };
    const settings = { 'baton.agents': { mine } };
    await withOwnServer({ files, git: true, settings }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#7/, chains);
      await workbench.runCommand('Baton: Turn On Auto-Resume…');
      await workbench.quickInput.row('Demonstration agent');
      const offered = (await workbench.quickInput.items()).map(({ label }) => label);
      assert.ok(!offered.includes('Mine'), offered.join());
      await workbench.quickInput.escape();
      await workbench.answerNotification(/Only the settings of this editor know Mine/, 'Open agents.json');
      await workbench.openEditorName(/agents\.json/);
    });
  }).timeout(120_000);

  test('the diagnostics report tells how runs went', async () => {
    await withOwnServer({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#7/, chains);
      await turnOnAutoResume(workbench);
      await workbench.runCommand('Baton: Turn Off Auto-Resume');
      await queueEntry(workbench, { reason: 'manual' });
      await aboutToResume(workbench);
      await workbench.quickInput.pick(/#7 Password Reset/);
      await eventually('the end of the run on record', () => hasEnded(workbench), limitMs);
      await workbench.runCommand('Baton: Show Diagnostics Report');
      await workbench.openEditorName(/Diagnostics of project\.md/);
      await workbench.openEditorText(/Demonstration agent +\| 1 +\| 1 +\| 1 +\| 100 %/);
      await workbench.screenshot('diagnostics-report');
    });
  }).timeout(120_000);
});
