/** Whether a process of Baton's was cut short in this folder. Apart from the health check, which costs far more. */
import { leftLocks, leftTemporaries } from './health/runtime-files';
import type { BatonWorkspace } from './workspace';

/**
 * Whether Baton was cut short here: a session is open whose program is gone, or a lock, a temporary file or an
 * announced change was left behind. Cheap enough to ask whenever a folder is opened; reads no task.
 */
export async function wasUncleanStop(workspace: BatonWorkspace): Promise<boolean> {
  for (const session of await workspace.sessions.list()) {
    if (session.end === null && (await workspace.sessions.liveness(session)) === 'gone') return true;
  }
  if ((await leftLocks(workspace)).some(({ state }) => state === 'orphaned')) return true;
  if ((await leftTemporaries(workspace)).length > 0) return true;
  const { changeLog } = workspace.store;
  const { records, outcomes } = await changeLog.read(await changeLog.checkpoint());
  return records.some(({ record }) => record.via === 'file' && !outcomes.has(record.seq));
}
