// The first thing every harness command does. It is the only part that must run on whatever Node a
// machine happens to have: it installs the locked packages if they are not there, and then hands over
// to the Node version the project pins, so that everybody tests with the same one.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Installs what is missing, then runs a TypeScript file of this folder under the pinned Node and exits with its code. */
export async function runUnderPinnedNode(script) {
  process.chdir(root);
  if (!packagesMatchLockfile()) {
    installPackages();
  }
  if (!existsSync(pinnedNode)) {
    fail(
      'The npm package "node" brought no executable for this platform. Run "npm ci" without --ignore-scripts.',
    );
  }
  const path = process.env.PATH ?? process.env.Path ?? '';
  const child = spawn(
    pinnedNode,
    ['--import', 'tsx', join('test', 'harness', script), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        PATH: [dirname(pinnedNode), join(root, 'node_modules', '.bin'), path].join(delimiter),
      },
    },
  );
  // Ctrl+C reaches the child through the terminal; a kill of this process must be passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`Cannot start the pinned Node: ${error.message}`));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

/**
 * Compares contents, not dates: a checkout or a copy changes dates, and a needless reinstall would pull the packages
 * away under other commands that are running.
 */
function packagesMatchLockfile() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) {
    return false;
  }
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      (installed[path] === undefined ? entry.optional === true : installed[path].version === entry.version),
  );
}

function readPackages(lockfile) {
  return existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, 'utf8')).packages : undefined;
}

function installPackages() {
  console.log('Installing the locked packages (npm ci) ...');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    fail('npm ci failed; the lines above say why.');
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
