/**
 * The main job as a person does it, in a real window with a real git repository: the seed's own chain is made through
 * the quick inputs, an agent is launched with one click and killed in the middle of a feature, its task shows as
 * resumable, a second run finishes it, and the task downstream receives the output. Every step is checked on the
 * screen and on disk, with a picture.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jwt, schemaOutput } from '../../fixtures/seed-chain';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const chains = 'Task Chains';
/**
 * Tells the demonstration agent what to do as a person would, by the terminal's environment in the settings: to wait in
 * the middle of the first feature in its first session, and to work all of them in the next.
 */
const demoSettings = JSON.stringify({
  'terminal.integrated.env.linux': {
    BATON_DEMO_WAIT_AT: '14',
    BATON_DEMO_WAIT_ONCE: '1',
    BATON_DEMO_FEATURES: 'all',
  },
});
const statusBar = /pending|resumable|running|completed/;

suite('the main job in the editor', () => {
  test('a chain is made, an agent is killed and resumed, and its output reaches the task downstream', async () => {
    const files = { 'README.md': '# Backend\n', '.vscode/settings.json': demoSettings };
    await withWorkbench({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.screenshot('main-job-1-welcome');
      await createChain(workbench);
      await finalizeSchema(workbench);
      await killInTheMiddle(workbench);
      await resumeToTheEnd(workbench);
      await finalizeService(workbench);
      await receivedDownstream(workbench);
    });
  }).timeout(240_000);
});

function stateFile(workbench: WorkbenchWindow, id: string): Promise<string> {
  return readFile(join(workbench.folder, `task-states/task-${id}-state.md`), 'utf8');
}

async function fileHolds(workbench: WorkbenchWindow, id: string, wanted: RegExp): Promise<string> {
  return eventually(`the file of #${id} to hold ${wanted}`, async () => {
    const text = await stateFile(workbench, id);
    return wanted.test(text) ? text : undefined;
  });
}

interface NewTask {
  readonly title: string;
  readonly upstream: readonly string[];
  readonly criteria: readonly string[];
  readonly features: readonly string[];
}

async function newTask(workbench: WorkbenchWindow, task: NewTask): Promise<void> {
  const { quickInput } = workbench;
  await workbench.runCommand('Baton: New Task');
  await quickInput.type(task.title);
  await quickInput.accept();
  if (task.upstream.length > 0) {
    await quickInput.title(/Upstream/);
    for (const title of task.upstream) await quickInput.toggle(title);
    await quickInput.accept();
  }
  for (const [step, entries] of [
    [/Acceptance Criteria/, task.criteria],
    [/Features/, task.features],
  ] as const) {
    await quickInput.title(step);
    for (const entry of entries) {
      await quickInput.type(entry);
      await quickInput.accept();
      await quickInput.row(entry);
    }
    await quickInput.accept();
  }
  await quickInput.title(/Agent/);
  await quickInput.pick(/Demonstration agent/);
  await quickInput.closed();
}

async function createChain(workbench: WorkbenchWindow): Promise<void> {
  await newTask(workbench, {
    title: '#100 Database Schema',
    upstream: [],
    criteria: ['Users table exists'],
    features: ['db-1: users table'],
  });
  await workbench.openEditorName(/task-100-state\.md/);
  await newTask(workbench, {
    title: `#101 ${jwt.title}`,
    upstream: ['#100 Database Schema'],
    criteria: jwt.criteria,
    features: jwt.features.map(({ id, text }) => `${id}: ${text}`),
  });
  await workbench.openEditorName(/task-101-state\.md/);
  await newTask(workbench, {
    title: '#102 Auth Endpoints',
    upstream: ['#100 Database Schema', `#101 ${jwt.title}`],
    criteria: ['Login answers with a token'],
    features: ['auth-1: POST /login answers with a token'],
  });
  await fileHolds(workbench, '102', /depends_on: \["?100"?, "?101"?\]/);
  const service = await workbench.treeRow(/#101/, chains);
  assert.match(service.description, /waiting for #100/);
  await workbench.screenshot('main-job-2-chain');
}

async function finalizeSchema(workbench: WorkbenchWindow): Promise<void> {
  await workbench.expandRow(/^#100 /, chains);
  await workbench.toggleCheckbox(/users table/, chains);
  await fileHolds(workbench, '100', /"passes": true/);
  await workbench.toggleCheckbox(/Users table exists/, chains);
  await fileHolds(workbench, '100', /- \[x\] Users table exists/);
  // The summary has several lines, so the person writes it into the file itself.
  await writeSummary(workbench, '100', schemaOutput);
  await workbench.rowMenu(/#100/, 'Finalize Chain Output', chains);
  await workbench.notification(/#100.*completed/);
  await fileHolds(workbench, '100', /^status: completed$/m);
  await fileHolds(workbench, '101', /^> - password_hash \(VARCHAR\)$/m);
  const service = await eventually('#101 to be ready', async () => {
    const row = await workbench.treeRow(/#101/, chains);
    return /ready/.test(row.description) ? row : undefined;
  });
  assert.ok(service);
  await workbench.screenshot('main-job-3-finalized');
}

async function writeSummary(workbench: WorkbenchWindow, id: string, summary: string): Promise<void> {
  const path = join(workbench.folder, `task-states/task-${id}-state.md`);
  const text = await readFile(path, 'utf8');
  const placeholder = '(Agent will finalize when task is complete)';
  assert.ok(text.includes(placeholder));
  await writeFile(path, text.replace(placeholder, `### Summary\n\n${summary}`));
}

async function killInTheMiddle(workbench: WorkbenchWindow): Promise<void> {
  await workbench.hoverInlineAction(/#101/, 'Launch Agent', chains);
  await workbench.terminalText(/Waiting at step/);
  const running = await workbench.treeRow(/#101/, chains);
  assert.match(running.description, /running|session 1/);
  assert.match(await workbench.statusBarText(statusBar), /1 running/);
  await workbench.screenshot('main-job-4-running');
  const session = await onlyLiveSession(workbench);
  process.kill(session.pid, 'SIGKILL');
  const resumable = await eventually(
    '#101 to show as resumable',
    async () => {
      const row = await workbench.treeRow(/#101/, chains);
      return /resumable/.test(row.description) ? row : undefined;
    },
    5_000,
  );
  assert.match(resumable.description, /resumable/);
  assert.match(await workbench.statusBarText(/1 resumable/), /1 resumable/);
  const text = await fileHolds(workbench, '101', /### Session 1 - /);
  assert.match(text, /^status: pending$/m);
  await workbench.screenshot('main-job-5-resumable');
}

async function onlyLiveSession(workbench: WorkbenchWindow): Promise<{ readonly pid: number }> {
  const folder = join(workbench.folder, '.baton/sessions');
  return eventually('a live session on record', async () => {
    for (const name of await readdir(folder)) {
      const session = JSON.parse(await readFile(join(folder, name), 'utf8'));
      if (session.end === null && typeof session.pid === 'number') return session;
    }
    return undefined;
  });
}

async function resumeToTheEnd(workbench: WorkbenchWindow): Promise<void> {
  await workbench.hoverInlineAction(/#101/, 'Resume', chains);
  await fileHolds(workbench, '101', /### Session 2 - /);
  await workbench.screenshot('main-job-6-resumed');
}

async function finalizeService(workbench: WorkbenchWindow): Promise<void> {
  await fileHolds(workbench, '101', /^status: completed$/m);
  await workbench.screenshot('main-job-7-completed');
}

async function receivedDownstream(workbench: WorkbenchWindow): Promise<void> {
  const text = await fileHolds(workbench, '102', /### From Task #101: JWT Service/);
  assert.match(text, /### From Task #100: Database Schema/);
  await eventually('#102 to be ready', async () =>
    /ready/.test((await workbench.treeRow(/#102/, chains)).description),
  );
  await workbench.clickRow(/#102/, chains);
  await workbench.screenshot('main-job-8-downstream');
}
