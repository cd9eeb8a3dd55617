// A real VS Code that needs nothing but npm: the server inside the npm package code-server. It is
// installed once per version into the cache, and started with data and settings of its own, so that
// nothing of the developer's own editor is read or changed.
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { mustRun, startGuarded, stopGuarded } from './processes';
import { cacheDir, vscodeVersion } from './project';
import { makeScratch, removeScratch } from './scratch';

/**
 * Installing takes a package's prebuilt files and skips its install scripts, which would fetch more from elsewhere; the
 * modules listed here are the ones that have to be compiled after that. 4.105 also needs two repairs of its manifest.
 */
const recipes = {
  current: {
    rebuild: ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/fs-copyfile'],
    repairManifest: false,
    // The one that the project pins.
    node: undefined,
  },
  floor: {
    rebuild: ['@vscode/spdlog', 'native-watchdog', 'node-pty'],
    repairManifest: true,
    // Under a newer one its extension host never hears the window.
    node: '22.23.3',
  },
} as const;

function recipeFor(version: string) {
  return version.startsWith('4.105.') ? recipes.floor : recipes.current;
}

/** Returns the folder of an installed server (`lib/vscode` of code-server), installing it if the cache has none. */
export async function installServer(version = vscodeVersion): Promise<string> {
  const home = join(cacheDir, `vscode-${version}`);
  const server = join(home, 'package', 'lib', 'vscode');
  if (existsSync(join(home, 'complete'))) {
    return server;
  }
  console.log(`Installing VS Code ${version} from npm into the cache (once, about a minute) ...`);
  return installFromNpm(version, home, server).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `code-server ${version}, which carries VS Code ${version.replace(/^4\./, '1.')}, could not be installed from npm. It is needed once; with BATON_VSCODE=download, tests inside the extension host take the desktop instead.\n${why}`,
    );
  });
}

async function installFromNpm(version: string, home: string, server: string): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  const staging = await mkdtemp(join(cacheDir, 'installing-'));
  try {
    const npm = { cwd: staging, limitMs: 10 * 60_000, capture: true } as const;
    await mustRun('npm', ['pack', `code-server@${version}`, '--silent'], npm);
    await mustRun('tar', ['-xzf', `code-server-${version}.tgz`], npm);
    await rm(join(staging, `code-server-${version}.tgz`));

    const recipe = recipeFor(version);
    const cwd = join(staging, 'package', 'lib', 'vscode');
    if (recipe.repairManifest) {
      await repairManifest(cwd);
    }
    const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    await mustRun('npm', install, { ...npm, cwd });
    await mustRun('npm', ['rebuild', ...recipe.rebuild], { ...npm, cwd, env: withNodeHeaders(process.env) });
    await writeFile(join(staging, 'complete'), '');
    await rm(home, { recursive: true, force: true });
    await rename(staging, home);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return server;
}

/** The Node that a server runs on, with all that it starts; installed into the cache where it is not the pinned one. */
async function installNode({ node }: ReturnType<typeof recipeFor>): Promise<string> {
  if (node === undefined) return process.execPath;
  const home = join(cacheDir, `node-${node}`);
  const program = join(home, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(program)) return program;
  console.log(`Installing Node ${node} from npm into the cache (once) ...`);
  await mkdir(cacheDir, { recursive: true });
  const staging = await mkdtemp(join(cacheDir, 'installing-'));
  try {
    await writeFile(join(staging, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--no-audit', '--no-fund', `node@${node}`];
    await mustRun('npm', args, { cwd: staging, limitMs: 5 * 60_000, capture: true });
    await rm(home, { recursive: true, force: true });
    await rename(staging, home);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  if (!existsSync(program)) throw new Error(`npm installed Node ${node}, but it is not at ${program}.`);
  return program;
}

/**
 * Compiling needs Node's C headers. They come with most installations of Node; without them node-gyp downloads them,
 * which a closed network refuses. The modules speak N-API, so the headers of any Node do.
 */
function withNodeHeaders(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['npm_config_nodedir'] !== undefined) return env;
  const prefixes = (env['PATH'] ?? '').split(delimiter).map((folder) => dirname(folder));
  const found = prefixes.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node.h')));
  return found === undefined ? env : { ...env, npm_config_nodedir: found };
}

/** 4.105 names a package by a git address, which npm alone cannot serve. */
async function repairManifest(serverDir: string): Promise<void> {
  const file = join(serverDir, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  manifest.dependencies['@parcel/watcher'] = '^2.5.6';
  await writeFile(file, JSON.stringify(manifest, undefined, 2));
  await rm(join(serverDir, 'npm-shrinkwrap.json'), { force: true });
}

export interface VsCodeServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Its data folder, where extensions' logs are. */
  readonly data: string;
  /** The home folder of everything it starts. */
  readonly home: string;
  /** What it logged so far, for the report of a failure. */
  readonly log: () => string;
  /** Replaces the user settings; pages opened afterwards see them. */
  readonly writeSettings: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What every page of this server has: a VSIX file is installed, an extension's folder is linked in. */
  readonly extension?: string;
  /** Folders of further extensions, linked in. */
  readonly beside?: readonly string[];
  /**
   * Lets a page's address name an extension folder and its in-host tests. VS Code then takes itself to be under
   * automation and shows no notifications, so a window that a person is to see does without.
   */
  readonly loadFromAddress?: boolean;
  /** Where the tests run as root, who passes by the permissions of files: takes that right from it. */
  readonly obeysPermissions?: boolean;
  /** Over the environment of this process; an undefined one is taken away. `HOME` is always the server's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a server on a free port of the loopback address and resolves when it answers. */
export async function startServer(options: ServerOptions = {}): Promise<VsCodeServer> {
  const installed = await installServer();
  const node = await installNode(recipeFor(vscodeVersion));
  const main = join(installed, 'out', 'server-main.js');
  const data = await makeScratch('vscode');
  const userDir = join(data, 'data', 'User');
  const home = join(data, 'home');
  const extensions = join(data, 'extensions');
  await mkdir(userDir, { recursive: true });
  await mkdir(home);
  // A home of its own keeps the developer's git settings and shell start-up files out of the tests.
  await writeFile(
    join(home, '.gitconfig'),
    '[user]\n\tname = Baton Test\n\temail = test@example.invalid\n[init]\n\tdefaultBranch = main\n',
  );
  // No gallery: nothing is to be looked up outside.
  const env = { ...process.env, EXTENSIONS_GALLERY: '{}', ...options.env, HOME: home };
  const writeSettings = (settings: Readonly<Record<string, unknown>>) =>
    writeFile(join(userDir, 'settings.json'), JSON.stringify(settings, undefined, 2));
  const common = [
    '--accept-server-license-terms',
    '--server-data-dir',
    data,
    '--extensions-dir',
    extensions,
    '--telemetry-level',
    'off',
  ];

  let child: ChildProcess | undefined;
  const stop = async () => {
    if (child !== undefined) {
      await stopGuarded(child);
    }
    await removeScratch(data);
  };
  try {
    await writeSettings(options.settings ?? {});
    const vsix = options.extension?.endsWith('.vsix') === true ? options.extension : undefined;
    if (vsix !== undefined) {
      const install = [main, ...common, '--install-extension', vsix, '--force'];
      await mustRun(node, install, { limitMs: 120_000, env, capture: true });
    }
    const linked = vsix === undefined ? [options.extension ?? []].flat() : [];
    for (const folder of [...linked, ...(options.beside ?? [])]) {
      await mkdir(extensions, { recursive: true });
      await symlink(folder, join(extensions, basename(folder)), 'junction');
    }
    const args = [
      main,
      ...common,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--without-connection-token',
      ...(options.loadFromAddress === true ? ['--enable-smoke-test-driver'] : []),
      // The hosts of closed pages go soon; long enough for a page that reloads on a busy machine.
      '--reconnection-grace-time',
      '60',
    ];
    const isRoot = process.getuid?.() === 0;
    const [program = node, ...before] =
      options.obeysPermissions === true && isRoot ? [...withoutOverride, node] : [node];
    child = startGuarded(program, [...before, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log = collectLog(child);
    const origin = `http://127.0.0.1:${await listeningPort(child, log)}`;
    return { origin, data, home, log, writeSettings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Part of util-linux, as every system has it on which tests run as root. */
const passing = '-dac_override,-dac_read_search';
const withoutOverride = ['setpriv', '--bounding-set', passing, '--inh-caps', passing];

/** The address of a page that opens a folder; `load` needs a server with `loadFromAddress`. */
export function pageAddress(
  origin: string,
  folder: string,
  load: { readonly extension?: string; readonly tests?: string } = {},
): string {
  const remote = (path: string) => `vscode-remote://${new URL(origin).host}${path}`;
  const payload = [
    ...(load.extension === undefined ? [] : [['extensionDevelopmentPath', remote(load.extension)]]),
    ...(load.tests === undefined ? [] : [['extensionTestsPath', remote(load.tests)]]),
  ];
  const address = new URL(origin);
  address.searchParams.set('folder', folder);
  if (payload.length > 0) {
    address.searchParams.set('payload', JSON.stringify(payload));
  }
  return address.href;
}

function collectLog(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer) => {
    // The end of a log explains a failure; the rest would only fill memory.
    text = (text + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text;
}

/** The port it chose itself, so that no other program can take it in between. */
function listeningPort(child: ChildProcess, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const give = (settle: () => void) => {
      clearTimeout(limit);
      settle();
    };
    const limit = setTimeout(
      () => reject(new Error(`The VS Code server did not listen within 60 s:\n${log()}`)),
      60_000,
    );
    child.once('error', (error) => give(() => reject(error)));
    child.once('exit', () =>
      give(() => reject(new Error(`The VS Code server ended at its start:\n${log()}`))),
    );
    child.stdout?.on('data', () => {
      const port = /listening on (\d+)/.exec(log())?.[1];
      if (port !== undefined) {
        give(() => resolve(Number(port)));
      }
    });
  });
}
