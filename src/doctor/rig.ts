/**
 * Everything a proof of one agent needs: a private home, a git repository with a Baton workspace, a model server on
 * loopback, and the real `baton` as a process in between. Nothing reaches the person's home, account or network names.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { AgentProfile } from '../core/model/agent-profile';
import { userConfigFile } from '../node/user-config';
import { type Finished, type Running, startBounded } from './bounded-process';
import { endLeftBehind, markVariable } from './left-behind';
import { ModelServer } from './model-server';
import {
  type ProbeSurroundings,
  probedProfile,
  probeEnvironment,
  probeFiles,
  probeSetUp,
} from './probe-profile';

export interface RigTools {
  /** Runs the command line: Node, or the editor's own runtime with `nodeEnv`. */
  readonly node: string;
  readonly nodeEnv: Readonly<Record<string, string>>;
  /** The bundled command line. */
  readonly cli: string;
  /** PATH of the surroundings: git and the agents' interpreters are found by it. */
  readonly path: string;
}

/** An agent as it is installed here. */
export interface InstalledAgent {
  readonly profile: AgentProfile;
  /** Absolute path of its program. */
  readonly executable: string;
}

export interface Rig {
  /** The workspace folder. */
  readonly root: string;
  /** The private home of everything that is started. */
  readonly home: string;
  readonly model: ModelServer;
  /** Runs the command line to its end. */
  baton(args: readonly string[], limitMs?: number): Promise<Finished>;
  /** The same with `--json`, and answers the document's `data`. Throws when it was refused. */
  json(args: readonly string[], limitMs?: number): Promise<unknown>;
  /** Starts the command line without waiting. */
  start(args: readonly string[], limitMs?: number): Running;
  /** Runs any program in the same surroundings. */
  run(program: string, args: readonly string[], limitMs?: number): Promise<Finished>;
  /** Ends all that was started and removes all that was made. */
  close(): Promise<void>;
}

/** Milliseconds that one command may take where nothing else is said. */
const usualLimitMs = 60_000;

export interface RigOptions {
  /** Milliseconds that a command may take from now on; also those of the preparation itself. */
  readonly limit?: () => number;
  /** Name of the workspace folder. */
  readonly project?: string;
}

/**
 * Prepares the proof of some agents.
 *
 * @param agents all with probe data
 * @throws when git is missing or an agent's own preparation fails
 */
export async function openRig(
  agents: readonly InstalledAgent[],
  tools: RigTools,
  { limit = () => usualLimitMs, project = 'project' }: RigOptions = {},
): Promise<Rig> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'baton-proof-')));
  const mark = randomUUID();
  const model = new ModelServer(agents.flatMap(({ profile }) => profile.probe?.aside ?? []));
  const modelUrl = await model.listen();
  const close = async () => {
    try {
      await endLeftBehind(mark);
    } finally {
      // Left open, it would keep the process.
      await model.close();
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const around = { home: join(folder, 'home'), workspace: join(folder, project), modelUrl };
    const env = privateEnvironment(folder, around, mark, tools);
    const rig = commands(around, { model, close }, env, tools, limit);
    await prepare(rig, around, env, agents, limit);
    return rig;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Nothing of the surroundings but where programs are, and what Windows needs to start any. */
function privateEnvironment(
  folder: string,
  { home }: ProbeSurroundings,
  mark: string,
  { node, path, nodeEnv }: RigTools,
): Record<string, string> {
  const system = ['SystemRoot', 'SYSTEMROOT', 'ComSpec', 'PATHEXT', 'windir'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const identity = { NAME: 'Baton proof', EMAIL: 'proof@example.invalid' };
  const git = Object.entries(identity).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value] as const,
    [`GIT_COMMITTER_${key}`, value] as const,
  ]);
  return {
    ...Object.fromEntries(system),
    ...Object.fromEntries(git),
    // Agents written in JavaScript look for `node`; the one that runs us is there and new enough.
    PATH: [...(Object.keys(nodeEnv).length === 0 ? [dirname(node)] : []), path].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'roaming'),
    LOCALAPPDATA: join(home, 'local'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    TMPDIR: join(folder, 'tmp'),
    TEMP: join(folder, 'tmp'),
    TMP: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    GIT_CONFIG_NOSYSTEM: '1',
    NO_PROXY: '127.0.0.1',
    [markVariable]: mark,
    ...nodeEnv,
  };
}

function commands(
  { home, workspace }: ProbeSurroundings,
  ends: Pick<Rig, 'model' | 'close'>,
  env: Readonly<Record<string, string>>,
  tools: RigTools,
  limit: () => number,
): Rig {
  const start = (args: readonly string[], limitMs = limit()) =>
    startBounded(tools.node, [tools.cli, ...args], { cwd: workspace, env, limitMs });
  const baton = (args: readonly string[], limitMs?: number) => start(args, limitMs).ended;
  return {
    root: workspace,
    home,
    ...ends,
    start,
    baton,
    run: (program, args, limitMs = limit()) =>
      startBounded(program, args, { cwd: workspace, env, limitMs }).ended,
    json: async (args, limitMs) => answered(await baton([...args, '--json'], limitMs), args),
  };
}

async function prepare(
  rig: Rig,
  around: ProbeSurroundings,
  env: Readonly<Record<string, string>>,
  agents: readonly InstalledAgent[],
  limit: () => number,
): Promise<void> {
  for (const path of [around.home, around.workspace, env['TMPDIR']]) {
    if (path !== undefined) await mkdir(path, { recursive: true });
  }
  succeeded(await rig.run('git', ['init', '-q', '-b', 'main']), 'git init');
  const own = agents.map(({ profile, executable }) => [
    profile.id,
    probedProfile(profile, executable, around),
  ]);
  await writeWithFolder(userConfigFile(env), JSON.stringify(Object.fromEntries(own)));
  succeeded(await rig.baton(['init']), 'baton init');
  for (const agent of agents) await prepareAgent(rig, around, env, agent, limit);
}

/** What the agent itself wants before it runs: settings in its home, a provider, a key that opens nothing. */
async function prepareAgent(
  rig: Rig,
  around: ProbeSurroundings,
  env: Readonly<Record<string, string>>,
  { profile, executable }: InstalledAgent,
  limit: () => number,
): Promise<void> {
  const { id, label, probe } = profile;
  if (!probe) throw new RangeError(`${id} has no probe data`);
  for (const { path, text } of probeFiles(id, probe, around)) {
    await writeWithFolder(join(around.home, path), text);
  }
  const added = probeEnvironment(probe, around).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  for (const args of probeSetUp(id, probe, around)) {
    const options = { cwd: rig.root, env: { ...env, ...Object.fromEntries(added) }, limitMs: limit() };
    succeeded(await startBounded(executable, args, options).ended, `The preparation of ${label}`);
  }
  // The home is private and gone afterwards, so the question for the person has no one to protect here.
  if (profile.hooks?.consent)
    succeeded(await rig.baton(['agents', 'trust', id, '--yes']), `Trusting ${label}`);
}

async function writeWithFolder(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function succeeded({ code, late, stdout, stderr }: Finished, what: string): void {
  if (code === 0) return;
  const why = late ? 'took too long' : `failed (exit code ${code})`;
  throw new Error(`${what} ${why}: ${`${stdout}\n${stderr}`.trim().slice(-600)}`);
}

function answered({ stdout, stderr }: Finished, args: readonly string[]): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`baton ${args.join(' ')} gave no JSON: ${stdout}\n${stderr}`, { cause });
  }
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'data' in answer &&
    Reflect.get(answer, 'ok') === true
  ) {
    return answer.data;
  }
  throw new Error(`baton ${args.join(' ')} was refused: ${stdout}`);
}
