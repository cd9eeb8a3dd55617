// `npm start`: a fresh sample workspace in a real editor with Baton in it: the desktop VS Code if there is
// one, else VS Code in the browser.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildExtension } from './editor-tier';
import { mustRun, run } from './processes';
import { cacheDir, extensionDir, projectRoot } from './project';
import { quietSettings } from './quiet-settings';
import { pageAddress, startServer } from './vscode-server';

/** For tests of this command: ends once the editor has answered. */
const once = process.env['BATON_START_ONCE'] === '1';

async function main(): Promise<void> {
  console.log('Building ...');
  await buildExtension();
  const folder = join(cacheDir, 'sample-workspace');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await prepareSample(folder);
  console.log(`Sample workspace: ${folder}`);

  if (!once && (await openDesktop(folder))) {
    console.log('VS Code is open with Baton in it.');
    return;
  }
  await serve(folder);
}

/** Fills the folder with the sample that the command line makes, in a git repository of its own. */
async function prepareSample(folder: string): Promise<void> {
  const options = { cwd: folder, limitMs: 60_000, capture: true } as const;
  await mustRun('git', ['init', '--quiet', '--initial-branch=main'], options);
  const commandLine = join(projectRoot, 'dist', 'cli.js');
  if (existsSync(commandLine)) {
    await mustRun(process.execPath, [commandLine, 'init', '--sample'], options);
  } else {
    console.log('There is no command line yet, so the workspace is empty.');
  }
}

async function openDesktop(folder: string): Promise<boolean> {
  if (!onPath('code')) {
    return false;
  }
  const { code } = await run('code', [`--extensionDevelopmentPath=${extensionDir}`, folder], {
    limitMs: 60_000,
  });
  if (code !== 0) {
    console.log('The desktop VS Code could not be opened, so here it is in the browser:');
  }
  return code === 0;
}

function onPath(program: string): boolean {
  const names = process.platform === 'win32' ? [`${program}.cmd`, `${program}.exe`] : [program];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => names.some((name) => existsSync(join(folder, name))));
}

async function serve(folder: string): Promise<void> {
  const server = await startServer({
    settings: { ...quietSettings, 'chat.disableAIFeatures': false },
    extension: extensionDir,
    // A person tries things out with their own programs, agents and git identity.
    env: process.env,
  });
  const address = pageAddress(server.origin, folder);
  const response = await fetch(address, { signal: AbortSignal.timeout(30_000) });
  if (response.status !== 200) {
    throw new Error(`The editor answered with ${response.status}:\n${server.log()}`);
  }
  console.log(`\nOpen this address in a browser:\n\n  ${address}\n`);
  if (once) {
    await server.stop();
    return;
  }
  console.log('It runs until Ctrl+C.');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await server.stop();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
