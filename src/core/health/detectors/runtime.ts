/** What crashes leave behind in the runtime folder, the change log included, and settings that do not hold. */
import type { HealthFinding } from '../finding';
import type { Detector } from '../health-facts';

export const lockLeft: Detector = ({ locks }) =>
  locks.map(
    ({ file, name, state }): HealthFinding =>
      state === 'orphaned'
        ? {
            rule: 'lock_orphaned',
            severity: 'info',
            file,
            message: 'Is the lock of a program that is gone; whoever comes to it next clears it',
            fix: 'Take it over and release it',
            repair: { kind: 'release_lock', name, path: file },
          }
        : {
            rule: 'lock_unreadable',
            severity: 'error',
            file,
            message: 'Cannot be read, so nobody can take it over and every writer waits for it',
            fix: 'Put it aside',
            repair: { kind: 'put_aside', path: file },
          },
  );

export const leftoverTemporary: Detector = ({ temporaries }) =>
  temporaries.map((file) => ({
    rule: 'leftover_temporary',
    severity: 'info',
    file,
    message: 'Was left behind by a write that was cut short',
    fix: 'Put it aside',
    repair: { kind: 'put_aside', path: file },
  }));

export const unfinishedChange: Detector = ({ log }) =>
  log.pending === 0
    ? []
    : [
        {
          rule: 'unfinished_change',
          severity: 'warning',
          message:
            log.pending === 1
              ? 'The change log announces a change of which nothing says that it was made'
              : `The change log announces ${log.pending} changes of which nothing says that they were made`,
          fix: 'Replay the change log: each is finished, or kept as a conflict with both texts',
          repair: { kind: 'replay' },
        },
      ];

/** Both texts are there; which one is right is for a person to say. */
export const changeConflict: Detector = ({ conflicts }) =>
  conflicts.map((file) => ({
    rule: 'change_conflict',
    severity: 'warning',
    file,
    message: 'Keeps a change that was cut short and no longer fits; move it away when it is settled',
  }));

/** Every byte is there; what of it still counts is for a person to say. */
export const queueUnusable: Detector = ({ queueProblems }) =>
  queueProblems.map(({ file, message }) => ({ rule: 'queue_unusable', severity: 'warning', file, message }));

/** One finding a damaged line, one repair a segment: the first carries it. */
export const logDamaged: Detector = ({ damage }) => {
  const repaired = new Set<string>();
  return damage.map(({ segment, file, line, length }): HealthFinding => {
    const finding = {
      rule: 'log_damaged',
      severity: 'error',
      file,
      line,
      message: `${length} bytes of the change log are no record`,
      fix: `Move damaged lines to ${segment}.damaged`,
    } as const;
    if (repaired.has(segment)) return finding;
    repaired.add(segment);
    return { ...finding, repair: { kind: 'quarantine_log', segment, path: file } };
  });
};

export const logGap: Detector = ({ log }) =>
  log.missing.map(({ from, to }) => ({
    rule: 'log_gap',
    severity: 'warning',
    message:
      from === to
        ? `Change ${from} is missing from the log`
        : `Changes ${from}–${to} are missing from the log`,
  }));

/** Whose lock it is cannot be proven, so nobody but a person removes it. */
export const gitLocked: Detector = ({ gitLock }) =>
  gitLock === undefined ? [] : [{ rule: 'git_locked', severity: 'warning', message: gitLock }];

export const configInvalid: Detector = ({ configProblems }) =>
  configProblems.map((message) => ({
    rule: 'config_invalid',
    severity: 'error',
    file: '.baton/config.json',
    message: `${message}. The defaults are used`,
  }));
