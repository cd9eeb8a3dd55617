/** What the hover of a session says beside its row, as names and values. Pure. */
import type { Session, SessionEnd } from '../../core/model/session';
import type { SessionView } from '../../core/operations/task-view';
import { oneShortLine } from '../background/short-line';
import type { L10n } from '../l10n';
import { endWords, hooksInactiveWords, lastSign, liveWords, type SessionRendering } from './session-words';

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
  facts.push([l10n.t('Last sign of life'), time(lastSign(session))]);
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
  if (end.commits.length > 0)
    facts.push([l10n.t('Commits'), listed(end.commits.map(commitWords), '; ', l10n)]);
  if (end.filesChanged.length > 0)
    facts.push([l10n.t('Files changed'), listed(end.filesChanged, ', ', l10n)]);
  if (end.dirty) facts.push([l10n.t('Left behind'), l10n.t('uncommitted changes')]);
  if (end.automaticEntry) {
    facts.push([l10n.t('Progress log'), l10n.t('written by Baton, since the agent left no entry')]);
  }
  return facts;
}

function commitWords({ hash, subject }: SessionEnd['commits'][number]): string {
  return `${hash.slice(0, 7)} ${oneShortLine(subject)}`;
}

/** A hover longer than this hides more than it shows. */
const listedAtMost = 5;

function listed(items: readonly string[], separator: string, l10n: L10n): string {
  const shown = items.slice(0, listedAtMost);
  const more = items.length - shown.length;
  return [...shown, ...(more > 0 ? [l10n.t('{0} more', more)] : [])].join(separator);
}

function started(session: Session, l10n: L10n): readonly Fact[] {
  if (session.origin === 'external') {
    return [[l10n.t('Started'), l10n.t('by hand; Baton neither stops nor restarts it')]];
  }
  return session.trigger === 'automatic' ? [[l10n.t('Started'), l10n.t('by Baton itself')]] : [];
}
