/**
 * A text for an agent that runs: whether it may be disturbed now. Baton never sends one by itself; a person asks for it,
 * sees the text and agrees, and what is not sent is on record. Source: requirements 000-38, 000-44.
 */
import type { Session } from '../model/session';
import type { NudgeLedger } from '../nudges/nudge-ledger';

/** Whether an agent is in the middle of something; `unknown` where it has no hooks to tell. */
export type Disposition = 'waiting' | 'busy' | 'gone' | 'unknown';

/** A sign of the agent that is younger than this speaks of work. Milliseconds. */
const freshMs = 30_000;

export function dispositionOf(session: Session, now: Date): Disposition {
  if (session.end !== null) return 'gone';
  if (session.hookEvent === 'stop') return 'waiting';
  if (session.hookEvent !== null) return 'busy';
  const { activeAt } = session;
  return activeAt !== null && now.getTime() - Date.parse(activeAt) < freshMs ? 'busy' : 'unknown';
}

/** Why a text was not sent; kept for whoever asks later what became of it. */
export async function recordSkippedNudge(
  ledger: NudgeLedger,
  { id, task }: Session,
  reason: 'busy' | 'declined' | 'gone',
): Promise<void> {
  await ledger.skipped({ task, session: id, reason });
}
