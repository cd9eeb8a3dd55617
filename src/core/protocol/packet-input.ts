/** What a startup packet is made from: plain data, gathered by the operation that launches or prints it. */
import type { Status } from '../model/status';
import type { CommitRef, TaskDocument, TaskId } from '../model/task';
import type { GitState } from '../ports';
import type { PacketMemory } from './packet-memory';
import type { ProtocolTexts } from './texts';

export interface PacketChainInput {
  readonly from: TaskId;
  readonly title: string;
  /** The upstream output as it is now, when known; else what the file holds. */
  readonly text: string;
  /** What a person added below the quoted block. */
  readonly note: string;
  /** The upstream output changed and the text could not be refreshed. */
  readonly stale: boolean;
}

export interface UpstreamStatus {
  readonly id: TaskId;
  /** Undefined when there is no such task. */
  readonly status: Status | undefined;
}

/** An active note of the journal; superseded ones are left out by the caller. */
export interface PacketNote {
  readonly kind: 'decision' | 'correction';
  readonly text: string;
}

/** What of the identity layers stands in the packet. */
export interface PacketIdentity {
  /** Highest layer first; each with the file it comes from. */
  readonly parts: readonly { readonly file: string; readonly text: string }[];
  /** Files of a layer that are named and not repeated. */
  readonly named: readonly string[];
  /** What did not fit, and the absolute path of the file that has it all. */
  readonly rest: { readonly bytes: number; readonly whole: string } | undefined;
}

export interface PacketInput {
  readonly task: { readonly id: TaskId; readonly file: string; readonly document: TaskDocument };
  /** Resume form of the startup protocol, else the first-session form. */
  readonly resume: boolean;
  /** The number of the session that will read the packet. */
  readonly session: number;
  /** Label of the agent. */
  readonly agent: string;
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Absolute path the agent starts in. */
  readonly cwd: string;
  readonly texts: ProtocolTexts;
  /** Names of texts to leave out (config `protocol.omit`). The startup protocol stays whatever this says. */
  readonly omit: readonly string[];
  /** The identity layers, already merged; undefined when there are none. */
  readonly identity: PacketIdentity | undefined;
  readonly inputs: readonly PacketChainInput[];
  readonly upstream: readonly UpstreamStatus[];
  /** What is asked of this session in particular, in somebody's own words; undefined when nothing is. */
  readonly request?: string | undefined;
  /** Why the task is blocked or waits for an answer, where a reason was given. */
  readonly blockers: readonly string[];
  readonly notes: readonly PacketNote[];
  /** What earlier work remembers of the next feature, best first, and how many tokens it may take. */
  readonly memory?: { readonly items: readonly PacketMemory[]; readonly tokens: number } | undefined;
  /** Plain sentences: undocumented session, failed check, file too large. Stale input and dirty tree are added here. */
  readonly warnings: readonly string[];
  /** Undefined without git. */
  readonly git: GitState | undefined;
  /** HEAD's commit, when known; else the last one of the task's Git History is shown. */
  readonly lastCommit: CommitRef | undefined;
  /** In tokens, as `estimateTokens` counts them. */
  readonly budget: number;
  /** How to call Baton from the agent's shell; `baton` where it is on PATH. */
  readonly baton: string;
}

export interface Packet {
  /** Markdown, `\n` line ends, one at the end. */
  readonly text: string;
  readonly tokens: number;
  readonly budget: number;
  /** What was left out to fit, oldest first; every piece is still in the task file. */
  readonly cut: readonly string[];
  /** True when the packet is over its budget although everything that may be cut is cut. */
  readonly mandatoryOverBudget: boolean;
}
