// The tests that need a real VS Code: those inside the extension host (test/editor/*.test.ts), run by
// @vscode/test-electron, and those that act like a person in front of the window
// (test/editor/browser/*.browser.test.ts), run by Mocha with a headless browser.
import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { installSmallestAgents } from './agents';
import { runMocha } from './mocha-run';
import { mustRun } from './processes';
import {
  cacheDir,
  extensionDir,
  floorVersion,
  projectRoot,
  readManifest,
  resultFileVariable,
  versionVariable,
  vscodeVersion,
} from './project';
import { makeScratch, removeScratch } from './scratch';
import { describeFailures, readResults, type TestResults } from './test-results';

const hostPattern = 'test/editor/*.test.ts';
/** A language model beside Baton, which answers as a test says. */
const modelProvider = join(projectRoot, 'test', 'fixtures', 'model-provider');
const browserPattern = 'test/editor/browser/*.browser.test.ts';

/**
 * What a person does first, and every part of the API that Baton rests on: activation and registration, the tree, the
 * files beneath it, agents in terminals, editing help, and what the chat is offered.
 */
const floorSuites = ['smoke', 'tree', 'documents', 'terminals', 'language', 'mcp'];

/** Runs the suites that hold the promise of `engines.vscode` on the oldest VS Code it names. */
export async function runOnFloor(): Promise<TestResults> {
  const promised = /^\^1\.(\d+)\.\d+$/.exec(readManifest().engines.vscode)?.[1];
  if (!floorVersion.startsWith(`4.${promised}.`)) {
    throw new Error(`The manifest promises VS Code 1.${promised}, and the tests would take ${floorVersion}.`);
  }
  console.log(`VS Code ${desktopVersion(floorVersion)}: ${floorSuites.join(', ')}`);
  return runInHost(
    floorSuites.map((name) => `test/editor/${name}.test.ts`),
    undefined,
    floorVersion,
  );
}

/** Runs the suites inside the extension host; without files, all of them. `version`: of code-server. */
export async function runInHost(
  files: readonly string[] = [],
  grep?: string,
  version = vscodeVersion,
): Promise<TestResults> {
  // Inside the project, so that the bundles find Mocha, which stays outside them; one folder for each run.
  await mkdir(cacheDir, { recursive: true });
  const bundles = await mkdtemp(join(cacheDir, 'in-host-tests-'));
  const tests = files.length > 0 ? [...files] : globSync(hostPattern);
  await build({
    entryPoints: [...tests, 'test/editor/support/run-in-host.ts'].map((path) => ({
      in: path,
      out: basename(path, '.ts'),
    })),
    outdir: bundles,
    bundle: true,
    platform: 'node',
    // As in the extension's own build: some packages' CommonJS form cannot be bundled.
    mainFields: ['module', 'main'],
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });

  const scratch = await makeScratch('in-host');
  const workspace = join(scratch, 'workspace');
  const resultFile = join(scratch, 'result.json');
  await mkdir(workspace);
  try {
    await runTests({
      ...vscodeToUse(version),
      extensionDevelopmentPath: [extensionDir, modelProvider],
      extensionTestsPath: join(bundles, 'run-in-host.js'),
      launchArgs: [workspace],
      extensionTestsEnv: {
        [resultFileVariable]: resultFile,
        [versionVariable]: version,
        ...(grep === undefined ? {} : { BATON_TEST_GREP: grep }),
      },
    }).catch((error: unknown) => {
      // Failed tests are told by the result file; without it, the launch itself failed.
      if (readResults(resultFile)?.ended !== true) {
        throw error;
      }
    });
    const results = readResults(resultFile);
    if (results === undefined) {
      throw new Error('VS Code ended without a test result.');
    }
    if (results.failed > 0) {
      console.log(`\n${describeFailures(results.failures)}\n`);
    }
    return results;
  } finally {
    await removeScratch(scratch);
    await rm(bundles, { recursive: true, force: true });
  }
}

/** The npm-only VS Code on Linux; elsewhere, or with BATON_VSCODE=download, the desktop that test-electron downloads. */
function vscodeToUse(version: string): { vscodeExecutablePath: string } | { version: string } {
  const download = process.env['BATON_VSCODE'] === 'download' || process.platform !== 'linux';
  return download
    ? { version: desktopVersion(version) }
    : { vscodeExecutablePath: join(projectRoot, 'test', 'harness', 'vscode-launcher.mjs') };
}

/** code-server 4.x carries VS Code 1.x. Without a version of one's own, the desktop is the newest stable one. */
function desktopVersion(version: string): string {
  if (version === floorVersion) return readManifest().engines.vscode.replace('^', '');
  return process.env[versionVariable] === undefined ? 'stable' : version.replace(/^4\./, '1.');
}

/** Runs the suites that drive a window; without files, all of them. */
export async function runInBrowser(files: readonly string[] = [], grep?: string): Promise<TestResults> {
  const patterns = files.length > 0 ? files : [browserPattern];
  if (patterns.some((name) => name === browserPattern || name.includes('real-agents')))
    await installSmallestAgents();
  // One after the other: a second window at work slows the first one down by as much as it saves.
  return runMocha(patterns, {
    display: 'spec',
    limitMs: 14 * 60_000,
    ...(grep === undefined ? {} : { grep }),
  });
}

/** Builds the extension under test, unless that is another folder than the project's. */
export async function buildExtension(): Promise<void> {
  if (extensionDir === projectRoot) {
    await mustRun('npm', ['run', '--silent', 'build'], { limitMs: 120_000, capture: true });
  }
  const main = readManifest().main;
  if (main === undefined || !existsSync(resolve(extensionDir, main))) {
    throw new Error(`The build made no ${main ?? 'main file'}.`);
  }
}
