/**
 * How one agent's command line is driven, as data: one validated file per agent (media/agents/*.json). One
 * engine turns a profile and a launch into an argument array, an environment and private files; no code knows an
 * agent by name. Source: agents.md section 14.
 */
import * as z from 'zod/mini';
import { defaultContextLimit, type HookEvent, hookDialects, hookEvents } from './hook';
import { isLinearPattern } from './linear-pattern';

/** Values a profile may refer to. Task text is not among them: it travels in the packet file only. */
export const launchRefs = [
  'prompt', // one short line that names the packet
  'packet', // absolute path of the packet
  'protocolFile', // absolute path of the constant protocol text
  'protocolText', // the constant protocol itself, of many lines: in files, `json` and `toml` only
  'protocolLine', // its heart in one line, for agents that take it as an argument only
  'taskId', // id of the task
  'sessionId', // UUID of the session
  'nativeSessionId', // the agent's own id of the session to continue; only in `resume`
  'workspace', // absolute path of the workspace folder
  'runFolder', // absolute path of the launch's private folder, which holds `files`
  'setUpFolder', // absolute path of the agent's own lasting folder, which holds `consent.setUp.files`
  'node', // a Node (or the editor's own runtime) that can run bundled programs
  'demoAgent', // absolute path of the bundled demonstration agent
  'batonCli', // absolute path of the bundled command line, to be run with `node`
  'baton', // absolute path of the `baton` command, which any process can run as it is
  'hookLibrary', // absolute path of the folder of bundled modules, for agents whose hooks are modules, not commands
  'home', // the person's home folder; in `probe` a private one
  'modelUrl', // only in `probe`: address of the loopback model server, without a slash at its end
] as const;
export type LaunchRef = (typeof launchRefs)[number];

/**
 * A text made when the agent is launched. A string stands for itself; the other forms:
 *
 * - `{"ref": "packet"}`: a value of the launch
 * - `{"file": "hooks"}`: absolute path of a private file of `files`
 * - `{"join": [text, …]}`: ONE text of several, as `--prompt=` + prompt
 * - `{"fileUrl": text}`: an absolute path as a `file:` address
 * - `{"hook": "stop"}`: the shell line that calls Baton's hook for an event, its path quoted; no task text is in it
 * - `{"lastingHook": "stop"}`: the same for a file that outlives the launch: `baton` is taken from the environment of
 *   the launch, and where there is none nothing runs
 * - `{"json": value}`, `{"toml": value}`: a value as JSON, or as an inline TOML value
 * - `{"sha256": value}`: `sha256:` and the hash of the value as JSON with sorted keys and no spaces
 *
 * `value` is any JSON in which these forms stand for texts.
 */
export type LaunchText =
  | string
  | { readonly ref: LaunchRef }
  | { readonly file: string }
  | { readonly join: readonly LaunchText[] }
  | { readonly fileUrl: LaunchText }
  | { readonly hook: HookEvent }
  | { readonly lastingHook: HookEvent }
  | { readonly json: LaunchValue }
  | { readonly toml: LaunchValue }
  | { readonly sha256: LaunchValue };
export type LaunchValue =
  | LaunchText
  | number
  | boolean
  | null
  | readonly LaunchValue[]
  | { readonly [key: string]: LaunchValue };

/** The words by which an object is one of the forms above; such an object in a `value` is never plain data. */
export const launchForms = [
  'ref',
  'file',
  'join',
  'fileUrl',
  'hook',
  'lastingHook',
  'json',
  'toml',
  'sha256',
] as const;

const text: z.ZodMiniType<LaunchText> = z.lazy(() =>
  z.union([
    z.string(),
    z.strictObject({ ref: z.enum(launchRefs) }),
    z.strictObject({ file: z.string() }),
    z.strictObject({ join: z.array(text).check(z.minLength(1)) }),
    z.strictObject({ fileUrl: text }),
    z.strictObject({ hook: z.enum(hookEvents) }),
    z.strictObject({ lastingHook: z.enum(hookEvents) }),
    z.strictObject({ json: value }),
    z.strictObject({ toml: value }),
    z.strictObject({ sha256: value }),
  ]),
);
const value: z.ZodMiniType<LaunchValue> = z.lazy(() =>
  z.union([text, z.number(), z.boolean(), z.null(), z.array(value), plainObject]),
);
const plainObject: z.ZodMiniType<Readonly<Record<string, LaunchValue>>> = z.lazy(() =>
  z
    .record(z.string(), value)
    .check(z.refine((object) => !isLaunchForm(object), 'a form that is not filled in right')),
);

/** Whether an object stands for a text that is made when the agent is launched. */
export function isLaunchForm(object: object): boolean {
  const keys = Object.keys(object);
  return keys.length === 1 && launchForms.some((form) => form === keys[0]);
}

/** A condition on a group of arguments. */
export const launchConditions = [
  'hooks', // the agent's hooks are used in this launch
] as const;

/** One element of the argument array, or a group of elements that is left out as a whole. */
const argument = z.union([
  text,
  z.strictObject({ if: z.enum(launchConditions), args: z.array(text).check(z.minLength(1)) }),
]);
export type LaunchArg = z.infer<typeof argument>;

const variable = z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/));
const environment = z.record(variable, text);

/** A private file of one launch, or of one probe. */
const launchFile = z.strictObject({
  /** Relative to the private folder, `/` as separator, never upwards. */
  path: z.string().check(z.regex(/^(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/)),
  /** Written as JSON. Else `text`, the lines of a text file. */
  json: z.optional(value),
  text: z.optional(z.array(text)),
  /** Only written when hooks are used. */
  if: z.optional(z.enum(launchConditions)),
});
export type LaunchFile = z.infer<typeof launchFile>;

/** How far the agent's instructions reach. The prompt that names the packet is sent in every case. */
const instructions = z.strictObject({
  channel: z.enum([
    'append', // added to the system prompt by a flag
    'folder', // a private folder of instruction files
    'config', // named by a private configuration
    'hook', // only what the start hook adds
    'prompt', // nothing but the prompt
  ]),
  /** A resumed session of the agent gets the text of this launch, not the one recorded at its first. */
  freshOnResume: z._default(z.boolean(), false),
  survivesCompaction: z._default(z.boolean(), false),
});

/** Absolute paths of a file, by platform as Node names it. */
const pathsByPlatform = z.record(z.string(), z.string());

const hooks = z.strictObject({
  /** How they reach the agent; in words for people, as "a settings file of this launch". */
  supply: z.string().check(z.minLength(1), z.maxLength(120)),
  dialect: z.enum(hookDialects),
  /** Those of Baton's events that this agent really fires. */
  events: z.array(z.enum(hookEvents)),
  /** Characters of context that reach the model whole. */
  contextLimit: z._default(z.int().check(z.minimum(200)), defaultContextLimit),
  /**
   * The start hook fires again after a compaction, so the facts arrive again: in the first request after it, or in the
   * second where the agent still sends those of the start with the first.
   */
  againAfterCompaction: z._default(z.boolean(), false),
  /** Its stop hook can ask the agent to go on; also when it runs without a person. */
  stop: z._default(z.enum(['asks', 'interactive', 'never']), 'asks'),
  /**
   * A file of an administrator that Baton's would hide from the agent. Where there is one, the agent is launched
   * without hooks.
   */
  hides: z._default(pathsByPlatform, {}),
  /**
   * Using these hooks answers a question of safety for the person, so Baton asks once, and again when `shows` changes.
   * Without consent the agent is launched without them.
   */
  consent: z.optional(
    z.strictObject({
      /** What is agreed to, in one plain sentence. */
      question: z.string().check(z.minLength(1), z.maxLength(300)),
      /** The command or file that is agreed to, shown as it is. */
      shows: text,
      /** Done once after consent, before the first launch. */
      setUp: z.optional(
        z.strictObject({
          /** Lasting files, below the agent's `setUpFolder`. */
          files: z._default(z.array(launchFile), []),
          /** Arguments to run the agent's own program with, when the files are there. */
          args: z.array(text).check(z.minLength(1)),
        }),
      ),
    }),
  ),
});
export type AgentHooks = z.infer<typeof hooks>;

const headless = z.strictObject({
  args: z.array(argument),
  /** Where the prompt goes; with `argv` it is in `args`. */
  promptVia: z.enum(['argv', 'stdin']),
  /** Continues the agent's own session without a person; absent where the agent cannot. */
  resumeArgs: z.optional(z.array(argument)),
});

/** Arguments that choose a cheap model, put in front of all others; and what the agent is called then. */
const economy = z.strictObject({
  label: z.string().check(z.minLength(1), z.maxLength(60)),
  args: z.array(z.string()).check(z.minLength(1)),
});

/** What an exit code of this agent means where it is not what everybody means by it. */
const exit = z.strictObject({
  /** Code 0 says that the work ended well. False: it is also given when the agent was interrupted or refused a tool. */
  trustworthy: z._default(z.boolean(), true),
  /** Code to meaning, in a few plain words, as `"53": "turn limit reached"`. */
  meanings: z._default(
    z.record(z.string().check(z.regex(/^\d{1,3}$/)), z.string().check(z.maxLength(80))),
    {},
  ),
});
export type ExitMap = z.infer<typeof exit>;

/** How its words about a limit name the time when it is over; the group `reset` of the pattern holds them. */
export const limitResets = [
  'epochSeconds', // 1749924000
  'clock', // 3pm, 15:30, 12:50am, or with a day: May 11th, 2026 1:36 PM; the machine's own time zone
  'duration', // 8h44m7s, 2 days 17 hours 14 minutes
  'iso', // 2026-07-22T07:06:58Z
] as const;
export type LimitReset = (typeof limitResets)[number];

/**
 * How the agent tells that its provider's usage limit is reached: by what it prints last, or by its exit code. Patterns
 * ignore case and are held against single lines. They must do in linear time, so they know no look-around, no
 * back-references, and repetition only as `?`, `{n}` and `{n,m}`.
 */
const limits = z.strictObject({
  exitCodes: z._default(z.array(z.int().check(z.minimum(1), z.maximum(255))).check(z.maxLength(10)), []),
  patterns: z
    .array(
      z.strictObject({
        pattern: z
          .string()
          .check(
            z.minLength(4),
            z.maxLength(300),
            z.refine(isLinearPattern, 'a pattern that is no regular expression, or could take too long'),
          ),
        /** Absent where the words do not name a time. */
        reset: z.optional(z.enum(limitResets)),
      }),
    )
    .check(z.maxLength(20)),
});
export type AgentLimits = z.infer<typeof limits>;

/** A tool of the agent's and its arguments, as its model would ask for it. */
const probeTool = z.strictObject({
  name: z.string(),
  namespace: z.optional(z.string()),
  arguments: z.record(z.string(), z.unknown()),
});

/** How the agent is proven offline: a private home, and a model server on loopback in the vendor's place. */
const probe = z.strictObject({
  env: z._default(environment, {}),
  /** Relative to the private home. */
  files: z._default(z.array(launchFile), []),
  /** Added in front of the arguments of a headless launch. */
  args: z._default(z.array(text), []),
  /** Run once in the private home before the first launch, with the agent's own program. */
  setUp: z._default(z.array(z.array(text)), []),
  /** The tool by which the agent reads a file, and its arguments with `"$path"` for the path. */
  readTool: z.optional(z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  /** The same for some of its lines, with `"$from"` and `"$to"` for the first and the last. */
  readPart: z.optional(z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  /** The tool by which it runs a shell line, with `"$command"`. */
  shellTool: z.optional(z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  /**
   * The steps by which the agent calls `task_show` of Baton's MCP server, the call itself last; some have to look for a
   * tool before they may call it. `namespace`: where the agent's protocol has a field of its own for the server.
   */
  mcpTools: z._default(z.array(probeTool), []),
  /** A text that marks a request which offers tools and yet is not the agent's own turn, as one for a summary. */
  aside: z.optional(z.string().check(z.minLength(1))),
  /** Input tokens of one answer after which the agent compacts its context; absent where it cannot be made to. */
  compactAt: z.optional(z.int().check(z.minimum(1))),
});
export type AgentProbe = z.infer<typeof probe>;

/** Where an agent's own settings name MCP servers. */
const mcpEntry = z.strictObject({
  /** Absolute path; `home` and `workspace` are known. */
  file: text,
  format: z.enum(['json', 'toml']),
  /** Keys down to Baton's entry, as `["mcpServers", "baton"]`. */
  at: z.array(z.string().check(z.regex(/^[A-Za-z0-9_.-]+$/))).check(z.minLength(1)),
  /** What stands there; `baton` is known besides. */
  entry: plainObject,
});
export type McpEntry = z.infer<typeof mcpEntry>;

/** How the agent gets Baton's MCP server. */
const mcp = z.strictObject({
  /**
   * How it gets the server with every launch, in words for people, as "a file of this launch"; it stands in `args`,
   * `files` and `env`. Absent where the agent takes servers from its settings only.
   */
  supply: z.optional(z.string().check(z.minLength(1), z.maxLength(120))),
  /** For sessions that Baton does not launch (`baton connect`): in the person's settings, for all projects. */
  person: z.optional(mcpEntry),
  /** In settings of the project, which may be committed: it must hold no path of this machine. */
  project: z.optional(mcpEntry),
  /**
   * Entries of other servers, for checking work (`VerificationTool`), beside Baton's and in the same files. They hold
   * no path and no secret: a token is named by its environment variable. `builtIn`: the agent brings it along.
   */
  tools: z._default(
    z.strictObject({
      browser: z.optional(z.union([plainObject, z.literal('builtIn')])),
      github: z.optional(z.union([plainObject, z.literal('builtIn')])),
    }),
    {},
  ),
});

export const agentProfileSchema = z.strictObject({
  schema: z.literal(1),
  id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)),
  label: z.string().check(z.minLength(1), z.maxLength(60)),
  /** Shown in the pick. */
  description: z._default(z.string().check(z.maxLength(200)), ''),
  lane: z._default(z.enum(['vip', 'economy']), 'vip'),
  /** For trials only: never chosen by itself for work in the background, though its lane would let it. */
  trial: z._default(z.boolean(), false),
  /** How to make it cheap: a second profile, `<id>-economy` of the lane `economy`, comes of it. */
  economy: z.optional(economy),
  /** Names or absolute paths to look for, in order; the first that exists is started. */
  executables: z
    .array(z.union([z.string().check(z.minLength(1)), z.strictObject({ ref: z.enum(launchRefs) })]))
    .check(z.minLength(1)),
  /** Ask the program for its version; empty where that says nothing about the agent. */
  versionArgs: z._default(z.array(z.string()), ['--version']),
  /** The version these data were verified with; a newer one is told, never refused. Empty: written from documents. */
  testedWith: z._default(z.string(), ''),
  /** Fresh start in a terminal: the prompt is delivered as the profile says, byte for byte. */
  args: z.array(argument),
  /** Takes no prompt at its start in a terminal: the person has to send one. */
  typed: z._default(z.boolean(), false),
  /** Continues a session of the agent's own in a terminal, by `nativeSessionId`; absent where the agent cannot. */
  resumeArgs: z.optional(z.array(argument)),
  /** Runs once without a person and ends; absent where the agent cannot. */
  headless: z.optional(headless),
  /** Private files of one launch, by a name that `{"file": name}` refers to. */
  files: z._default(z.record(z.string().check(z.regex(/^[a-z][A-Za-z0-9]{0,31}$/)), launchFile), {}),
  /** Where the agent reads the packet. `runFolder`: a private copy, for agents that refuse what git ignores. */
  packetIn: z._default(z.enum(['workspace', 'runFolder']), 'workspace'),
  /**
   * So many characters its tool shows its model whole in one read, line numbers included; it cuts the middle out of more.
   * The prompt then names the parts of a longer packet. Absent where the model is shown any packet whole.
   */
  readsAtMost: z.optional(z.int().check(z.minimum(1000))),
  /** Environment added for the agent. */
  env: z._default(environment, {}),
  /** Added only when hooks are used. */
  hookEnv: z._default(environment, {}),
  /** Further variables taken away from this agent. */
  envUnset: z._default(z.array(variable), []),
  /**
   * By these variables the agent marks what it starts. They are taken away from every agent, so that none takes itself
   * for the child of another one in whose terminal Baton was called.
   */
  childMarkers: z._default(z.array(variable), []),
  /** Where the agent's own session id comes from: ours, preset by an argument; told by a hook; or never known. */
  sessionIdFrom: z._default(z.enum(['preset', 'hook', 'nowhere']), 'nowhere'),
  instructions: z._default(instructions, {
    channel: 'prompt',
    freshOnResume: false,
    survivesCompaction: false,
  }),
  hooks: z.optional(hooks),
  mcp: z.optional(mcp),
  exit: z._default(exit, { trustworthy: true, meanings: {} }),
  limits: z.optional(limits),
  probe: z.optional(probe),
  /** Where to get it, shown when the program is not found. */
  install: z._default(z.string(), ''),
});

export type AgentProfile = z.infer<typeof agentProfileSchema>;
export type AgentProfileInput = z.input<typeof agentProfileSchema>;

/** What a surface runs: a program and its arguments, without a shell. */
export interface LaunchPlan {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | null>>;
  readonly cwd: string;
  /** The prompt, where the agent takes it on standard input; else standard input is the person's. */
  readonly stdin?: string;
  readonly title: string;
  readonly agent: string;
  readonly sessionId: string;
  readonly mode: 'interactive' | 'headless';
  /** Private files to write before the start: absolute path and text. Folder 0700, files 0600. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Hooks are handed to the agent, so a beat from them is due. */
  readonly hooks: boolean;
}
