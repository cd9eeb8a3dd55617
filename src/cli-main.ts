/** Composition root of the command line. Reads the surroundings once, runs one command, sets the exit code. */
import { resolve } from 'node:path';
import type { answerChat } from './chat-call';
import type { CliContext } from './cli/context';
import { type HookWords, named, readWords } from './cli/hook-words';
import { type GlobalOptions, run } from './cli/run';
import { taskRowText } from './cli/task-row-text';
import { BatonError } from './core/base/baton-error';
import { initialiseWorkspace } from './core/operations/initialise-workspace';
import { offVariable, switchesIn } from './core/operations/switches';
import { type Acting, type BatonWorkspace, openWorkspace, type Resources } from './core/operations/workspace';
import type { Ports } from './core/ports';
import { defaultIntervals } from './core/sessions/intervals';
import { Locks } from './core/store/lock';
import type { ToolAnswer } from './mcp/call-tool';
import type { ServeOptions } from './mcp-server';
import { armTimer } from './node/arm-timer';
import { askPerson, personAtTerminal } from './node/ask-person';
import { changeBackgroundChoice, choicesLockFolder, readBackgroundChoice } from './node/background-choices';
import { runInBackground } from './node/background-program';
import { callingProgram } from './node/calling-program';
import { ensureCommandShim } from './node/command-shim';
import { addConsent, readConsents, removeConsent } from './node/consents';
import { failOpen, hookInput } from './node/fail-open';
import { findWorkspaceRoot } from './node/find-workspace-root';
import { runInForeground } from './node/foreground-program';
import { installation, installedVersion } from './node/installation';
import { nextCronTime } from './node/next-cron-time';
import { NodeDatabases, sqliteChoice } from './node/node-databases';
import { nodePorts } from './node/node-ports';
import { portablePath } from './node/portable-path';
import { runningBuild } from './node/running-build';
import { fsPromises } from './node/slow-modules';
import { printLine, unread } from './node/standard-output';
import { startBackgroundRun } from './node/start-background-run';
import { type LogLevel, stderrLogger } from './node/stderr-logger';
import { readUserAgents } from './node/user-agents';
import { runCommandLine } from './node/verify-program';
import { watchFolder } from './node/watch-folder';

/** Over this a text file named on the command line is refused: a state file takes no such thing. */
const maxTextBytes = 1024 * 1024;

const env = process.env;
const noDisposable = { dispose: () => undefined };

/** How an agent that this process has started is watched. */
const watching = { beatMs: defaultIntervals.beatMs, firmMs: defaultIntervals.stopFirmMs };

function resources(): Resources {
  return installation(__dirname, env);
}

function acting(): Acting {
  const session = named(env, 'BATON_SESSION_ID');
  // A command line inside a launched agent's terminal speaks for that agent.
  const off = switchesIn(env[offVariable]);
  return { actor: session === undefined ? 'person' : 'agent', surface: 'cli', session, off };
}

function makeContext(
  options: GlobalOptions,
  least: LogLevel = options.verbose ? 'debug' : 'warn',
): CliContext {
  const log = stderrLogger(least);
  const databases = new NodeDatabases(log, sqliteChoice(env['BATON_SQLITE']));
  const ports: Ports = { ...nodePorts(log, { blockingReads: true }), databases };
  const cwd = process.cwd();
  const asked = options.root ?? named(env, 'BATON_ROOT');
  const opened: BatonWorkspace[] = [];
  const open = async (root: string, how: { readonly asFound?: boolean } = {}) => {
    const workspace = await openWorkspace(ports, root, resources(), acting(), {
      ...how,
      rowText: taskRowText,
      relevant: async (of, task) =>
        (await import('./core/operations/relevant-memory')).relevantMemory(of, task),
    });
    opened.push(workspace);
    for (const problem of workspace.configProblems) log.warn(problem);
    return workspace;
  };
  return {
    cwd,
    env,
    json: options.json,
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
    machine: () => ({ ports, resources: resources() }),
    settled: async () => {
      for (const { renderings } of opened) await renderings.settled();
    },
    userProfiles: async () => {
      // Its schemas take milliseconds to make, and few verbs need an agent.
      const { profilesById } = await import('./core/agents/profiles');
      return profilesById(await readUserAgents(env));
    },
    consents: () => readConsents(env),
    keepConsent: (key, agreed) => (agreed ? addConsent(env, key) : removeConsent(env, key)),
    ask: !options.json && personAtTerminal() ? askPerson : undefined,
    runCommandLine,
    backgroundChoice: (root) => readBackgroundChoice(env, root),
    keepBackgroundChoice: (root, change) =>
      changeBackgroundChoice(env, root, change, new Locks(ports, choicesLockFolder(env))),
    proveAgents: async (agents, told) => {
      // A bundle of its own: nobody else needs it.
      const { proveAgents } = await import('./doctor.js');
      return proveAgents(agents, resources(), told);
    },
    prepareCommand: () => {
      const own = resources();
      return ensureCommandShim(own.binFolder, own);
    },
    version: () => installedVersion(__dirname),
    build: () => runningBuild(__filename),
    printLine,
    unread,
    watchFolder: (path, changed) => {
      const lost = (error: unknown) => log.debug(`${path} is not watched: ${String(error)}`);
      try {
        return watchFolder(path, changed, lost);
      } catch (error) {
        lost(error);
        return noDisposable;
      }
    },
    serveMcp: async ({ readOnly, supervise }) => {
      const roots = options.root === undefined ? [] : [options.root];
      await serveMcp({ readOnly, supervise, roots, verbose: options.verbose });
    },
    runInBackground: async (run) => {
      const own = resources();
      await ensureCommandShim(own.binFolder, own);
      const onBeatError = (error: unknown) => log.warn(`Beat failed: ${String(error)}`);
      return runInBackground({ ...run, ...watching, onBeatError });
    },
    startRun: async (root, entry) => {
      await startBackgroundRun(resources(), root, entry);
    },
    nextCronTime: (expression, after) => nextCronTime(expression, after),
    arm: armTimer,
    stopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
      }),
    runAgent: async (plan) => {
      const own = resources();
      await ensureCommandShim(own.binFolder, own);
      return runInForeground({
        ...plan,
        keepOutputFree: options.json,
        ...watching,
        onTrouble: (error) => log.warn(`The agent runs on, but: ${String(error)}`),
      });
    },
  };
}

async function readText(path: string, cwd: string): Promise<string> {
  try {
    if (path === '-') return limited(path, await readStdin());
    const file = resolve(cwd, path);
    // Asked before reading, so that a huge file is refused without being read.
    if ((await fsPromises().stat(file)).size > maxTextBytes) throw tooLarge(path);
    return limited(path, await fsPromises().readFile(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof BatonError) throw cause;
    throw new BatonError('not_found', `${path} cannot be read`, { cause });
  }
}

async function readStdin(): Promise<string> {
  // Takes milliseconds to load, and most verbs read no input.
  const { text } = await import('node:stream/consumers');
  return text(process.stdin);
}

function limited(path: string, content: string): string {
  if (content.length > maxTextBytes) throw tooLarge(path);
  return content;
}

function tooLarge(path: string): BatonError {
  return new BatonError('too_large', `${path} is larger than 1 MB`);
}

/** A call that wants no more than to be heard does not come here (cli.ts). */
async function callHook(argv: readonly string[]): Promise<void> {
  const verbose = argv.includes('--verbose');
  const words = readWords(argv);
  await failOpen(async () => (words === undefined ? '' : answerHook(words, verbose)), verbose);
}

function isHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

async function answerHook(words: HookWords, verbose: boolean): Promise<string> {
  const { runHook } = await import('./cli/commands/hook');
  const context = makeContext({ json: false, root: undefined, verbose }, verbose ? 'debug' : 'error');
  const answer = await runHook(words, {
    env,
    stdin: hookInput,
    workspace: () => context.workspace({ asFound: true }),
    findProcess: callingProgram,
  });
  await context.settled();
  return answer;
}

/** Runs the verb that this process was started for and sets its exit code. */
export function runVerb(): void {
  // `baton task list | head` closes the pipe when it has seen enough: that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  if (process.argv[2] === 'hook' && !isHelp(process.argv)) {
    void callHook(process.argv.slice(3));
    return;
  }
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

/** Resolves when the client has gone. */
export async function serveMcp(options: ServeOptions): Promise<void> {
  const { serve } = await import('./mcp-server');
  await serve(options);
}

/** A tool of the editor's chat: the window loads this bundle at a model's first call, instead of having it all twice. */
export async function callChatTool(...call: Parameters<typeof answerChat>): Promise<ToolAnswer> {
  const { answerChat } = await import('./chat-call');
  return answerChat(...call);
}
