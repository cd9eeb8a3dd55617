/**
 * Composition root of the MCP server, a part of the command line's bundle: what it is made of is there already. Standard
 * output carries the protocol and nothing else; it ends when its client closes standard input.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { named } from './cli/hook-words';
import { taskRowText } from './cli/task-row-text';
import { relevantMemory } from './core/operations/relevant-memory';
import { offVariable, switchesIn } from './core/operations/switches';
import { type BatonWorkspace, openWorkspace } from './core/operations/workspace';
import type { Ports } from './core/ports';
import { Locks } from './core/store/lock';
import { taskIdOfFileName } from './core/store/paths';
import type { McpHost } from './mcp/host';
import { batonServer } from './mcp/server';
import { changeBackgroundChoice, choicesLockFolder, readBackgroundChoice } from './node/background-choices';
import { findWorkspaceRoot } from './node/find-workspace-root';
import { installation, installedVersion } from './node/installation';
import { NodeDatabases, sqliteChoice } from './node/node-databases';
import { nodePorts } from './node/node-ports';
import { portablePath } from './node/portable-path';
import { stderrLogger } from './node/stderr-logger';
import { LastingWatch } from './node/watch-folder';

export interface ServeOptions {
  readonly readOnly: boolean;
  /** For a program that looks after agents, instead of an agent at work. */
  readonly supervise?: boolean;
  /** As given, relative to the current folder; BATON_ROOT when there are none. */
  readonly roots: readonly string[];
  readonly verbose: boolean;
}

/** Resolves when the client has gone. */
export async function serve({ readOnly, supervise = false, roots, verbose }: ServeOptions): Promise<void> {
  const log = stderrLogger(verbose ? 'debug' : 'warn');
  const databases = new NodeDatabases(log, sqliteChoice(process.env['BATON_SQLITE']));
  const ports = { ...nodePorts(log), databases };
  const host = await makeHost(ports, roots, readOnly);
  await new Promise<void>((ended) => {
    const transport = new EndingTransport(ended);
    serveStdio(({ era }) => batonServer(host, { readOnly, supervise, era }), {
      onerror: host.report,
      transport,
    });
  });
  // Where the server has ended by itself, the client's end is still open and would keep the process.
  process.stdin.destroy();
}

/** Tells when it is closed, by the client or because what it sends cannot be read. */
class EndingTransport extends StdioServerTransport {
  readonly #ended: () => void;

  constructor(ended: () => void) {
    super();
    this.#ended = ended;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#ended();
  }
}

async function makeHost(ports: Ports, roots: readonly string[], readOnly: boolean): Promise<McpHost> {
  const { env } = process;
  const given = roots.length > 0 ? roots : [named(env, 'BATON_ROOT')].filter((root) => root !== undefined);
  const choicesLock = new Locks(ports, choicesLockFolder(env));
  const open = (root: string) => openFolder(ports, root, readOnly);
  return {
    version: await installedVersion(__dirname),
    roots: given.length === 0 ? undefined : given.map((root) => portablePath(resolve(root))),
    task: named(env, 'BATON_TASK_ID'),
    open,
    currentRoot: () => findWorkspaceRoot(ports.fs, portablePath(process.cwd())),
    rootAt: (address) => rootAt(ports, address),
    watch: async (root, changed) => watchTasks(await open(root), ports, changed),
    choices: {
      read: (root) => readBackgroundChoice(env, root),
      change: (root, change) => changeBackgroundChoice(env, root, change, choicesLock),
    },
    report: (error) =>
      ports.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  };
}

/** A server that only reads leaves to others what a crash cut short. */
async function openFolder(ports: Ports, root: string, asFound: boolean): Promise<BatonWorkspace> {
  const off = switchesIn(process.env[offVariable]);
  const session = named(process.env, 'BATON_SESSION_ID');
  const acting = { actor: 'agent', surface: 'mcp', session, off } as const;
  const workspace = await openWorkspace(ports, root, installation(__dirname, process.env), acting, {
    asFound,
    rowText: taskRowText,
    readOnly: asFound,
    relevant: asFound ? undefined : relevantMemory,
  });
  for (const problem of workspace.configProblems) ports.log.warn(problem);
  return workspace;
}

async function rootAt({ fs }: Ports, address: string): Promise<string | undefined> {
  const folder = folderAt(address);
  if (folder === undefined) return undefined;
  const root = await findWorkspaceRoot(fs, portablePath(folder));
  return (await fs.stat(`${root}/.baton`))?.kind === 'directory' ? root : undefined;
}

/** Undefined for an address of another machine, or of no file at all. */
function folderAt(address: string): string | undefined {
  try {
    return fileURLToPath(address);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function watchTasks(
  { root, config }: BatonWorkspace,
  { log }: Ports,
  changed: (task: string | undefined) => void,
): void {
  for (const folder of [config.tasks.folder, ...config.tasks.alsoIn]) {
    const told = (name: string | undefined) => {
      const task = name === undefined ? undefined : taskIdOfFileName(name);
      if (name === undefined || task !== undefined) changed(task);
    };
    new LastingWatch(`${root}/${folder}`, told, (error) =>
      log.warn(`${folder} is not watched for now: ${String(error)}`),
    );
  }
}
