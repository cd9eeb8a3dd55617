/** What the hover of a session says beside its row, as names and values. Pure. */
import type { Session, SessionEnd } from '../../core/model/session';
import type { SessionView } from '../../core/operations/task-view';
import type { L10n } from '../l10n';
import { endWords, hooksInactiveWords, liveWords, type SessionRendering } from './session-words';

export type Fact = readonly [name: string, value: string];

/** @param notices what the person was told before the launch, in sentences */
export function sessionFacts(
  view: SessionView,
  notices: readonly string[],
  rendering: SessionRendering,
): readonly Fact[] {
  const { l10n, agent } = rendering;
  const { session } = view;
  const { end } = session;
  return [
    [l10n.t('Session'), l10n.t('{0} of #{1}, {2}', session.number, session.task, agent(session.agent).label)],
    [
      end === null ? l10n.t('Now') : l10n.t('Ended'),
      end === null ? liveWords(view, rendering) : endWords(session, end, rendering),
    ],
    ...(end === null ? liveFacts(view, notices, rendering) : endFacts(end, l10n)),
    ...started(session, l10n),
  ];
}

function liveFacts(
  view: SessionView,
  notices: readonly string[],
  { l10n, time }: SessionRendering,
): readonly Fact[] {
  const { session } = view;
  const facts: Fact[] = [];
  if (session.hookAt !== null) facts.push([l10n.t('Last heard'), time(session.hookAt)]);
  if (view.hooksInactive) facts.push([l10n.t('Hooks'), hooksInactiveWords(l10n)]);
  if (session.pid !== null) facts.push([l10n.t('Process'), String(session.pid)]);
  for (const notice of notices) facts.push([l10n.t('Note'), notice]);
  return facts;
}

function endFacts(end: SessionEnd, l10n: L10n): readonly Fact[] {
  const facts: Fact[] = [];
  if (end.passed.length > 0) facts.push([l10n.t('Features that pass now'), end.passed.join(', ')]);
  if (end.failed.length > 0) facts.push([l10n.t('Features that pass no more'), end.failed.join(', ')]);
  if (end.ticked > 0) facts.push([l10n.t('Acceptance criteria ticked'), String(end.ticked)]);
  if (end.filesChanged.length > 0) facts.push([l10n.t('Files changed'), String(end.filesChanged.length)]);
  if (end.dirty) facts.push([l10n.t('Left behind'), l10n.t('uncommitted changes')]);
  if (end.automaticEntry) {
    facts.push([l10n.t('Progress log'), l10n.t('written by Baton, since the agent left no entry')]);
  }
  return facts;
}

function started(session: Session, l10n: L10n): readonly Fact[] {
  if (session.origin === 'external') {
    return [[l10n.t('Started'), l10n.t('by hand; Baton neither stops nor restarts it')]];
  }
  return session.trigger === 'automatic' ? [[l10n.t('Started'), l10n.t('by Baton itself')]] : [];
}
