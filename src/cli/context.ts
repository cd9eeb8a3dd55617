/** What every command gets: where to print, which workspace, who acts. Commands return data; this prints it. */
import type { Disposable } from '../core/base/disposable';
import type { AgentProfile } from '../core/model/agent-profile';
import type { AgentProof } from '../core/model/agent-proof';
import type { BackgroundChange, BackgroundChoice } from '../core/model/background';
import type { Machine } from '../core/operations/list-agents';
import type { BackgroundRun, RunEnd } from '../core/operations/run-entry';
import type { VerifyOptions } from '../core/operations/verify-features';
import type { BatonWorkspace } from '../core/operations/workspace';

export interface Output {
  /** Standard output: the answer, nothing else. */
  out(text: string | Uint8Array): void;
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
  /** It was printed as it came, line by line: nothing more goes out. */
  readonly printed?: true;
}

export interface CliContext {
  readonly cwd: string;
  /** The answer goes out as one JSON document. */
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** Reads a file the caller named, as UTF-8; `-` is standard input. Throws `not_found`, `too_large`. */
  readText(path: string): Promise<string>;
  /** The workspace folder asked for by `--root`, `BATON_ROOT`, or found from the current folder upwards. */
  workspace(options?: { readonly asFound?: boolean }): Promise<BatonWorkspace>;
  /** What needs no workspace folder: this machine and what is installed with Baton. */
  machine(): Machine;
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
  /** Asks whoever sits at the terminal; undefined where nobody does, or the answer is for a program. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Runs a command line that a person has agreed to. */
  readonly runCommandLine: VerifyOptions['run'];
  /** What the person allows Baton to do by itself in a workspace folder. Throws `io_failed`. */
  backgroundChoice(root: string): Promise<BackgroundChoice>;
  /** Keeps a changed choice. Throws `invalid_config`, `locked`, `io_failed`. */
  keepBackgroundChoice(root: string, change: BackgroundChange): Promise<BackgroundChoice>;
  /** Proves agents offline, one after the other, on private copies of everything; see `AgentProof`. */
  proveAgents(
    agents: readonly { readonly profile: AgentProfile; readonly executable: string }[],
    told: (proof: AgentProof) => void,
  ): Promise<readonly AgentProof[]>;
  /** Writes the `baton` command that agents are told to start, unless it is there. Throws Node's own errors. */
  prepareCommand(): Promise<void>;
  /** Serves the Model Context Protocol for the folder of `--root`, else as it finds out; resolves when the client has gone. */
  serveMcp(options: { readonly readOnly: boolean; readonly supervise: boolean }): Promise<void>;
  /** Of the installed Baton. */
  version(): Promise<string>;
  /** The build that runs: two that may make another text of the same files are told apart. */
  build(): string;
  /** Prints a line at once; resolves when the reader has taken it, with false when there is no reader any more. */
  printLine(line: string): Promise<boolean>;
  /** Resolves when nobody reads standard output any more, as far as the platform tells. */
  unread(): Promise<void>;
  /** Calls back when something in a folder may have changed, until disposed of; a hint, and now and then lost. */
  watchFolder(path: string, changed: () => void): Disposable;
  /** Runs an agent without terminal and person, what it prints going to a file; resolves with how it ended. */
  runInBackground(run: BackgroundRun): Promise<RunEnd>;
  /** Starts `baton queue run` for an entry as a process of its own, and does not wait for it. Throws `io_failed`. */
  startRun(root: string, entry: string): Promise<void>;
  /** What a cron expression means here. Throws `invalid_config`. */
  nextCronTime(expression: string, after: Date): Date | undefined;
  /** Calls back once after so many milliseconds unless disposed of before. */
  arm(ms: number, fire: () => void): Disposable;
  /** Resolves when this process is asked to end; from the first call on it ends only when its work is done. */
  stopped(): Promise<void>;
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
    /** Called every beat interval while it runs. What the two throw is told, and the agent is watched on. */
    readonly onBeat: (pid: number) => Promise<void>;
  }): Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
}
