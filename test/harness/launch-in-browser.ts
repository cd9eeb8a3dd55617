// One in-host test run: VS Code server, headless browser, the page that loads the extension and its
// tests, and the wait for the result file. Used by vscode-launcher.mjs.
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { startBrowser } from './browser';
import { resultFileVariable } from './project';
import { quietSettings } from './quiet-settings';
import { type InHostResults, readResults } from './test-results';
import { pageAddress, startServer } from './vscode-server';

const startLimitMs = 120_000;
const runLimitMs = 8 * 60_000;

/** Runs the suite named by the arguments of a desktop VS Code and sets the exit code from its result. */
export async function runLauncher(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      extensionDevelopmentPath: { type: 'string', multiple: true },
      extensionTestsPath: { type: 'string' },
    },
    allowPositionals: true,
    // The desktop's other switches (sandbox, caches, profile folders) mean nothing to a server.
    strict: false,
  });
  // A page's address names one extension; what else belongs to the run is installed.
  const [first, ...beside] = [values['extensionDevelopmentPath']].flat().map(String);
  const extension = text(first, '--extensionDevelopmentPath');
  const tests = text(values['extensionTestsPath'], '--extensionTestsPath');
  const folder = text(positionals[0], 'a workspace folder');
  const resultFile = text(process.env[resultFileVariable], `the variable ${resultFileVariable}`);

  const server = await startServer({
    settings: quietSettings,
    loadFromAddress: true,
    beside,
  });
  try {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const browserLog = collectConsole(page);
      const result = waitForResult(resultFile, () => `${browserLog()}\n${server.log()}`);
      await page.goto(pageAddress(server.origin, folder, { extension, tests }));
      process.exitCode = (await result).failed === 0 ? 0 : 1;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/**
 * The runner in the extension host writes the file when it begins and again when it has ended. Both steps have a
 * limit, since an extension host that fails to load the tests says so only in its console.
 */
function waitForResult(file: string, log: () => string): Promise<InHostResults> {
  return new Promise((resolve, reject) => {
    let begun = false;
    let shown = 0;
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === basename(file)) {
        look();
      }
    });
    const settle = (action: () => void) => {
      clearTimeout(startLimit);
      clearTimeout(runLimit);
      watcher.close();
      action();
    };
    const giveUp = (why: string) => settle(() => reject(new Error(`${why}\n${log()}`)));
    const startLimit = setTimeout(() => {
      if (!begun) {
        giveUp(`The in-host tests did not begin within ${startLimitMs / 1000} s.`);
      }
    }, startLimitMs);
    const runLimit = setTimeout(
      () => giveUp(`The in-host tests did not end within ${runLimitMs / 1000} s.`),
      runLimitMs,
    );
    const look = () => {
      const progress = readResults<InHostResults>(file);
      begun ||= progress !== undefined;
      for (const line of progress?.lines.slice(shown) ?? []) {
        console.log(`  ${line}`);
      }
      shown = progress?.lines.length ?? shown;
      if (progress?.ended === true) {
        settle(() => resolve(progress));
      }
    };
  });
}

function collectConsole(page: Page): () => string {
  const lines: string[] = [];
  page.on('console', (message) => {
    // The page's failed look-ups of galleries and fonts are expected where there is no network.
    if (!message.text().startsWith('Failed to load resource')) {
      lines.push(message.text());
    }
  });
  page.on('pageerror', (error) => lines.push(String(error)));
  return () => lines.slice(-60).join('\n');
}

function text(value: string | boolean | undefined, what: string): string {
  if (typeof value !== 'string') {
    throw new Error(`The launcher needs ${what}.`);
  }
  return value;
}
