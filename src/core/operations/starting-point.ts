/** Where in git's history a task began: the commit its first session started from, else the last before its creation. */
import type { Session } from '../model/session';
import type { TaskDocument } from '../model/task';
import type { BatonWorkspace } from './workspace';

/** Undefined without git, or when nothing tells when the task began; a null commit is the beginning of history. */
export async function startingPoint(
  workspace: BatonWorkspace,
  document: TaskDocument,
): Promise<{ readonly commit: string | null } | undefined> {
  if (!(await workspace.ports.git.state(workspace.root))) return undefined;
  if (document.id !== undefined) {
    const sessions = await workspace.sessions.forTask(document.id);
    const first = [...sessions].sort((a, b) => a.number - b.number)[0];
    if (first) return { commit: await headAtStart(workspace, first) };
  }
  if (document.created === undefined) return undefined;
  return { commit: await workspace.ports.git.commitBefore(workspace.root, document.created) };
}

/**
 * The commit a session started from; null where there was none. One that git did not name then, for it may have given no
 * answer, is the last before the start: all of history is nobody's session.
 */
export async function headAtStart(
  { ports, root }: BatonWorkspace,
  { head, startedAt }: Session,
): Promise<string | null> {
  return head ?? (await ports.git.commitBefore(root, startedAt));
}
