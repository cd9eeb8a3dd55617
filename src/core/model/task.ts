/**
 * What a state file says, as readonly data. Two readers make it: `outline` (fast, every file) and `document`
 * (remark, one file). Source: product.md section 3; requirements 003-3 … 003-20, 003-38 … 003-46.
 */
import type { TextRange } from '../base/text-edit';
import type { EvidenceKind } from './evidence';
import type { Status } from './status';

export type TaskId = string & { readonly __brand: 'TaskId' };

const taskIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isTaskId(value: unknown): value is TaskId {
  // `..` is the one spelling that would let an id climb out of its folder once it names a file.
  return typeof value === 'string' && taskIdPattern.test(value) && !value.includes('..');
}

export type Severity = 'error' | 'warning' | 'info';

/** Stable codes: diagnostics, quick fixes and `--json` key on them. */
export type ProblemCode =
  | 'not_a_state_file' // no title heading and no known section
  | 'binary' // holds NUL characters
  | 'too_large' // over the size the document reader takes apart
  | 'size_warning' // over 50 KB
  | 'front_matter_invalid' // YAML that does not parse, or is not a mapping
  | 'front_matter_engine' // a front matter language other than YAML; it is never run
  | 'front_matter_value' // a known key with a value of the wrong kind
  | 'status_unknown'
  | 'status_edited' // edited by hand to one that the status machine refuses
  | 'id_invalid'
  | 'id_mismatch' // heading and file name disagree
  | 'title_missing'
  | 'section_duplicate'
  | 'checklist_invalid' // the JSON block does not parse or does not fit the schema
  | 'feature_duplicate'
  | 'feature_passes_untested' // passes: true without tested_at
  | 'feature_passes_without_evidence' // passes: true, and nothing recorded stands behind it
  | 'feature_evidence_stale' // verified, but not as things are now
  | 'overall_progress_wrong' // written percentage disagrees with the features
  | 'depends_on_invalid'
  | 'session_duplicate';

export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** Plain English for logs and the command line; the editor localises by code. */
  readonly message: string;
  readonly range: TextRange;
  /** One-based. */
  readonly line: number;
  /** One-based, UTF-16 units. */
  readonly column: number;
}

/** What the heading of a progress entry can say: nine digits. */
export const maxSessionNumber = 999_999_999;

/** The highest of some session numbers that another one can follow, 0 when there is none: nothing follows the last of all. */
export function lastSessionNumber(numbers: readonly number[]): number {
  return numbers.reduce((last, number) => (number < maxSessionNumber ? Math.max(last, number) : last), 0);
}

export const recurrences = ['daily', 'weekly', 'monthly'] as const;
export type Recurrence = (typeof recurrences)[number];

export function isRecurrence(value: unknown): value is Recurrence {
  return recurrences.some((one) => one === value);
}

/** What verbs keep in the front matter beside status and dates; a key that is missing or of no use is left out. */
export interface Tracking {
  /** `spent_minutes`: logged by people and agents, never negative. */
  readonly spentMinutes?: number;
  /** `progress`: percent set by hand, 0–100; counts only where there is no checklist. */
  readonly progress?: number;
  /** `blocked_reason`, while the task is blocked. */
  readonly blockedReason?: string;
  /** `question`, while the task waits for an answer. */
  readonly question?: string;
  /** `recurs` */
  readonly recurs?: Recurrence;
  /** `recurs_day`: the day of the month that a monthly task wants, where a short month has moved it. */
  readonly recursDay?: number;
  /** `next_due`: the day this occurrence is due, `YYYY-MM-DD`. */
  readonly nextDue?: string;
  /** `completed`: when, UTC. */
  readonly completed?: string;
}

export interface FeatureRef {
  readonly id: string;
  readonly description: string;
}

/**
 * What the tree, the status bar and the graph need of one file.
 *
 * **Invariant:** `outline(text)` equals `outlineOf(document(text))` for every text.
 */
export interface TaskOutline {
  /** From the title heading; undefined when the heading has none (the file name then gives it). */
  readonly id: TaskId | undefined;
  /** From the title heading, without `Task #id:` and `- State`; empty when there is none. */
  readonly title: string;
  /** The stored status when the front matter has a valid one, else derived from the contents. */
  readonly status: Status;
  readonly statusSource: 'stored' | 'derived';
  /** Front matter `depends_on`, else the "From Task #N" headings; in order, without repeats. */
  readonly dependsOn: readonly TaskId[];
  readonly priority: number | undefined;
  readonly estimateMinutes: number | undefined;
  readonly created: string | undefined;
  /** Absent when the front matter has none of it. */
  readonly tracking?: Tracking;
  /** Static Context lines, trimmed; undefined when missing or empty. */
  readonly agent: string | undefined;
  readonly epic: string | undefined;
  readonly criteria: { readonly done: number; readonly total: number };
  readonly features: {
    readonly passed: number;
    readonly total: number;
    /** First feature that does not pass, in file order. */
    readonly next: FeatureRef | undefined;
    /** When the passing features were tested, as written; absent when none says so. */
    readonly passedAt?: readonly string[];
  };
  readonly sessions: {
    /** Progress log entries. */
    readonly count: number;
    /** The highest session number that another one can follow, 0 when there is none. */
    readonly lastNumber: number;
    /** Date text of the last entry in file order, as written. */
    readonly lastAt: string | undefined;
  };
  /** Chain input blocks, with the hash of the upstream output they were made from (our marker comment). */
  readonly inputs: readonly { readonly from: TaskId; readonly hash: string | undefined }[];
  /** Present when the chain output is filled (its summary is not empty and not a placeholder). */
  readonly output: { readonly hash: string } | undefined;
  readonly size: number;
}

export interface TaskContext {
  readonly prd: string | undefined;
  readonly epic: string | undefined;
  readonly repository: string | undefined;
  readonly agent: string | undefined;
  readonly description: string;
}

export interface Criterion {
  readonly text: string;
  readonly done: boolean;
  readonly range: TextRange;
}

/** What Baton recorded when a feature was verified. Every field may be missing: the file is anybody's to edit. */
export interface Evidence {
  /** The command that was run. */
  readonly command?: string | undefined;
  /** Missing when it did not end by itself. */
  readonly exitCode?: number | undefined;
  /** What ended it, when no exit did. */
  readonly signal?: string | undefined;
  /** It took too long and was ended. */
  readonly timedOut?: boolean | undefined;
  /** HEAD when it was verified. */
  readonly commit?: string | undefined;
  /** There were uncommitted changes besides Baton's own files. */
  readonly dirty?: boolean | undefined;
  /** Fingerprint of those changes. */
  readonly changes?: string | undefined;
  readonly durationMs?: number | undefined;
  /** UTC. */
  readonly at?: string | undefined;
  /** Who verified it: `person`, or an agent with its session. */
  readonly by?: string | undefined;
  /** The end of what the command printed. */
  readonly outputTail?: string | undefined;
  /** Somebody's words on how it was verified, without a command. */
  readonly manual?: string | undefined;
  readonly artifact?: string | undefined;
}

export interface Feature extends FeatureRef {
  readonly passes: boolean;
  readonly testedAt: string | undefined;
  readonly category: string | undefined;
  readonly steps: readonly string[];
  /** The command that verifies it. */
  readonly verify: string | undefined;
  /** Files and folders its evidence rests on, relative to the workspace folder; absent: on all of them. */
  readonly files?: readonly string[];
  readonly evidence: Evidence | undefined;
  /** What `passes` rests on; absent while it does not pass. */
  readonly evidenceKind?: EvidenceKind;
  /** The JSON object in the file. */
  readonly range: TextRange;
}

export interface ChainInput {
  readonly from: TaskId;
  readonly title: string;
  /** The quoted block, without its quote marks. */
  readonly text: string;
  readonly hash: string | undefined;
  /** What a person added below the quoted block; kept on every refresh. */
  readonly note: string;
  readonly range: TextRange;
}

export interface ProgressEntry {
  readonly session: number;
  /** As written in the heading. */
  readonly at: string | undefined;
  readonly did: readonly string[];
  readonly issues: readonly string[];
  readonly state: readonly string[];
  readonly next: readonly string[];
  /** Written by Baton from facts because the agent left none. */
  readonly automatic: boolean;
  readonly range: TextRange;
}

export interface CommitRef {
  readonly hash: string;
  readonly subject: string;
}

export interface ChainOutput {
  readonly summary: string;
  /** Every sub-section by its heading text as written, Summary included, in file order. */
  readonly sections: Readonly<Record<string, string>>;
  readonly hash: string;
  readonly range: TextRange;
}

export interface TaskDocument extends TaskOutline {
  readonly context: TaskContext;
  readonly criteriaList: readonly Criterion[];
  readonly featureList: readonly Feature[];
  readonly inputList: readonly ChainInput[];
  readonly log: readonly ProgressEntry[];
  readonly commits: readonly CommitRef[];
  readonly outputDetail: ChainOutput | undefined;
  readonly problems: readonly Problem[];
  /** The title heading's line; start of file when there is none. */
  readonly titleRange: TextRange;
}
