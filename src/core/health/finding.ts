/**
 * What the health check says: one finding a thing that is wrong, and the repair that would put it right, as data.
 * Source: requirements 000-46 … 000-53; issue 3 "Health".
 */
import type { Trigger } from '../model/status';
import type { Severity, TaskId } from '../model/task';

export const healthRules = [
  'recurring_without_goal', // 000-47
  'completed_due_again', // 000-48
  'effort_over_estimate', // 000-49
  'complete_but_open', // 000-50
  'bad_time', // 000-51
  'bad_number',
  'blocked_without_reason',
  'status_edited', // 004-34
  'claimed_without_session',
  'orphaned_claim',
  'completed_unverified',
  'duplicate_id',
  'file_unusable',
  'file_problem',
  'file_oversized',
  'many_sessions',
  'dangling_dependency',
  'cyclic_dependency',
  'stale_input',
  'missing_input',
  'checklist_guard',
  'overall_progress_wrong',
  'passed_untested',
  'passed_without_evidence', // 003-55
  'evidence_stale',
  'session_vanished',
  'session_unreadable',
  'session_without_task',
  'session_undocumented',
  'packet_orphaned',
  'lock_orphaned',
  'lock_unreadable',
  'leftover_temporary',
  'unfinished_change',
  'change_conflict',
  'queue_unusable', // 002-23
  'log_damaged',
  'log_gap',
  'git_locked',
  'config_invalid',
] as const;

export type HealthRule = (typeof healthRules)[number];

export function isHealthRule(value: unknown): value is HealthRule {
  return healthRules.some((rule) => rule === value);
}

/** Values of front matter that a repair sets; `null` takes the key away. */
export interface FrontMatterRepair {
  readonly created?: string | null;
  readonly completed?: string | null;
  readonly next_due?: string | null;
  readonly recurs?: null;
  readonly estimate_minutes?: null;
  readonly spent_minutes?: null;
  readonly progress?: null;
}

/** How a finding is repaired. Carried out by `operations/health`, which looks again before it acts. */
export type Repair =
  | {
      readonly kind: 'front_matter';
      readonly task: TaskId;
      readonly set: FrontMatterRepair;
      /** The values as they stood; they go into the change log. */
      readonly old: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'put_back_status'; readonly task: TaskId }
  | { readonly kind: 'next_occurrence'; readonly task: TaskId }
  | { readonly kind: 'trigger'; readonly task: TaskId; readonly trigger: Trigger }
  | { readonly kind: 'refresh_input'; readonly task: TaskId; readonly from: TaskId }
  | { readonly kind: 'restore_features'; readonly task: TaskId }
  | { readonly kind: 'overall_progress'; readonly task: TaskId }
  | { readonly kind: 'unpass'; readonly task: TaskId; readonly feature: string }
  | { readonly kind: 'archive'; readonly task: TaskId }
  | { readonly kind: 'automatic_entry'; readonly task: TaskId; readonly session: string }
  | { readonly kind: 'close_session'; readonly task: TaskId; readonly session: string }
  /** Moves a file to the quarantine. `path` is relative to the workspace folder. */
  | { readonly kind: 'put_aside'; readonly path: string }
  | { readonly kind: 'release_lock'; readonly name: string; readonly path: string }
  | { readonly kind: 'replay' }
  | { readonly kind: 'quarantine_log'; readonly segment: string; readonly path: string };

export interface HealthFinding {
  readonly rule: HealthRule;
  readonly severity: Severity;
  readonly task?: TaskId;
  /** Relative to the workspace folder, `/` as separator. */
  readonly file?: string;
  /** One-based. */
  readonly line?: number;
  readonly message: string;
  /** What the fix would do, one sentence; undefined when only a person can decide. */
  readonly fix?: string;
  readonly repair?: Repair;
}
