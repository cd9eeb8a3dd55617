/** Windows of a person with a configuration of their own, for tests of what Baton does by itself. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionDir } from '../../harness/project';
import { startServer, type VsCodeServer } from '../../harness/vscode-server';
import { eventually } from './eventually';
import { type WorkbenchOptions, withWorkbench } from './workbench';
import { WorkbenchWindow } from './workbench-window';

export const chains = 'Task Chains';
export const sessions = 'Sessions';
export const attention = 'Attention';
export const limitMs = 60_000;

export function taskFile(id: string, title: string, frontMatter = 'status: pending'): string {
  return [
    `---\n${frontMatter}\n---\n\n# Task #${id}: ${title} - State\n\n## 1. Static Context\n`,
    '**Agent:** demo\n\n### Acceptance Criteria\n- [ ] Works\n\n---\n',
    '## 3. Feature Checklist\n\n```json',
    `{ "features": [ { "id": "f-1", "description": "first part", "passes": false, "tested_at": null },`,
    ` { "id": "f-2", "description": "second part", "passes": false, "tested_at": null } ],`,
    '"overall_progress": "0%" }\n```\n\n---\n\n## 4. Progress Log\n',
  ].join('\n');
}

/** The demonstration agent stops in the middle of its first session, in a terminal. */
export const waiting = JSON.stringify({
  'terminal.integrated.env.linux': { BATON_DEMO_WAIT_AT: '14', BATON_DEMO_WAIT_ONCE: '1' },
});
export const files = {
  // The machine that runs the tests is busy with them.
  '.baton/config.json': '{ "autoResume": { "loadPercent": 1000 } }\n',
  'README.md': '# Backend\n',
  '.vscode/settings.json': waiting,
  'task-states/task-7-state.md': taskFile('7', 'Password Reset'),
};

/** A window whose person has a configuration folder of their own, and whose background runs take their time. */
export async function withOwnServer(
  options: Omit<WorkbenchOptions, 'server'>,
  body: (workbench: WorkbenchWindow, server: VsCodeServer) => Promise<void>,
): Promise<void> {
  const env = { XDG_CONFIG_HOME: undefined, BATON_DEMO_FEATURES: 'all', BATON_DEMO_PACE: '150' };
  const server = await startServer({ extension: extensionDir, env });
  try {
    await withWorkbench({ ...options, server }, (workbench) => body(workbench, server));
  } finally {
    await server.stop();
  }
}

export interface LiveSession {
  readonly id: string;
  readonly pid: number;
  readonly trigger: string;
  readonly agent: string;
}

export async function liveSession(workbench: WorkbenchWindow): Promise<LiveSession> {
  const folder = join(workbench.folder, '.baton/sessions');
  return eventually(
    'a live session on record',
    async () => {
      for (const name of await readdir(folder)) {
        const session = JSON.parse(await readFile(join(folder, name), 'utf8'));
        if (session.end === null && typeof session.pid === 'number') return session;
      }
      return undefined;
    },
    limitMs,
  );
}

export async function turnOnAutoResume(workbench: WorkbenchWindow): Promise<void> {
  await workbench.runCommand('Baton: Turn On Auto-Resume…');
  await answerTurnOn(workbench);
}

export async function answerTurnOn(workbench: WorkbenchWindow): Promise<void> {
  const { quickInput } = workbench;
  await quickInput.title(/Turn On Auto-Resume/);
  // All but the demonstration agent are chosen at first: whoever is installed on this machine is left alone.
  await quickInput.row('Demonstration agent');
  for (const { label } of await quickInput.items()) await quickInput.toggle(label);
  await workbench.screenshot('heartbeat-turn-on-agents');
  await quickInput.accept();
  const { message, detail } = await workbench.dialog();
  assert.match(message, /Let Baton resume tasks by itself in project\?/);
  assert.match(detail, /with Demonstration agent only, at most 1 at a time/);
  await workbench.screenshot('heartbeat-turn-on-consent');
  await workbench.answerDialog('Turn On');
}

/** Seconds ago, or ahead when negative; UTC. */
export function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}

/** As a script would write it: the minimal entry and what it is about. */
export async function queueEntry(workbench: WorkbenchWindow, sketch: object): Promise<void> {
  const entry = {
    id: 'q-1',
    taskId: '7',
    prompt: 'Resume #7',
    priority: 1,
    added_at: ago(60),
    metadata: { source: 'test', retry_count: 0 },
    ...sketch,
  };
  await mkdir(join(workbench.folder, '.baton/memory'), { recursive: true });
  await writeFile(queuePath(workbench), `${JSON.stringify([entry], undefined, 2)}\n`);
}

export function queuePath(workbench: WorkbenchWindow): string {
  return join(workbench.folder, '.baton/memory/pending_tasks.json');
}

export function queueText(workbench: WorkbenchWindow): Promise<string> {
  return readFile(queuePath(workbench), 'utf8');
}

/** Another window of the same person on the same folder. */
export async function withSecondWindow(
  first: WorkbenchWindow,
  body: (second: WorkbenchWindow) => Promise<void>,
): Promise<void> {
  const browser = first.page.context().browser();
  assert.ok(browser);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(20_000);
  try {
    const page = await context.newPage();
    await page.goto(first.page.url());
    const second = new WorkbenchWindow(page, first.folder);
    await second.ready();
    await body(second);
  } finally {
    await context.close();
  }
}
