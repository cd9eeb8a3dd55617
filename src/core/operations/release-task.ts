/**
 * Gives the task of an ended session back, through the status machine and by evidence (product.md section 4, resolution
 * C5): `releaseOnExit` where somebody saw the exit, `recoverStuckAcknowledged` and `recoverOrphaned` where nobody did
 * and the lease and the probe are the evidence.
 *
 * A task that is acknowledged or in progress with no session on record here is left alone: somebody may work on it by
 * hand or on another machine, and Baton did not launch it. The health check tells of it.
 */
import { isBatonError } from '../base/baton-error';
import type { ExitReason, Session } from '../model/session';
import type { Status, Trigger } from '../model/status';
import { applyTrigger, surroundings } from './apply-trigger';
import { ownAct } from './own-act';
import type { BatonWorkspace } from './workspace';

/**
 * Idempotent: what the record says to be released is not touched again, whatever has become of the task since. A crash
 * before that is made up for by the next sweep.
 */
export async function releaseTask(workspace: BatonWorkspace, session: Session): Promise<void> {
  const { end } = session;
  if (end === null || end.released) return;
  const { document } = await workspace.store.read(session.task);
  if (isClaimed(document.status)) await release(workspace, session, end.reason, document.status);
  await workspace.sessions.released(session.id);
}

async function release(
  workspace: BatonWorkspace,
  session: Session,
  reason: ExitReason,
  status: Claimed,
): Promise<void> {
  const around = await surroundings(workspace, session.task);
  // Another session has followed: the task is its to release.
  if (around.liveSession) return;
  // Found gone, at once or after its window had closed, is not seen.
  const exitObserved = reason !== 'vanished' && reason !== 'shutdown';
  const trigger: Trigger = exitObserved ? 'releaseOnExit' : recovery[status];
  // The evidence is that of the lease as it stood: an end on record has none of its own.
  const lease = exitObserved ? undefined : await workspace.sessions.evidence({ ...session, end: null });
  try {
    await applyTrigger(ownAct(workspace), session.task, trigger, {}, around, { exitObserved, lease });
  } catch (error) {
    // Changed by somebody else meanwhile, who has then decided on it.
    if (!isBatonError(error, 'transition_refused')) throw error;
    workspace.ports.log.info(`#${session.task} was not released: ${error.message}`);
  }
}

type Claimed = 'acknowledged' | 'in_progress';

const recovery: Readonly<Record<Claimed, Trigger>> = {
  acknowledged: 'recoverStuckAcknowledged',
  in_progress: 'recoverOrphaned',
};

function isClaimed(status: Status): status is Claimed {
  return status === 'acknowledged' || status === 'in_progress';
}
