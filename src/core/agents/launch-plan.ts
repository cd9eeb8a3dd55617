/**
 * Turns a profile and a launch into a plan: a program, an argument array and an environment, without a shell.
 * Task text is in none of them; it travels in the packet file (product.md section 6; agents.md section 14).
 */
import { BatonError } from '../base/baton-error';
import type { AgentProfile, LaunchArg, LaunchPlan, LaunchRef } from '../model/agent-profile';
import type { TaskId } from '../model/task';
import type { Processes } from '../ports';
import { checkLaunchSize, checkLaunchValue } from './launch-value';
import { startPrompt } from './prompt';

/** What ships with Baton or belongs to this machine; absolute paths. */
export interface LaunchTools {
  /** Runs bundled programs: Node, or the editor's own runtime. */
  readonly node: string;
  /** What `node` needs in its environment to behave as Node. */
  readonly nodeEnv: Readonly<Record<string, string>>;
  readonly demoAgent: string;
  readonly cli: string;
  /** Holds the `baton` command. */
  readonly binFolder: string;
  /** PATH as agents would inherit it, and its separator. */
  readonly path: string;
  readonly pathDelimiter: ':' | ';';
}

export interface Launch {
  readonly taskId: TaskId;
  /** Absolute paths. */
  readonly taskFile: string;
  readonly root: string;
  readonly cwd: string;
  readonly packet: string;
  readonly protocolFile: string;
  readonly sessionId: string;
  readonly sessionNumber: number;
  readonly resume: boolean;
  /** The program to start, as `findExecutable` found it. */
  readonly executable: string;
  readonly tools: LaunchTools;
  /** Added by the surface (settings of the demonstration agent); Baton's own variables win over it. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Taken away from every agent: marks by which an agent takes itself for the child of another, and runtime switches
 * of the editor. Source: agents.md, section 14 and row 8 of each agent.
 */
export const scrubbedVariables: readonly string[] = [
  'AGENT',
  'AI_AGENT',
  'CLAUDECODE',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SESSION_ATTENDED',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_PID',
  'CODEX_CI',
  'CODEX_SANDBOX_NETWORK_DISABLED',
  'CODEX_SESSION_ID',
  'CODEX_THREAD_ID',
  'CODEX_TOOL_CALL_ID',
  'COPILOT_AGENT_SESSION_ID',
  'COPILOT_CLI',
  'ELECTRON_RUN_AS_NODE',
  'GEMINI_CLI',
  'GEMINI_SESSION_ID',
  'NODE_OPTIONS',
  'OPENCODE',
  'OPENCODE_PID',
  'QWEN_CODE',
  'QWEN_CODE_SESSION_ID',
];

/**
 * The first of the profile's programs that exists here, as an absolute path.
 *
 * @throws `agent_missing` when none does
 */
export async function findExecutable(
  profile: AgentProfile,
  processes: Pick<Processes, 'which'>,
  tools: Pick<LaunchTools, 'node' | 'demoAgent' | 'cli'>,
): Promise<string> {
  const names = profile.executables.map((one) =>
    typeof one === 'string' ? one : toolRef(one.ref, tools, profile),
  );
  for (const name of names) {
    const found = await processes.which(name);
    if (found !== undefined) return found;
  }
  throw new BatonError(
    'agent_missing',
    `${profile.label} is not installed (looked for ${names.join(', ')})`,
    {
      hint: profile.install
        ? `Install it: ${profile.install}`
        : 'Install it, or correct its profile in the settings.',
    },
  );
}

/**
 * The exact plan. Pure: the same profile and launch give the same plan.
 *
 * **Invariant:** no argument and no environment value of a plan holds `${`, NUL or a line break.
 *
 * @throws `launch_refused` when a value would not arrive as it is
 */
export function launchPlan(profile: AgentProfile, launch: Launch): LaunchPlan {
  const refs = refValues(launch);
  const args = profile.args.map((arg) => resolve(arg, refs));
  const env = environment(profile, launch, refs);
  checkLaunchValue('The path of the program', launch.executable);
  checkLaunchValue('The folder to start in', launch.cwd);
  for (const [index, arg] of args.entries())
    checkLaunchValue(`Argument ${index + 1} of ${profile.label}`, arg);
  checkLaunchSize(`The command of ${profile.label}`, args);
  for (const [name, value] of Object.entries(env)) {
    if (value !== null) checkLaunchValue(`The variable ${name}`, value);
  }
  return {
    executable: launch.executable,
    args,
    env,
    cwd: launch.cwd,
    title: `#${launch.taskId} session ${launch.sessionNumber} · ${profile.label}`,
    agent: profile.id,
    sessionId: launch.sessionId,
  };
}

type RefValues = Readonly<Record<LaunchRef, string>>;

function refValues(launch: Launch): RefValues {
  return {
    prompt: startPrompt({ packetPath: launch.packet, resume: launch.resume }),
    packet: launch.packet,
    protocolFile: launch.protocolFile,
    sessionId: launch.sessionId,
    workspace: launch.root,
    node: launch.tools.node,
    demoAgent: launch.tools.demoAgent,
    batonCli: launch.tools.cli,
  };
}

function resolve(arg: LaunchArg, refs: RefValues): string {
  if (typeof arg === 'string') return arg;
  if ('ref' in arg) return refs[arg.ref];
  return arg.join.map((piece) => (typeof piece === 'string' ? piece : refs[piece.ref])).join('');
}

/** Later entries win: scrubbing, the runtime's needs, the surface, the profile, and Baton's own last. */
function environment(
  profile: AgentProfile,
  launch: Launch,
  refs: RefValues,
): Readonly<Record<string, string | null>> {
  const scrubbed = [...scrubbedVariables, ...profile.envUnset].map((name) => [name, null] as const);
  const own = Object.entries(profile.env).map(([name, piece]) => [name, resolve(piece, refs)] as const);
  return {
    ...Object.fromEntries(scrubbed),
    ...(launch.executable === launch.tools.node ? launch.tools.nodeEnv : {}),
    ...launch.env,
    ...Object.fromEntries(own),
    BATON_ROOT: launch.root,
    BATON_TASK_ID: launch.taskId,
    BATON_TASK_FILE: launch.taskFile,
    BATON_SESSION_ID: launch.sessionId,
    BATON_PACKET: launch.packet,
    PATH: withFolderInFront(launch.tools),
  };
}

function withFolderInFront({ binFolder, path, pathDelimiter }: LaunchTools): string {
  const rest = path.split(pathDelimiter).filter((folder) => folder !== '' && folder !== binFolder);
  return [binFolder, ...rest].join(pathDelimiter);
}

function toolRef(
  ref: LaunchRef,
  tools: Pick<LaunchTools, 'node' | 'demoAgent' | 'cli'>,
  profile: AgentProfile,
): string {
  if (ref === 'node') return tools.node;
  if (ref === 'demoAgent') return tools.demoAgent;
  if (ref === 'batonCli') return tools.cli;
  throw new BatonError('invalid_config', `The profile ${profile.id} names "${ref}" as its program`, {
    hint: 'A program is a name, an absolute path, or the reference "node".',
  });
}
