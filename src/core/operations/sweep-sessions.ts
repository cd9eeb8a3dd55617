/**
 * Looks at every session that has not ended and closes those whose process is proven gone, or of which nothing was heard
 * through lease and grace period (resolution C5); and finishes what a crash cut short when a session ended. A session
 * that is live, silent or suspect is left alone.
 */
import { isBatonError } from '../base/baton-error';
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
    if (options.except?.has(session.id) || !(await isLeft(workspace, session))) continue;
    try {
      await closeSession(workspace, session.id, { exitCode: null, reason: 'vanished' });
      if (session.end === null) closed.push(session);
    } catch (error) {
      // One session whose task file is gone or broken must not keep the others from being closed.
      const said = `Session ${session.number} of #${session.task} cannot be closed: ${String(error)}`;
      // Asked again every few seconds for as long as the file is gone, which the health check tells.
      if (isBatonError(error, 'not_found')) workspace.ports.log.debug(said);
      else workspace.ports.log.warn(said);
    }
  }
  return closed;
}

/** Its program is gone and it has not ended, or it has ended and its task was not given back. */
async function isLeft(workspace: BatonWorkspace, session: Session): Promise<boolean> {
  if (session.end !== null) return !session.end.released;
  return (await workspace.sessions.liveness(session)) === 'gone';
}

/**
 * Whoever watches the program sees it alive: renews the lease, with a look at the task file, since an agent without hooks
 * and commands shows its work there. Any change of it counts, by whomever: it only tells work from silence. Late beats
 * of an ended session change nothing. Throws `session_ended` when another session has followed.
 */
export async function beatSession(workspace: BatonWorkspace, sessionId: string): Promise<void> {
  const session = await workspace.sessions.get(sessionId);
  if (!session || session.end) return;
  await workspace.sessions.beat(session.id, session.token, await changedAt(workspace, session));
}

/** When the task file last changed; undefined when that cannot be told. A time in the future is now. */
async function changedAt(workspace: BatonWorkspace, session: Session): Promise<Date | undefined> {
  const { fs, clock } = workspace.ports;
  try {
    const { path } = await workspace.store.find(session.task);
    const stat = await fs.stat(path);
    return stat && new Date(Math.min(stat.mtimeMs, clock.now().getTime()));
  } catch (error) {
    // Its file is gone, cannot be read now, or is one of several: the beat itself still counts.
    if (isBatonError(error)) return undefined;
    throw error;
  }
}
