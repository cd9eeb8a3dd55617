/** Recurring tasks: without a goal they come back for ever, and a finished one must have a successor. 000-47, 000-48. */
import { isFinished } from '../../lifecycle/derive';
import type { HealthFinding } from '../finding';
import type { Detector, TaskFacts } from '../health-facts';
import { parseWrittenTime } from '../written-time';
import { perTask } from './per-task';

/** The flag is cleared and the task stays: what is recurring for nobody is still somebody's work. */
export const recurringWithoutGoal: Detector = perTask((task, content) => {
  const recurs = content.frontMatter.get('recurs');
  if (recurs === undefined || isFinished(task.record.outline.status)) return [];
  if (content.document.context.epic !== undefined || content.frontMatter.has('goal')) return [];
  const due = content.frontMatter.get('next_due');
  return [
    {
      rule: 'recurring_without_goal',
      severity: 'warning',
      line: recurs.line,
      message: `Recurs ${recurs.text}, but belongs to no epic or goal`,
      fix: 'Stop it from recurring; the task itself stays',
      repair: {
        kind: 'front_matter',
        task: task.record.id,
        set: { recurs: null, next_due: null },
        old: { recurs: recurs.text, ...(due === undefined ? {} : { next_due: due.text }) },
      },
    },
  ];
});

/** The completed task is history; its next time is a task of its own. */
export const completedDueAgain: Detector = (facts) =>
  perTask((task, content) => {
    const due = content.frontMatter.get('next_due');
    if (due === undefined || !content.frontMatter.has('recurs')) return [];
    if (task.record.outline.status !== 'completed') return [];
    const time = parseWrittenTime(due.text);
    if (time === undefined || time.ms <= facts.now.getTime() || hasSuccessor(facts.tasks, task)) return [];
    return [
      {
        rule: 'completed_due_again',
        severity: 'warning',
        line: due.line,
        message: `Is completed, is due again on ${due.text}, and no open task stands for that`,
        fix: 'Create the next occurrence as a task of its own',
        repair: { kind: 'next_occurrence', task: task.record.id },
      } satisfies HealthFinding,
    ];
  })(facts);

/** An occurrence is named after its series and its day, or carries the title on. */
function hasSuccessor(tasks: readonly TaskFacts[], { record }: TaskFacts): boolean {
  const series = record.id.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  return tasks.some(
    ({ record: other, content }) =>
      other.id !== record.id &&
      content?.frontMatter.has('next_due') === true &&
      (other.id.startsWith(`${series}-`) || other.outline.title === record.outline.title),
  );
}
