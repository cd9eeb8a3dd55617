/** The feature checklist: what may never change in it, what is derived, what was claimed without a test. 003-63. */
import { guardBreach } from '../checklist-guard';
import type { HealthFinding } from '../finding';
import type { Detector } from '../health-facts';
import { lineAt, perTask } from './per-task';

export const checklistGuard: Detector = perTask(({ record, guarded }, { document }): HealthFinding[] => {
  if (document.problems.some(({ code, severity }) => code === 'checklist_invalid' && severity === 'error'))
    return [];
  const { removed, reworded } = guardBreach(guarded, document.featureList);
  if (removed.length + reworded.length === 0) return [];
  const said = [
    ...removed.map(({ id }) => `"${id}" was removed`),
    ...reworded.map(({ id }) => `"${id}" was reworded`),
  ];
  return [
    {
      rule: 'checklist_guard',
      severity: 'error',
      message: `Features are never removed or reworded: ${said.join(', ')}`,
      fix: 'Put them back as they were; a removed one has to be verified again',
      repair: { kind: 'restore_features', task: record.id },
    },
  ];
});

export const overallProgressWrong: Detector = perTask(({ record }, { document }) =>
  document.problems
    .filter(({ code }) => code === 'overall_progress_wrong')
    .map(({ line, message }) => ({
      rule: 'overall_progress_wrong',
      severity: 'info',
      line,
      message,
      fix: 'Write what the features say',
      repair: { kind: 'overall_progress', task: record.id },
    })),
);

/** In an open task it is verified again. A completed one is history, and is shown. */
export const passedUntested: Detector = perTask(({ record }, { text, document }) =>
  document.featureList
    .filter(({ passes, testedAt }) => passes && testedAt === undefined)
    .map(({ id, range }): HealthFinding => {
      const finding = {
        rule: 'passed_untested',
        severity: 'warning',
        line: lineAt(text, range.start),
        message: `Feature "${id}" passes, but nothing says when it was tested`,
      } as const;
      if (document.status === 'completed') return finding;
      return {
        ...finding,
        fix: 'Mark it as not passing, so that it is verified',
        repair: { kind: 'unpass', task: record.id, feature: id },
      };
    }),
);
