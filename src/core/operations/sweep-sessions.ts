/** Looks at every session that has not ended and closes those whose process is proven gone (resolution C5). */
import type { Session } from '../model/session';
import { closeSession } from './close-session';
import type { BatonWorkspace } from './workspace';

export interface SweepOptions {
  /** Sessions whose end the caller is about to see for itself, with the exit code that a probe cannot know. */
  readonly except?: ReadonlySet<string>;
}

/** @returns the sessions it closed; running it again closes nothing more. */
export async function sweepSessions(
  workspace: BatonWorkspace,
  options: SweepOptions = {},
): Promise<readonly Session[]> {
  const closed: Session[] = [];
  for (const session of await workspace.sessions.list()) {
    if (session.end || options.except?.has(session.id)) continue;
    if ((await workspace.sessions.liveness(session)) !== 'gone') continue;
    try {
      await closeSession(workspace, session.id, { exitCode: null, reason: 'vanished' });
      closed.push(session);
    } catch (error) {
      // One session whose task file is gone or broken must not keep the others from being closed.
      workspace.ports.log.warn(
        `Session ${session.number} of #${session.task} cannot be closed: ${String(error)}`,
      );
    }
  }
  return closed;
}

/** The surface sees the program alive: renews the lease. Late beats of an ended session change nothing. */
export async function beatSession(workspace: BatonWorkspace, sessionId: string): Promise<void> {
  const session = await workspace.sessions.get(sessionId);
  if (session && !session.end) await workspace.sessions.beat(session.id, session.token);
}
