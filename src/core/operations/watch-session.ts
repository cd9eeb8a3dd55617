import type { Session } from '../model/session';
import { confirmStart } from './launch-session';
import { findIfAny } from './show-task';
import { beatSession } from './sweep-sessions';
import type { BatonWorkspace } from './workspace';

/**
 * The beat of whoever launched the program and sees it alive. Makes up for a start that could not be written down, as
 * when the disk was full then: without its process on record a session would be judged by its lease alone, and its task
 * would look as if nobody had begun. Throws as `confirmStart` and `beatSession`; the lease is renewed in any case.
 */
export async function beatWatched(workspace: BatonWorkspace, sessionId: string, pid: number): Promise<void> {
  try {
    const session = await workspace.sessions.get(sessionId);
    if (session?.end === null && (await isUnconfirmed(workspace, session)))
      await confirmStart(workspace, sessionId, pid);
  } finally {
    await beatSession(workspace, sessionId);
  }
}

/** A task is acknowledged between its launch and the start of the program, and only then. */
async function isUnconfirmed(workspace: BatonWorkspace, { pid, task }: Session): Promise<boolean> {
  return pid === null || (await findIfAny(workspace, task))?.outline.status === 'acknowledged';
}
