/** What every command gets: where to print, which workspace, who acts. Commands return data; this prints it. */
import type { AgentProfile } from '../core/model/agent-profile';
import type { AgentProof } from '../core/model/agent-proof';
import type { BatonWorkspace } from '../core/operations/workspace';

export interface Output {
  /** Standard output: the answer, nothing else. */
  out(text: string): void;
  /** Standard error: everything that is not the answer. */
  err(text: string): void;
  /** Standard output is a terminal that shows colour. */
  readonly colour: boolean;
}

/** What a command answers: data for `--json`, text for people. */
export interface Answer {
  readonly data: unknown;
  /** As a function where it takes time to make: called only when text is wanted. */
  readonly text: string | (() => string);
  /** Exit code when the answer is not simply "done" (an agent's own failure, a health finding). */
  readonly exitCode?: number;
  /** The JSON document when it is not the usual envelope (`queue check` keeps the seed's own shape). */
  readonly document?: unknown;
}

export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** Reads a file the caller named, as UTF-8; `-` is standard input. Throws `not_found`, `too_large`. */
  readText(path: string): Promise<string>;
  /** The workspace folder asked for by `--root`, `BATON_ROOT`, or found from the current folder upwards. */
  workspace(options?: { readonly asFound?: boolean }): Promise<BatonWorkspace>;
  /** Sets up the folder of `--root`, else the current one, and opens it. */
  initialise(): Promise<{ readonly workspace: BatonWorkspace; readonly created: readonly string[] }>;
  /** Resolves when what was changed here is rendered. Never throws. */
  settled(): Promise<void>;
  /** Agent profiles from the person's own configuration, as read; undefined when there are none. */
  userProfiles(): Promise<unknown>;
  /** What the person has agreed to on this machine (`Consent.key`). */
  consents(): Promise<ReadonlySet<string>>;
  /** Keeps a consent, or takes it back. Throws `io_failed`. */
  keepConsent(key: string, agreed: boolean): Promise<void>;
  /** Proves agents offline, one after the other, on private copies of everything; see `AgentProof`. */
  proveAgents(
    agents: readonly { readonly profile: AgentProfile; readonly executable: string }[],
    told: (proof: AgentProof) => void,
  ): Promise<readonly AgentProof[]>;
  /** Runs an agent in the foreground with this terminal; resolves with how it ended. */
  runAgent(plan: {
    readonly executable: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string | null>>;
    readonly cwd: string;
    readonly mode: 'interactive' | 'headless';
    /** Sent on standard input, which then ends. */
    readonly stdin?: string;
    readonly onStart: (pid: number) => Promise<void>;
    /** Called every beat interval while it runs. */
    readonly onBeat: () => Promise<void>;
  }): Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
}
