/** Composition root of the command line. Reads the surroundings once, runs one command, sets the exit code. */
import { readFile, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type HookWords, readWords, runHook } from './cli/commands/hook';
import type { CliContext } from './cli/context';
import { type GlobalOptions, run } from './cli/run';
import { profilesById } from './core/agents/profiles';
import { BatonError } from './core/base/baton-error';
import { initialiseWorkspace } from './core/operations/initialise-workspace';
import { type Acting, type BatonWorkspace, openWorkspace, type Resources } from './core/operations/workspace';
import type { Ports } from './core/ports';
import { beatIntervalMs } from './core/sessions/intervals';

import { agentResources } from './node/agent-resources';
import { callingProgram } from './node/calling-program';
import { defaultShimFolder, ensureCommandShim } from './node/command-shim';
import { addConsent, readConsents, removeConsent } from './node/consents';
import { findWorkspaceRoot } from './node/find-workspace-root';
import { runInForeground } from './node/foreground-program';
import { nodePorts } from './node/node-ports';
import { portablePath } from './node/portable-path';
import { readInput } from './node/read-input';
import { type LogLevel, stderrLogger } from './node/stderr-logger';
import { userConfigFile } from './node/user-config';

/** Over this a text file named on the command line is refused: a state file takes no such thing. */
const maxTextBytes = 1024 * 1024;

const env = process.env;

function resources(): Resources {
  const dist = __dirname;
  return {
    protocolFolder: portablePath(join(dist, '..', 'media', 'protocol')),
    demoAgent: join(dist, 'demo-agent.js'),
    cli: join(dist, 'cli.js'),
    binFolder: defaultShimFolder(env),
    node: process.execPath,
    nodeEnv: process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
    path: env['PATH'] ?? '',
    pathDelimiter: delimiter === ';' ? ';' : ':',
    ...agentResources(env, portablePath(join(dist, '..', 'media'))),
  };
}

function acting(): Acting {
  const session = env['BATON_SESSION_ID'];
  // A command line inside a launched agent's terminal speaks for that agent.
  return { actor: session === undefined ? 'person' : 'agent', surface: 'cli', session };
}

function makeContext(
  options: GlobalOptions,
  least: LogLevel = options.verbose ? 'debug' : 'warn',
): CliContext {
  const log = stderrLogger(least);
  const ports: Ports = nodePorts(log, { blockingReads: true });
  const cwd = process.cwd();
  const asked = options.root ?? env['BATON_ROOT'];
  const opened: BatonWorkspace[] = [];
  const open = async (root: string, how: { readonly asFound?: boolean } = {}) => {
    const workspace = await openWorkspace(ports, root, resources(), acting(), how);
    opened.push(workspace);
    for (const problem of workspace.configProblems) log.warn(problem);
    return workspace;
  };
  return {
    cwd,
    env,
    output: {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
      colour: process.stdout.isTTY === true && env['NO_COLOR'] === undefined,
    },
    readText: (path) => readText(path, cwd),
    workspace: async (how) =>
      open(
        asked === undefined
          ? await findWorkspaceRoot(ports.fs, portablePath(cwd))
          : portablePath(resolve(cwd, asked)),
        how,
      ),
    initialise: async () => {
      const root = portablePath(resolve(cwd, options.root ?? '.'));
      const { created } = await initialiseWorkspace(ports, root);
      return { workspace: await open(root), created };
    },
    settled: async () => {
      for (const { renderings } of opened) await renderings.settled();
    },
    userProfiles: () => readUserProfiles(),
    consents: () => readConsents(env),
    keepConsent: (key, agreed) => (agreed ? addConsent(env, key) : removeConsent(env, key)),
    proveAgents: async (agents, told) => {
      // A bundle of its own: nobody else needs it.
      const { proveAgents } = await import('./doctor.js');
      return proveAgents(agents, resources(), told);
    },
    runAgent: async (plan) => {
      const own = resources();
      await ensureCommandShim(own.binFolder, own);
      return runInForeground({
        ...plan,
        keepOutputFree: options.json,
        beatMs: beatIntervalMs,
        onBeatError: (error) => log.warn(`Beat failed: ${String(error)}`),
      });
    },
  };
}

async function readText(path: string, cwd: string): Promise<string> {
  try {
    if (path === '-') return limited(path, await text(process.stdin));
    const file = resolve(cwd, path);
    // Asked before reading, so that a huge file is refused without being read.
    if ((await stat(file)).size > maxTextBytes) throw tooLarge(path);
    return limited(path, await readFile(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof BatonError) throw cause;
    throw new BatonError('not_found', `${path} cannot be read`, { cause });
  }
}

function limited(path: string, content: string): string {
  if (content.length > maxTextBytes) throw tooLarge(path);
  return content;
}

function tooLarge(path: string): BatonError {
  return new BatonError('too_large', `${path} is larger than 1 MB`);
}

/** The person's own agents: one JSON object, agent id to profile, outside any repository. */
async function readUserProfiles(): Promise<unknown> {
  const path = userConfigFile(env);
  const source = await readFile(path, 'utf8').catch(() => undefined);
  if (source === undefined) return undefined;
  try {
    return profilesById(JSON.parse(source));
  } catch (cause) {
    throw new BatonError('invalid_config', `${path} is not valid JSON`, { cause });
  }
}

/** How long an agent may be kept waiting for what it writes to a hook, and for the hook in all. */
const hookInput = { maxBytes: 1024 * 1024, deadlineMs: 1_500 };
const hookDeadlineMs = 4_000;

/** A hook fails open: whatever goes wrong, the agent hears nothing and goes on (cli/commands/hook.ts). */
async function callHook(argv: readonly string[]): Promise<void> {
  const verbose = argv.includes('--verbose');
  const leave = (error?: unknown) => {
    if (verbose && error !== undefined) process.stderr.write(`${String(error)}\n`);
    process.exit(0);
  };
  process.on('uncaughtException', leave);
  setTimeout(leave, hookDeadlineMs, 'The hook took too long');
  try {
    const words = readWords(argv);
    const answer = words === undefined ? '' : await answerHook(words, verbose);
    if (answer !== '') await new Promise((written) => process.stdout.write(answer, written));
    leave();
  } catch (error) {
    leave(error);
  }
}

function isHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

async function answerHook(words: HookWords, verbose: boolean): Promise<string> {
  const context = makeContext({ json: false, root: undefined, verbose }, verbose ? 'debug' : 'error');
  const answer = await runHook(words, {
    env,
    stdin: () => readInput(process.stdin, hookInput),
    workspace: () => context.workspace({ asFound: true }),
    findProcess: callingProgram,
  });
  await context.settled();
  return answer;
}

// `baton task list | head` closes the pipe when it has seen enough: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

if (process.argv[2] === 'hook' && !isHelp(process.argv)) void callHook(process.argv.slice(3));
else {
  run(process.argv.slice(2), makeContext).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
