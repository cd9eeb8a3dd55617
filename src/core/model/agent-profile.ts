/**
 * How one agent's command line is driven, as data. One engine (core/agents) turns a profile and a launch into an
 * argument array, an environment and private files; no code knows an agent by name. Source: agents.md section 14.
 */
import * as z from 'zod/mini';

/** Values a profile may refer to. Task text is not among them: it travels in the packet file only. */
export const launchRefs = [
  'prompt', // one short line that names the packet
  'packet', // absolute path of the packet
  'protocolFile', // absolute path of the constant protocol text
  'sessionId', // UUID of the session
  'workspace', // absolute path of the workspace folder
  'node', // a Node (or the editor's own runtime) that can run bundled programs
  'demoAgent', // absolute path of the bundled demonstration agent
  'batonCli', // absolute path of the bundled command line, to be run with `node`
] as const;
export type LaunchRef = (typeof launchRefs)[number];

const ref = z.strictObject({ ref: z.enum(launchRefs) });
const piece = z.union([z.string(), ref]);
/** One element of the argument array. `join` makes ONE element out of several pieces, as `--prompt=` + prompt. */
const arg = z.union([piece, z.strictObject({ join: z.array(piece).check(z.minLength(1)) })]);
export type LaunchArg = z.infer<typeof arg>;

export const agentProfileSchema = z.strictObject({
  schema: z.literal(1),
  id: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)),
  label: z.string().check(z.minLength(1), z.maxLength(60)),
  /** Shown in the pick. */
  description: z._default(z.string().check(z.maxLength(200)), ''),
  lane: z._default(z.enum(['vip', 'economy']), 'vip'),
  /** Names or absolute paths to look for, in order; the first that exists is started. */
  executables: z.array(z.union([z.string().check(z.minLength(1)), ref])).check(z.minLength(1)),
  versionArgs: z._default(z.array(z.string()), ['--version']),
  testedWith: z._default(z.string(), ''),
  /** Fresh start: the prompt is delivered as the profile says, byte for byte. */
  args: z.array(arg),
  /** Environment added for the agent; values are literals or references. */
  env: z._default(z.record(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)), piece), {}),
  /** Variables taken away, so that one agent does not take itself for a child of another. */
  envUnset: z._default(z.array(z.string()), []),
  /** Where to get it, shown when the program is not found. */
  install: z._default(z.string(), ''),
});

export type AgentProfile = z.infer<typeof agentProfileSchema>;
export type AgentProfileInput = z.input<typeof agentProfileSchema>;

/** What a surface runs: a program and its arguments, without a shell. `file` paths are absolute. */
export interface LaunchPlan {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | null>>;
  readonly cwd: string;
  readonly title: string;
  readonly agent: string;
  readonly sessionId: string;
}
