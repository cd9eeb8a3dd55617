/** How a session goes or went, in a few words. What is not known is called unknown, never guessed. Pure. */
import type { ExitMap } from '../../core/model/agent-profile';
import type { Session, SessionEnd } from '../../core/model/session';
import type { SessionView } from '../../core/operations/task-view';
import type { L10n } from '../l10n';

/** What is shown of the agent of a session; its profile may be gone. */
export interface AgentFacts {
  readonly label: string;
  readonly exit: ExitMap | undefined;
}

export interface SessionRendering {
  readonly l10n: L10n;
  /** The time of day (and the day, when it is another) of a UTC time, for the reader's own clock. */
  readonly time: (utc: string) => string;
  readonly agent: (id: string) => AgentFacts;
}

/** One thing at a time: what a person asked for comes before what is wrong. */
export function liveWords(view: SessionView, { l10n, time }: SessionRendering): string {
  const { session, liveness } = view;
  if (session.stopRequestedAt !== null) return l10n.t('stopping…');
  const start = time(session.startedAt);
  // One phrase, since the side bar is narrow and shows little more than that.
  const since = isBackground(session)
    ? l10n.t('in the background since {0}', start)
    : l10n.t('running since {0}', start);
  const flags: string[] = [];
  if (session.origin === 'external') flags.push(l10n.t('started by hand'));
  if (liveness === 'silent') flags.push(l10n.t('silent since {0}', time(lastSign(session))));
  else if (view.longRunning) flags.push(l10n.t('long-running'));
  if (view.hooksInactive) flags.push(l10n.t('hooks not active'));
  return [since, ...flags].join(' · ');
}

export function endWords(session: Session, end: SessionEnd, rendering: SessionRendering): string {
  const { l10n, time, agent } = rendering;
  const parts = [
    exitWords(end, agent(session.agent).exit, l10n),
    `${time(session.startedAt)} – ${time(end.at)}`,
  ];
  parts.push(...doneWords(end, l10n));
  if (isBackground(session)) parts.push(l10n.t('in the background'));
  if (session.origin === 'external') parts.push(l10n.t('started by hand'));
  return parts.join(' · ');
}

/** What it changed, as numbers: features, commits, files. */
function doneWords({ passed, commits, filesChanged }: SessionEnd, l10n: L10n): readonly string[] {
  const words: string[] = [];
  if (passed.length === 1) words.push(l10n.t('1 feature passes'));
  else if (passed.length > 1) words.push(l10n.t('{0} features pass', passed.length));
  if (commits.length === 1) words.push(l10n.t('1 commit'));
  else if (commits.length > 1) words.push(l10n.t('{0} commits', commits.length));
  if (filesChanged.length === 1) words.push(l10n.t('1 file'));
  else if (filesChanged.length > 1) words.push(l10n.t('{0} files', filesChanged.length));
  return words;
}

/** Without a terminal: Baton runs it, and keeps what it prints. */
export function isBackground({ mode, trigger }: Session): boolean {
  return mode === 'headless' && trigger === 'automatic';
}

/** When the agent itself was last heard or seen to act; UTC. */
export function lastSign({ activeAt, startedAt }: Session): string {
  return activeAt ?? startedAt;
}

/** How a session ended, in the order of what says most. */
export type EndKind = 'well' | 'doubtful' | 'stopped' | 'unexpected';

export function endKind(end: SessionEnd, exit: ExitMap | undefined): EndKind {
  if (end.reason === 'user' || end.reason === 'extension') return 'stopped';
  if (end.exitCode === 0 && end.signal === null) return isDoubtful(end, exit) ? 'doubtful' : 'well';
  return end.intended ? 'well' : 'unexpected';
}

/** Code 0 of an agent that also gives it when it was interrupted, and nothing but the code to go by. */
function isDoubtful({ finalEvent }: SessionEnd, exit: ExitMap | undefined): boolean {
  return exit?.trustworthy === false && finalEvent !== 'end' && finalEvent !== 'stop';
}

/** @param exit what the agent means by its codes, where its profile is at hand */
export function exitWords(end: SessionEnd, exit: ExitMap | undefined, l10n: L10n): string {
  const words = plainExit(end, exit, l10n);
  switch (endKind(end, exit)) {
    case 'doubtful':
      return l10n.t('{0}, which says little', words);
    case 'unexpected':
      // To vanish is unexpected by itself; that the window was closed is the reason.
      return end.reason === 'process' || end.reason === 'unknown' ? l10n.t('{0}, unexpected', words) : words;
    case 'well':
    case 'stopped':
      return words;
  }
}

function plainExit(end: SessionEnd, exit: ExitMap | undefined, l10n: L10n): string {
  if (end.reason === 'user') return l10n.t('stopped by you');
  if (end.reason === 'extension') return l10n.t('stopped by Baton');
  if (end.reason === 'vanished') return l10n.t('vanished');
  if (end.reason === 'shutdown') return l10n.t('ended with the window');
  if (end.signal !== null) return l10n.t('ended by {0}', end.signal);
  if (end.exitCode === null) return l10n.t('ended, exit code unknown');
  const meaning = exit?.meanings[String(end.exitCode)];
  return meaning === undefined
    ? l10n.t('exited with {0}', end.exitCode)
    : l10n.t('exited with {0} ({1})', end.exitCode, meaning);
}

/** What hooks that are not active mean for the person who reads it. */
export function hooksInactiveWords(l10n: L10n): string {
  return l10n.t(
    'Its hooks are not active: Baton hears nothing from the agent itself, gives it no facts after a compaction and does not ask for a progress entry. Its exit is still recorded.',
  );
}
