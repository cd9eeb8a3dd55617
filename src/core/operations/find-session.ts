import { BatonError } from '../base/baton-error';
import type { Session } from '../model/session';
import { isTaskId } from '../model/task';
import type { BatonWorkspace } from './workspace';

/**
 * The session a person means: by its id, or by its task (`101`, `#101`), which is the one that has not ended.
 * Throws `not_found`.
 */
export async function findSession(workspace: BatonWorkspace, words: string): Promise<Session> {
  const named = await workspace.sessions.get(words.trim());
  if (named) return named;
  const task = words.trim().replace(/^#/, '');
  if (isTaskId(task)) {
    const open = (await workspace.sessions.forTask(task)).findLast(({ end }) => end === null);
    if (open) return open;
  }
  throw new BatonError('not_found', `There is no session ${words}, and none that runs on such a task`, {
    hint: 'See `baton session list` for the sessions on record.',
  });
}
