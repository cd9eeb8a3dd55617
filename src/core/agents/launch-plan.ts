/**
 * Turns a profile and a launch into a plan: a program, an argument array, an environment and private files, without a
 * shell. Task text is in none of them; it travels in the packet file (product.md section 6; agents.md section 14).
 */
import { BatonError } from '../base/baton-error';
import type {
  AgentProfile,
  LaunchArg,
  LaunchFile,
  LaunchPlan,
  LaunchRef,
  LaunchText,
} from '../model/agent-profile';
import type { TaskId } from '../model/task';
import { hookLinesOf } from './hook-line';
import { launchText, launchValue, type TextScope } from './launch-text';
import { batonCommand, type LaunchTools, protocolFile, runFolder, setUpFolder } from './launch-tools';
import { checkLaunchSize, checkLaunchValue } from './launch-value';
import { partsToRead } from './packet-parts';
import { startPrompt } from './prompt';

export interface Launch {
  readonly taskId: TaskId;
  /** Absolute paths. */
  readonly taskFile: string;
  readonly root: string;
  readonly cwd: string;
  readonly packet: string;
  /** What stands in it. */
  readonly packetText: string;
  /** The constant protocol: the whole text, and its heart in one line. */
  readonly protocol: { readonly text: string; readonly line: string };
  readonly sessionId: string;
  readonly sessionNumber: number;
  /** The task has had a session before, of whichever agent. */
  readonly resume: boolean;
  /** The agent's own session to continue; undefined for a new one of its own. */
  readonly nativeSessionId?: string | undefined;
  readonly mode: 'interactive' | 'headless';
  /** Hand Baton's hooks to the agent, where its profile has some. */
  readonly hooks: boolean;
  /** The program to start, as `findExecutable` found it. */
  readonly executable: string;
  readonly tools: LaunchTools;
  /** Variables by which agents mark their children (`childMarkers` of all profiles); taken away. */
  readonly markers: readonly string[];
  readonly sha256: (text: string) => string;
  /** Added by the surface (settings of the demonstration agent); Baton's own variables win over it. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Switches of runtimes, and marks that several agents share; taken away from every agent besides `markers`. */
export const scrubbedVariables: readonly string[] = [
  'AGENT',
  'AI_AGENT',
  'ELECTRON_RUN_AS_NODE',
  'NODE_OPTIONS',
];

/**
 * The exact plan. Pure: the same profile and launch give the same plan.
 *
 * **Invariant:** no argument and no environment value of a plan holds `${`, NUL or a line break.
 *
 * @throws `launch_refused` when a value would not arrive as it is, or the agent cannot be started that way;
 *   `invalid_config` when the profile makes no sense
 */
export function launchPlan(profile: AgentProfile, launch: Launch): LaunchPlan {
  const hooks = launch.hooks && profile.hooks !== undefined;
  const scope = launchScope(profile, launch);
  const args = argumentsFor(profile, launch).flatMap((arg) => argumentTexts(arg, hooks, scope));
  const env = environment(profile, launch, hooks, scope);
  checkPlan(profile, launch, args, env);
  return {
    executable: launch.executable,
    args,
    env,
    cwd: launch.cwd,
    ...stdinOf(profile, launch, scope),
    title: `#${launch.taskId} session ${launch.sessionNumber} · ${profile.label}`,
    agent: profile.id,
    sessionId: launch.sessionId,
    mode: launch.mode,
    files: privateFiles(profile, launch, hooks, scope),
    hooks,
  };
}

/** Whether the agent can continue a session of its own in that mode, with a prompt. */
export function canContinue(profile: AgentProfile, mode: Launch['mode']): boolean {
  return (mode === 'headless' ? profile.headless?.resumeArgs : profile.resumeArgs) !== undefined;
}

function argumentsFor(profile: AgentProfile, { mode, nativeSessionId }: Launch): readonly LaunchArg[] {
  const way = mode === 'headless' ? profile.headless : profile;
  if (way === undefined) {
    throw new BatonError('launch_refused', `${profile.label} cannot run without a person`, {
      hint: 'Launch it in a terminal, or choose another agent.',
    });
  }
  if (nativeSessionId === undefined) return way.args;
  if (way.resumeArgs !== undefined) return way.resumeArgs;
  throw new BatonError('launch_refused', `${profile.label} cannot continue a session of its own`, {
    hint: 'Launch it afresh: the packet tells it where to go on.',
  });
}

function argumentTexts(arg: LaunchArg, hooks: boolean, scope: TextScope): readonly string[] {
  if (typeof arg === 'string' || !('if' in arg)) return [launchText(arg, scope)];
  return hooks ? arg.args.map((one) => launchText(one, scope)) : [];
}

function stdinOf(profile: AgentProfile, { mode }: Launch, scope: TextScope): { readonly stdin?: string } {
  if (mode !== 'headless' || profile.headless?.promptVia !== 'stdin') return {};
  return { stdin: launchText({ ref: 'prompt' }, scope) };
}

function launchScope(profile: AgentProfile, launch: Launch): TextScope {
  const { tools } = launch;
  const folder = runFolder(tools, launch.sessionId);
  return {
    profile: profile.id,
    refs: refsOf(profile, launch),
    files: Object.fromEntries(
      Object.entries(profile.files).map(([name, { path }]) => [name, `${folder}/${path}`]),
    ),
    ...hookLinesOf(profile, tools),
    sha256: launch.sha256,
  };
}

function refsOf(profile: AgentProfile, launch: Launch): Partial<Record<LaunchRef, string>> {
  const { tools, nativeSessionId } = launch;
  const folder = runFolder(tools, launch.sessionId);
  const continued = nativeSessionId !== undefined;
  return {
    prompt: startPrompt({
      packetPath: launch.packet,
      resume: launch.resume,
      continued,
      parts: partsToRead(launch.packetText, profile.readsAtMost),
    }),
    packet: launch.packet,
    protocolFile: protocolFile(folder),
    protocolText: launch.protocol.text,
    protocolLine: launch.protocol.line,
    taskId: launch.taskId,
    sessionId: launch.sessionId,
    ...(continued && { nativeSessionId }),
    workspace: launch.root,
    runFolder: folder,
    setUpFolder: setUpFolder(tools, profile.id),
    node: tools.node,
    demoAgent: tools.demoAgent,
    batonCli: tools.cli,
    baton: batonCommand(tools),
    hookLibrary: tools.hookLibrary,
    home: tools.home,
  };
}

function privateFiles(
  profile: AgentProfile,
  launch: Launch,
  hooks: boolean,
  scope: TextScope,
): LaunchPlan['files'] {
  const folder = runFolder(launch.tools, launch.sessionId);
  const own = Object.values(profile.files).filter((file) => file.if === undefined || hooks);
  return [
    { path: protocolFile(folder), text: launch.protocol.text },
    ...own.map((file) => ({ path: `${folder}/${file.path}`, text: fileText(file, scope) })),
  ];
}

/** Contents of a file that a profile describes. */
export function fileText({ json, text }: LaunchFile, scope: TextScope): string {
  if (json !== undefined) return `${JSON.stringify(launchValue(json, scope), null, 2)}\n`;
  return (text ?? []).map((line: LaunchText) => `${launchText(line, scope)}\n`).join('');
}

/** Later entries win: scrubbing, the runtime's needs, the surface, the profile, and Baton's own last. */
function environment(
  profile: AgentProfile,
  launch: Launch,
  hooks: boolean,
  scope: TextScope,
): Readonly<Record<string, string | null>> {
  const { tools } = launch;
  const scrubbed = [...scrubbedVariables, ...launch.markers, ...profile.childMarkers, ...profile.envUnset];
  const own = Object.entries({ ...profile.env, ...(hooks && profile.hookEnv) });
  return {
    ...Object.fromEntries(scrubbed.map((name) => [name, null])),
    ...(launch.executable === tools.node ? tools.nodeEnv : {}),
    ...launch.env,
    ...Object.fromEntries(own.map(([name, text]) => [name, launchText(text, scope)])),
    BATON_ROOT: launch.root,
    BATON_TASK_ID: launch.taskId,
    BATON_TASK_FILE: launch.taskFile,
    BATON_SESSION_ID: launch.sessionId,
    BATON_PACKET: launch.packet,
    BATON_COMMAND: batonCommand(tools),
    PATH: withFolderInFront(tools),
  };
}

function withFolderInFront({ binFolder, path, pathDelimiter }: LaunchTools): string {
  const rest = path.split(pathDelimiter).filter((folder) => folder !== '' && folder !== binFolder);
  return [binFolder, ...rest].join(pathDelimiter);
}

function checkPlan(
  profile: AgentProfile,
  launch: Launch,
  args: readonly string[],
  env: LaunchPlan['env'],
): void {
  checkLaunchValue('The path of the program', launch.executable);
  checkLaunchValue('The folder to start in', launch.cwd);
  for (const [index, arg] of args.entries())
    checkLaunchValue(`Argument ${index + 1} of ${profile.label}`, arg);
  checkLaunchSize(`The command of ${profile.label}`, args);
  for (const [name, value] of Object.entries(env)) {
    if (value !== null) checkLaunchValue(`The variable ${name}`, value);
  }
}
