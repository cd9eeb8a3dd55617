/**
 * What Baton gives to other extensions: `extensions.getExtension<BatonApi>('baton.baton')?.activate()`. Version 1: members and
 * fields are added and never renamed; ask `capabilities` before using what came later, and ignore fields you do not know.
 */
import type { Event, Uri } from 'vscode';

export interface BatonApi {
  readonly version: 1;
  /** `tasks`, `status`, `memory`, `agent`, `plan`, `events`. */
  readonly capabilities: readonly string[];
  /** The tasks of one workspace folder, or of all; as the views show them now. */
  tasks(folder?: Uri): Promise<readonly BatonTask[]>;
  /** How the tasks stand: how many carry each status and each badge. */
  status(folder?: Uri): Promise<readonly BatonFolderStatus[]>;
  readonly memory: {
    /** What earlier work says about some words, the best first. Rejects where memory is switched off. */
    query(text: string, options?: BatonMemoryOptions): Promise<BatonMemoryAnswer>;
    /** One item by its id, or what is known of a topic. */
    recall(idOrTopic: string, options?: BatonRecallOptions): Promise<BatonRecallAnswer>;
  };
  readonly agent: {
    /** Who is at work in a folder, and what may start by itself. */
    status(folder?: Uri): Promise<BatonAgentStatus>;
    /**
     * `pause` keeps work from starting by itself, `resume` takes that back and rejects where a person has paused the folder,
     * `cancel` ends one agent after the person has agreed in a dialog, `state` only looks. `target`: a session's id or a task's; all of the folder without one (not for `cancel`).
     */
    control(
      action: 'pause' | 'resume' | 'cancel' | 'state',
      target?: string,
      folder?: Uri,
    ): Promise<BatonControlAnswer>;
  };
  /** A goal as a proposed list of tasks, made without a language model. Nothing is written as a task. */
  plan(goal: string, folder?: Uri): Promise<BatonPlan>;
  /** What happens from now on, also by other windows, command lines and agents. */
  readonly onDidEvent: Event<BatonEvent>;
}

export interface BatonTask {
  readonly folder: Uri;
  readonly id: string;
  readonly title: string;
  readonly status: string;
  /** `ready`, `waiting`, `resumable`, `running`, `stale`, … */
  readonly badges: readonly string[];
  readonly dependsOn: readonly string[];
  readonly agent: string | undefined;
  readonly progress: { readonly passed: number; readonly total: number; readonly percent: number };
  readonly file: Uri;
}

export interface BatonFolderStatus {
  readonly folder: Uri;
  /** By status and badge, and `total`. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface BatonMemoryOptions {
  readonly folder?: Uri;
  /** Only what belongs to this task. */
  readonly task?: string;
  readonly limit?: number;
}

export interface BatonRecallOptions {
  readonly folder?: Uri;
  /** The whole text instead of the summary. */
  readonly full?: boolean;
}

export interface BatonMemoryItem {
  /** Stable; `id:2` names a version. */
  readonly id: string;
  readonly version: number;
  /** `progress`, `note`, `output`, `document`, … */
  readonly kind: string;
  readonly task: string | null;
  readonly session: number | null;
  /** Whose words: `person`, `agent`, `tool`, `untrusted`. */
  readonly provenance: string;
  /** UTC. */
  readonly at: string;
  readonly title: string;
  /** False: it no longer holds. */
  readonly current: boolean;
  readonly source: { readonly path: string; readonly anchor: string | null; readonly line: number | null };
  readonly [field: string]: unknown;
}

/** As `baton memory query --json` answers. */
export interface BatonMemoryAnswer {
  /** How memory is kept: `sqlite`, `json`, `ram`. */
  readonly mode: string;
  /** That memory is not kept as it should be, or not up to date; null otherwise. */
  readonly notice: string | null;
  readonly results: readonly (BatonMemoryItem & { readonly extract: string })[];
  readonly [field: string]: unknown;
}

/** As `baton memory recall --json` answers. */
export interface BatonRecallAnswer {
  readonly mode: string;
  readonly notice: string | null;
  readonly recalled: readonly (BatonMemoryItem & {
    readonly text: string;
    /** The text is all of it. */
    readonly whole: boolean;
  })[];
  readonly [field: string]: unknown;
}

/** As `baton agent status --json` answers. */
export interface BatonAgentStatus {
  readonly agents: readonly {
    readonly id: string;
    readonly task: string;
    readonly number: number;
    readonly agent: string;
    readonly liveness: string;
    readonly startedAt: string;
    readonly [field: string]: unknown;
  }[];
  readonly background: {
    readonly autoResume: boolean;
    /** UTC; null while work may start. */
    readonly pausedAt: string | null;
    /** Tasks on which nothing is started by itself. */
    readonly held: readonly string[];
  };
  readonly blocked: readonly string[];
  readonly resumable: readonly string[];
  readonly [field: string]: unknown;
}

export interface BatonControlAnswer {
  readonly action: string;
  readonly task: string | null;
  readonly changed: boolean;
  readonly text: string;
  readonly status: BatonAgentStatus;
}

/** As `baton plan propose --json` answers. */
export interface BatonPlan {
  readonly [field: string]: unknown;
}

export interface BatonEvent {
  readonly event: 'memory.event' | 'agent.plan' | 'agent.progress' | 'agent.blocked';
  readonly folder: Uri;
  /** Of the folder's change log. */
  readonly seq: number;
  readonly task: string | null;
  /** Baton's own id of the session on whose behalf it happened. */
  readonly session: string | null;
  /** UTC. */
  readonly at: string;
  /** The change's own kind, as `feature.pass`. */
  readonly type: string;
  /** One line for people. */
  readonly text: string;
}
