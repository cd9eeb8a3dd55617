/** Puts on the change log what happens to a session, whose own record is no file of the store. */
import type { Session } from '../model/session';
import { join, paths } from '../store/paths';
import { changeBy } from './change-by';
import type { BatonWorkspace } from './workspace';

export async function recordSession(
  workspace: BatonWorkspace,
  type: 'session.start' | 'session.stop' | 'session.end' | 'session.exit' | 'session.abandon',
  session: Session,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const change = changeBy(workspace, type, { session: session.id, number: session.number, ...facts });
  const path = join(paths.sessions(workspace.root), `${session.id}.json`);
  await workspace.store.recordEvent({ path, task: session.task, change });
}
