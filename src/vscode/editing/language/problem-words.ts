/** What is wrong in a task file, and what its quick fixes do, in the person's language. Pure. */
import type { FixKind, ProblemFix } from '../../../core/operations/problem-fixes';
import type { TaskProblem, TaskProblemCode } from '../../../core/operations/task-problems';
import type { L10n } from '../../l10n';

type Words = (problem: TaskProblem, l10n: L10n) => string;

const words: Readonly<Record<TaskProblemCode, Words>> = {
  not_a_state_file: (_, { t }) => t('This file has neither a task title nor a section of a task file.'),
  binary: (_, { t }) => t('The file holds NUL characters and is not read as text.'),
  too_large: (_, { t }) => t('The file is too large to be taken apart in full.'),
  front_matter_invalid: ({ message }, { t }) => t('The front matter cannot be read: {0}', message),
  front_matter_engine: (_, { t }) =>
    t('This front matter is not read: only YAML is data, anything else could run.'),
  front_matter_value: ({ message }, { t }) => t('The front matter cannot be used here: {0}', message),
  status_unknown: ({ subject }, { t }) => t('“{0}” is no status.', subject),
  id_invalid: (_, { t }) =>
    t('This is no task id: letters, digits, dots, dashes and underscores, beginning with a letter or digit.'),
  id_mismatch: ({ subject }, { t }) =>
    t('The name of the file says task #{0}; this heading counts.', subject),
  title_missing: (_, { t }) => t('The file has no title such as “# Task #101: Name - State”.'),
  section_duplicate: (_, { t }) => t('This section stands twice; only the first is read.'),
  session_duplicate: (_, { t }) => t('This session stands twice in the progress log.'),
  checklist_invalid: ({ message }, { t }) => t('The checklist is not as it should be: {0}', message),
  feature_duplicate: ({ subject }, { t }) => t('The feature “{0}” stands twice in the checklist.', subject),
  overall_progress_wrong: (_, { t }) => t('The features say something else; they count.'),
  depends_on_invalid: ({ subject }, { t }) => t('“{0}” is no task id.', subject),
  dangling_dependency: ({ subject }, { t }) => t('There is no task #{0} here.', subject),
  cyclic_dependency: ({ subject, circle = [] }, { t }) =>
    circle.length <= 1
      ? t('The task depends on itself.')
      : t('#{0} waits for this task already: {1}. None of them can begin.', subject, circleWords(circle)),
  stale_input: ({ subject }, { t }) =>
    t('The output of #{0} has changed since this was taken from it.', subject),
  missing_input: ({ subject }, { t }) =>
    t('#{0} is completed, and its output is not in the chain inputs.', subject),
  checklist_guard: ({ subject, guard }, { t }) =>
    guard === 'removed'
      ? t('The feature “{0}” was removed. Features are never removed or reworded.', subject)
      : t('The feature “{0}” was reworded. Features are never removed or reworded.', subject),
  bad_number: ({ subject }, { t }) => t('“{0}” cannot be this number.', subject),
  bad_time: ({ subject }, { t }) => t('This time cannot be: {0}', subject),
  effort_over_estimate: (_, { t }) => t('More than ten times the estimate was spent.'),
  recurring_without_goal: (_, { t }) => t('The task recurs, but belongs to no epic or goal.'),
  blocked_without_reason: (_, { t }) => t('Nothing says what the task waits for.'),
  complete_but_open: (_, { t }) => t('Everything is verified, and the task is still pending.'),
  file_oversized: (_, { t }) => t('The file is large, and every session reads all of it.'),
  many_sessions: (_, { t }) => t('The task has had many sessions: it may be several tasks.'),
};

export function problemWordsOf(problem: TaskProblem, l10n: L10n): string {
  return words[problem.code](problem, l10n);
}

function circleWords(circle: readonly string[]): string {
  return [...circle, ...circle.slice(0, 1)].map((id) => `#${id}`).join(' → ');
}

const fixes: Readonly<Record<FixKind, (subject: string, l10n: L10n) => string>> = {
  remove_upstream: (subject, { t }) => t('Remove #{0} from “depends_on”', subject),
  use_upstream: (subject, { t }) => t('Change to #{0}', subject),
  remove_invalid: (subject, { t }) => t('Remove “{0}”', subject),
  set_status: (subject, { t }) => t('Change to “{0}”', subject),
  write_progress: (_, { t }) => t('Write what the features say'),
  refresh_input: (subject, { t }) => t('Take the present output of #{0}', subject),
  restore_features: (_, { t }) => t('Put the features back as they were'),
  renumber_session: (subject, { t }) => t('Make it session {0}', subject),
  rename_section: (subject, { t }) => t('Rename to “{0}”', subject),
  rename_feature: (subject, { t }) => t('Rename to “{0}”', subject),
  add_title: (subject, { t }) => t('Add the title of task #{0}', subject),
  use_file_id: (subject, { t }) => t('Change to #{0}', subject),
  remove_value: (subject, { t }) => t('Remove “{0}”', subject),
  set_value: (subject, { t }) => t('Change to “{0}”', subject),
};

export function fixWords({ kind, subject }: ProblemFix, l10n: L10n): string {
  return fixes[kind](subject, l10n);
}
