/**
 * Opens windows with 1,000 tasks and tells how long a person waits for the first row of the tree, and how much of that is
 * ours: the extension's own `activate` and its first look at the tasks, both as it writes them to its log.
 */
import { globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { WorkbenchWindow } from '../editor/support/workbench-window';
import { startBrowser } from '../harness/browser';
import { extensionDir } from '../harness/project';
import { quietSettings } from '../harness/quiet-settings';
import { makeScratch, removeScratch } from '../harness/scratch';
import { pageAddress, startServer, type VsCodeServer } from '../harness/vscode-server';
import { generateTasks } from './generate-tasks';

const count = 1000;
const runs = Number(process.env['BENCH_RUNS'] ?? 5);

interface Opened {
  readonly total: number;
  readonly activate: number;
  readonly firstTree: number;
}

async function makeProject(folder: string): Promise<void> {
  await mkdir(join(folder, 'task-states'), { recursive: true });
  await mkdir(join(folder, '.baton'));
  await writeFile(join(folder, '.baton', '.gitignore'), '*\n');
  for (const { id, text } of generateTasks(count)) {
    await writeFile(join(folder, 'task-states', `task-${id}-state.md`), text);
  }
}

/** The last number that the extension logged after these words in any window so far. */
function logged(server: VsCodeServer, words: string): readonly number[] {
  const logs = globSync(join(server.data, 'data', 'logs', '**', 'Baton.log')).map((file) =>
    readFileSync(file, 'utf8'),
  );
  return logs.flatMap((text) =>
    [...text.matchAll(new RegExp(`${words} ([\\d.]+) ms`, 'g'))].map(([, ms]) => Number(ms)),
  );
}

/** What was logged since `before`. */
function added(after: readonly number[], before: readonly number[]): number {
  return after.reduce((sum, ms) => sum + ms, 0) - before.reduce((sum, ms) => sum + ms, 0);
}

async function open(server: VsCodeServer, browser: Browser, folder: string): Promise<Opened> {
  const before = { activate: logged(server, 'Activated in'), tree: logged(server, 'First tree after') };
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const window = new WorkbenchWindow(page, folder);
    const begin = performance.now();
    await page.goto(pageAddress(server.origin, folder));
    await window.ready();
    await window.openView('Baton');
    await page.locator('.sidebar .monaco-list-row').first().waitFor({ timeout: 60_000 });
    const total = performance.now() - begin;
    const activate = added(logged(server, 'Activated in'), before.activate);
    const firstTree = added(logged(server, 'First tree after'), before.tree);
    return { total, activate, firstTree };
  } finally {
    await context.close();
  }
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function bench(): Promise<void> {
  const scratch = await makeScratch('activation');
  const server = await startServer({ extension: extensionDir, settings: quietSettings });
  const browser = await startBrowser();
  try {
    const folder = join(scratch, 'project');
    await makeProject(folder);
    const opened: Opened[] = [];
    // The first window also warms the server and is left out.
    for (let run = 0; run <= runs; run++) {
      const one = await open(server, browser, folder);
      if (run > 0) opened.push(one);
    }
    const total = median(opened.map((one) => one.total));
    const activate = median(opened.map((one) => one.activate));
    // Counted from the middle of `activate` on, so that the sum is rather too much.
    const firstTree = median(opened.map((one) => one.firstTree));
    const share = ((activate + firstTree) / total) * 100;
    console.log(`${count} tasks, median of ${runs} windows: ${share.toFixed(1)} % of the wait is ours`);
    console.table([
      { 'total ms': total, 'activate ms': activate, 'first tree ms': firstTree, 'ours %': share },
    ]);
  } finally {
    await browser.close();
    await server.stop();
    await removeScratch(scratch);
  }
}

void bench();
