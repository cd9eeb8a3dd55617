/** Why a plan's text cannot be accepted, in the person's language. Pure. */
import type { PlanProblem } from '../../core/model/plan';
import type { L10n } from '../l10n';

export function planProblemWords({ code, subject }: PlanProblem, { t }: L10n): string {
  switch (code) {
    case 'plan.no-tasks':
      return t('The plan holds no task: a task is a heading of level 2.');
    case 'plan.too-many-tasks':
      return t('A plan has at most {0} tasks.', subject);
    case 'plan.no-title':
      return t('{0} has no title.', subject);
    case 'plan.long-title':
      return t('A title has at most {0} characters.', subject);
    case 'plan.long-text':
      return t('The text is longer than {0} characters.', subject);
    case 'plan.repeated-key':
      return t('Two tasks are called {0}.', subject);
    case 'plan.repeated-feature':
      return t('Two features of the task have the id “{0}”.', subject);
    case 'plan.no-reference':
      return t('“{0}” names no task: write T1 for a task of this plan, #100 for one that exists.', subject);
    case 'plan.unknown-task':
      return t('There is no {0} in this plan.', subject);
    case 'plan.cycle':
      return t('{0} depends on itself, through the tasks it depends on.', subject);
  }
}
