/** State files as files: unreadable, doubled, too large, or saying what a reader cannot make sense of. */
import type { ProblemCode } from '../../model/task';
import type { FileProblem } from '../../store/task-record';
import { archiveAbove, manySessions, sessionsKept, warnAbove } from '../archive-plan';
import type { HealthFinding } from '../finding';
import type { Detector } from '../health-facts';
import { perTask } from './per-task';

const unusable: Readonly<Partial<Record<FileProblem, string>>> = {
  unreadable: 'Cannot be read: look at its permissions and at the disk',
  not_utf8: 'Is not UTF-8 text: save it as UTF-8; Baton does not guess encodings',
  too_large: 'Is too large to be read whole; move old sessions to an archive file by hand',
  outside_workspace: 'Is a link that leads out of the workspace folder, which Baton does not follow',
};

export const fileUnusable: Detector = ({ tasks }) =>
  tasks.flatMap(({ record }) =>
    record.problems.flatMap((problem): HealthFinding[] => {
      const message = unusable[problem];
      if (message === undefined) return [];
      return [
        { rule: 'file_unusable', severity: 'error', task: record.id, file: record.relativePath, message },
      ];
    }),
  );

/** Of copies that hold the same bytes one is enough; what differs is for a person to sort out. */
export const duplicateId: Detector = ({ duplicates }) =>
  duplicates.map(({ task, kept, file, identical }): HealthFinding => {
    const finding = {
      rule: 'duplicate_id',
      severity: 'error',
      task,
      file,
      message: `Says it is task ${task}, as does ${kept}`,
    } as const;
    return identical
      ? {
          ...finding,
          fix: 'Put this copy aside; it holds the same bytes',
          repair: { kind: 'put_aside', path: file },
        }
      : finding;
  });

/** Found by the reader; those that a rule of their own looks after are left to it. */
const elsewhere: ReadonlySet<ProblemCode> = new Set([
  'size_warning',
  'too_large',
  'feature_passes_untested',
  'feature_passes_without_evidence',
  'feature_evidence_stale',
  'overall_progress_wrong',
]);

export const fileProblem: Detector = perTask((_task, { document }) =>
  document.problems
    .filter(({ code }) => !elsewhere.has(code))
    .map(({ severity, message, line }) => ({ rule: 'file_problem', severity, line, message })),
);

export const fileOversized: Detector = perTask(({ record }, { document }): HealthFinding[] => {
  if (record.size <= warnAbove) return [];
  const size = `${Math.round(record.size / 1024)} KB`;
  if (record.size <= archiveAbove) {
    return [
      { rule: 'file_oversized', severity: 'info', message: `Has ${size}; every session reads all of it` },
    ];
  }
  if (document.log.length <= sessionsKept) {
    const message = `Has ${size} without old sessions to archive: split the task`;
    return [{ rule: 'file_oversized', severity: 'warning', message }];
  }
  return [
    {
      rule: 'file_oversized',
      severity: 'warning',
      message: `Has ${size}; every session reads all of it`,
      fix: `Move all but the last ${sessionsKept} sessions to task-${record.id}-archive.md, with a line for each left here`,
      repair: { kind: 'archive', task: record.id },
    },
  ];
});

export const tooManySessions: Detector = perTask((_task, { document }): HealthFinding[] => {
  if (document.sessions.lastNumber <= manySessions || document.status === 'completed') return [];
  const message = `Has had ${document.sessions.lastNumber} sessions: it may be several tasks`;
  return [{ rule: 'many_sessions', severity: 'info', message }];
});
