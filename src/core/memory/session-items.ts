/** Items from session records: that a session began, and how it ended. Requirement 001-30. */
import type { MemoryInput } from '../model/memory';
import type { Session, SessionEnd } from '../model/session';
import type { Hasher } from '../ports';
import { makeItems } from './make-items';

const filesNamed = 40;

/**
 * None for a session that Baton began by itself: what runs by the clock leaves no memories of its own; what its agent wrote
 * down is in the progress log.
 *
 * @param path of the record, from the workspace folder
 */
export function sessionItems(hasher: Hasher, session: Session, path: string): readonly MemoryInput[] {
  if (session.trigger === 'automatic') return [];
  const { id, task, number, agent, startedAt, end } = session;
  const common = {
    detail: null,
    ...{ task, session: number },
    provenance: 'tool',
    source: { path, anchor: null },
  } as const;
  const branch = session.branch === null ? '' : ` on branch ${session.branch}`;
  const began = `Session ${number} of #${task} was started by ${agent}${branch} at ${startedAt}.`;
  const start = makeItems(hasher, {
    ...common,
    about: ['session_start', id],
    kind: 'session_start',
    at: startedAt,
    title: `Session ${number} of #${task} was started by ${agent}`,
    text: began,
  });
  if (end === null) return start;
  const ended = makeItems(hasher, {
    ...common,
    about: ['session_end', id],
    kind: 'session_end',
    at: end.at,
    title: `Session ${number} of #${task} by ${agent} ended (${howItEnded(end)})`,
    text: endText(session, end),
  });
  return [...start, ...ended];
}

function howItEnded({ reason, exitCode, signal }: SessionEnd): string {
  if (signal !== null) return `${reason}, signal ${signal}`;
  return exitCode === null ? reason : `${reason}, exit code ${exitCode}`;
}

function endText({ number, task, agent }: Session, end: SessionEnd): string {
  const { commits, filesChanged, passed, failed } = end;
  const more = filesChanged.length - filesNamed;
  return [
    `Session ${number} of #${task} by ${agent} ended at ${end.at} (${howItEnded(end)}).`,
    ...(passed.length === 0 ? [] : [`Features that pass since: ${passed.join(', ')}`]),
    ...(failed.length === 0 ? [] : [`Features that pass no more: ${failed.join(', ')}`]),
    ...commits.map(({ hash, subject }) => `Commit ${hash.slice(0, 12)}: ${subject}`),
    ...(filesChanged.length === 0 ? [] : [`Files: ${filesChanged.slice(0, filesNamed).join(', ')}`]),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}
