// Finds a Chromium that really starts on this machine, and starts it for a VS Code page.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { run } from './processes';
import { cacheDir } from './project';

/** No sandbox (root in containers), no GPU, and none of the look-ups that a browser makes on its own. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Starts a headless Chromium. Throws with advice when there is none. */
export async function startBrowser(): Promise<Browser> {
  const refusals: string[] = [];
  for (const find of [fromEnvironment, fromPackage, fromSystem, fromDistribution]) {
    const executablePath = await find();
    if (executablePath === undefined) {
      continue;
    }
    try {
      return await chromium.launch({ executablePath, args: flags, headless: true, timeout: 60_000 });
    } catch (error) {
      refusals.push(
        `${executablePath}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      );
    }
  }
  throw new Error(
    [
      'No Chromium could be started. Install one (Debian and Ubuntu: "apt-get install chromium"; elsewhere Google',
      'Chrome or Chromium), or set BATON_CHROMIUM to the path of its executable.',
      ...refusals,
    ].join('\n'),
  );
}

async function fromEnvironment(): Promise<string | undefined> {
  return process.env['BATON_CHROMIUM'];
}

/** The npm package carries a compressed headless Chromium for Linux, which it unpacks into the temporary folder. */
async function fromPackage(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return undefined;
  }
  const { default: packaged } = await import('@sparticuz/chromium');
  const before = process.env['TMPDIR'];
  const home = join(cacheDir, 'chromium');
  await mkdir(home, { recursive: true });
  process.env['TMPDIR'] = home;
  try {
    return await packaged.executablePath();
  } finally {
    if (before === undefined) {
      delete process.env['TMPDIR'];
    } else {
      process.env['TMPDIR'] = before;
    }
  }
}

async function fromSystem(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = systemNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...macPaths].find((path) => existsSync(path));
}

/** On a bare Debian machine where we may, the distribution's package is one command away. */
async function fromDistribution(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return undefined;
  }
  console.log("Installing the distribution's Chromium (apt-get) ...");
  const options = { limitMs: 10 * 60_000, capture: true } as const;
  await run('apt-get', ['update'], options);
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  return fromSystem();
}
