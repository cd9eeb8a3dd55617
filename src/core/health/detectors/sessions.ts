/** Session records: holders that are gone, records of nothing, sessions nobody wrote about. C5; 003-28. */
import { isArchived } from '../archive-plan';
import type { HealthFinding } from '../finding';
import type { Detector, HealthFacts } from '../health-facts';

export const sessionVanished: Detector = ({ sessions, tasks }) =>
  sessions.flatMap(({ session, file, liveness }): HealthFinding[] => {
    if (liveness !== 'gone') return [];
    if (!tasks.some(({ record }) => record.id === session.task)) return [];
    return [
      {
        rule: 'session_vanished',
        severity: 'warning',
        task: session.task,
        file,
        message: `Session ${session.number} of #${session.task} holds the task, but its program is gone`,
        fix: 'Close it from what can be seen, and release the task',
        repair: { kind: 'close_session', task: session.task, session: session.id },
      },
    ];
  });

export const sessionUnreadable: Detector = ({ sessionFilesUnread }) =>
  sessionFilesUnread.map((file) => ({
    rule: 'session_unreadable',
    severity: 'warning',
    file,
    message: 'Is no session record, so no session is known from it',
    fix: 'Put it aside',
    repair: { kind: 'put_aside', path: file },
  }));

/** While its program may run the record stays: somebody may be about to bring the task back. */
export const sessionWithoutTask: Detector = ({ sessions, tasks }) =>
  sessions.flatMap(({ session, file, liveness }): HealthFinding[] => {
    if (liveness !== 'gone' && liveness !== 'ended') return [];
    if (tasks.some(({ record }) => record.id === session.task)) return [];
    return [
      {
        rule: 'session_without_task',
        severity: 'info',
        file,
        message: `Is about task ${session.task}, which does not exist here`,
        fix: 'Put it aside',
        repair: { kind: 'put_aside', path: file },
      },
    ];
  });

export const sessionUndocumented: Detector = ({ sessions, tasks }) =>
  sessions.flatMap(({ session }): HealthFinding[] => {
    if (session.end === null) return [];
    const task = tasks.find(({ record }) => record.id === session.task);
    const content = task?.content;
    if (task === undefined || content === undefined || isArchived(content.text, session.number)) return [];
    if (content.document.log.some((entry) => entry.session === session.number)) return [];
    return [
      {
        rule: 'session_undocumented',
        severity: 'warning',
        task: session.task,
        file: task.record.relativePath,
        message: `Session ${session.number} ended at ${session.end.at} and left no entry in the progress log`,
        fix: 'Write the entry from what is on record',
        repair: { kind: 'automatic_entry', task: session.task, session: session.id },
      },
    ];
  });

/** Packets of ended sessions stay: they say what an agent was told. */
export const packetOrphaned: Detector = ({ packets, sessions }: HealthFacts) => {
  const known = new Set(sessions.map(({ session }) => session.id));
  return packets
    .filter(({ session }) => !known.has(session))
    .map(({ file }) => ({
      rule: 'packet_orphaned',
      severity: 'info',
      file,
      message: 'Is the packet of a session that is not on record',
      fix: 'Put it aside',
      repair: { kind: 'put_aside', path: file },
    }));
};
