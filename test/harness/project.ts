// Where things are, and the few environment variables that steer the harness, in one place.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository root. The bootstrap made it the working directory; Mocha runs started by hand are there too. */
export const projectRoot = process.cwd();

/** Everything the harness makes and may throw away: VS Code, Chromium, screenshots, bundled tests. Ignored by git. */
export const cacheDir = join(projectRoot, '.cache');

/** Picks another VS Code than the one below; the harness also hands its choice to the launcher by it. */
export const versionVariable = 'BATON_VSCODE_VERSION';

/** The VS Code under test: the number of a code-server release, which carries the same VS Code version. */
export const vscodeVersion = process.env[versionVariable] ?? '4.139.1';

/**
 * The oldest VS Code that the manifest promises, which is also the one that forks are built on. code-server has it as
 * its patch 1, the desktop as `1.105.0`.
 */
export const floorVersion = '4.105.1';

/** The extension under test. Another folder than the project's proves the harness itself. */
export const extensionDir = resolve(process.env['BATON_EXTENSION_DIR'] ?? projectRoot);

/** Where the launcher expects the in-host run's result; see editor-tier.ts and run-in-host.ts. */
export const resultFileVariable = 'BATON_TEST_RESULT';

/** The fields of package.json that the harness and the smoke tests need. */
export interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly main?: string;
  readonly engines: { readonly vscode: string };
  readonly contributes?: {
    readonly commands?: readonly { readonly command: string; readonly title: string }[];
    readonly viewsContainers?: {
      readonly activitybar?: readonly { readonly id: string; readonly title: string }[];
    };
  };
}

/** The manifest of the extension under test. */
export function readManifest(dir = extensionDir): Manifest {
  return JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;
}

/** The extension's `%key%` texts, so that a test can name what a person sees. */
export function localized(text: string, dir = extensionDir): string {
  const file = join(dir, 'package.nls.json');
  const key = /^%(.+)%$/.exec(text)?.[1];
  if (key === undefined || !existsSync(file)) {
    return text;
  }
  const entry = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string | { message: string }>)[key];
  return typeof entry === 'object' ? entry.message : (entry ?? text);
}
