/** A proposed chain of tasks, before any of them exists. Source: requirements 001-5, 001-46; issues 6 and 7. */
import type { TextRange } from '../base/text-edit';

export interface PlannedFeature {
  /** Letters, digits, `.`, `_`, `-`; no two alike within a task. */
  readonly id: string;
  /** One line. */
  readonly description: string;
  /** One line each. */
  readonly steps: readonly string[];
}

export interface PlannedTask {
  /** `T1`, `T2` …: its name within the plan, no two alike. */
  readonly key: string;
  /** One line, at most 200 characters. */
  readonly title: string;
  /** Markdown, trimmed, LF line endings. */
  readonly description: string;
  /** One line each. */
  readonly criteria: readonly string[];
  readonly features: readonly PlannedFeature[];
  /** Keys of this plan, and `#id` of tasks that exist already; never leads back to the task itself. */
  readonly dependsOn: readonly string[];
}

export interface Plan {
  /** One line, at most 200 characters. */
  readonly title: string;
  /** What it is for: the goal as given, or what a document says beside its tasks. Markdown, trimmed. */
  readonly goal: string;
  /** The document it was made from, relative to the folder of new tasks; empty without one. */
  readonly prd: string;
  readonly epic: string;
  readonly tasks: readonly PlannedTask[];
}

export const planProblemCodes = [
  'plan.no-tasks',
  'plan.too-many-tasks',
  'plan.no-title',
  'plan.long-title',
  'plan.long-text',
  'plan.repeated-key',
  'plan.repeated-feature',
  'plan.no-reference',
  'plan.unknown-task',
  'plan.cycle',
] as const;
export type PlanProblemCode = (typeof planProblemCodes)[number];

/** Why a text cannot be accepted as a plan. */
export interface PlanProblem {
  readonly code: PlanProblemCode;
  /** One sentence in English. */
  readonly message: string;
  /** What the sentence speaks of: a key, a title, a limit; for surfaces with words of their own. */
  readonly subject: string;
  readonly range: TextRange;
  /** One-based. */
  readonly line: number;
}

export const planLimits = {
  /** Of a plan. */
  tasks: 100,
  /** Made of a goal that lists nothing. Requirement 001-46. */
  tasksOfProse: 5,
  title: 200,
  /** Characters of a task's description; a state file is warned of at 50 KB. */
  description: 30_000,
  /** Criteria of a task, and features of it. */
  entries: 200,
  /** Characters of a goal as typed. */
  goal: 20_000,
  /** Characters of a document or of a plan's text. */
  document: 400_000,
} as const;

/** A line below the title of a plan's text begins so, by which it is known; what follows in the comment is for people. */
export const planMark = '<!-- baton:plan';
