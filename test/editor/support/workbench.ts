// A real VS Code window for a test: a workspace made for it, a server and a browser shared by all tests of the run
// (starting them takes seconds), a fresh browser profile each time, and everything gone at the end.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../../harness/browser';
import { mustRun } from '../../harness/processes';
import { extensionDir } from '../../harness/project';
import { quietSettings } from '../../harness/quiet-settings';
import { makeScratch, removeScratch } from '../../harness/scratch';
import { pageAddress, startServer, type VsCodeServer } from '../../harness/vscode-server';
import { WorkbenchWindow } from './workbench-window';

export interface WorkbenchOptions {
  /** The workspace: relative path to text. */
  readonly files?: Readonly<Record<string, string>>;
  /** The workspace folder's own name, as the window shows it; default `project`. */
  readonly name?: string;
  /** Makes the workspace a git repository with one commit that holds the files. */
  readonly git?: boolean;
  /** User settings, over the quiet defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** True (default): no trust questions. False: restricted mode. 'ask': with the dialog that asks. */
  readonly trusted?: boolean | 'ask';
  /** 'development' (default) runs the extension from its folder; otherwise the path of a VSIX to install. */
  readonly extension?: 'development' | (string & {});
  /** A server of the test's own, which the test ends; without it, one that all tests share. */
  readonly server?: VsCodeServer;
}

/** Runs `body` in a fresh window. On a failure it leaves a picture and tells what the window logged. */
export async function withWorkbench(
  options: WorkbenchOptions,
  body: (workbench: WorkbenchWindow) => Promise<void>,
): Promise<void> {
  const trusted = options.trusted ?? true;
  const extension = options.extension ?? 'development';
  const server = options.server ?? (await sharedServer(extension));
  const browser = await sharedBrowser();
  const scratch = await makeScratch('workspace');
  const folder = join(scratch, options.name ?? 'project');
  await makeWorkspace(folder, options.files ?? {}, options.git ?? false);
  await server.writeSettings({
    ...quietSettings,
    // Text that a test can read; the default draws on a canvas.
    'terminal.integrated.gpuAcceleration': 'off',
    'security.workspace.trust.enabled': trusted !== true,
    'security.workspace.trust.startupPrompt': trusted === 'ask' ? 'always' : 'never',
    ...options.settings,
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const logged = collectWarnings(page);
  const workbench = new WorkbenchWindow(page, folder);
  try {
    await page.goto(pageAddress(server.origin, folder));
    await workbench.ready();
    if (trusted === false) {
      await workbench.statusBarText(/^Restricted Mode/);
    }
    await body(workbench);
  } catch (error) {
    const picture = await workbench.screenshot(`failed-${Date.now()}`).catch(() => 'none');
    const notes = [`Picture: ${picture}`, ...logged()].join('\n');
    if (error instanceof Error) {
      error.stack = `${error.stack ?? error.message}\n${notes}`;
    }
    throw error;
  } finally {
    await context.close();
    await removeScratch(scratch);
  }
}

let browserStart: Promise<Browser> | undefined;
const serverStarts = new Map<string, Promise<VsCodeServer>>();

function sharedBrowser(): Promise<Browser> {
  browserStart ??= startBrowser();
  return browserStart;
}

function sharedServer(extension: string): Promise<VsCodeServer> {
  let start = serverStarts.get(extension);
  if (start === undefined) {
    start = startServer({ extension: extension === 'development' ? extensionDir : extension });
    serverStarts.set(extension, start);
  }
  return start;
}

// This module is loaded at the top of the test files, so the hook belongs to the whole run.
suiteTeardown(async () => {
  await (await browserStart)?.close();
  for (const start of serverStarts.values()) {
    await (await start).stop();
  }
});

async function makeWorkspace(
  folder: string,
  files: Readonly<Record<string, string>>,
  git: boolean,
): Promise<void> {
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  if (git) {
    const options = { cwd: folder, limitMs: 30_000, capture: true } as const;
    const identity = ['-c', 'user.name=Baton Test', '-c', 'user.email=test@example.invalid'];
    await mustRun('git', ['init', '--quiet', '--initial-branch=main'], options);
    await mustRun('git', ['add', '--all'], options);
    await mustRun('git', [...identity, 'commit', '--quiet', '--allow-empty', '--message', 'start'], options);
  }
}

function collectWarnings(page: Page): () => string[] {
  const lines: string[] = [];
  page.on('console', (message) => {
    const ours = message.type() === 'error' || message.type() === 'warning' || message.text().includes('ERR');
    if (ours && !message.text().startsWith('Failed to load resource')) {
      lines.push(message.text());
    }
  });
  page.on('pageerror', (error) => lines.push(String(error)));
  return () => lines.slice(-20);
}
