/** Where in git's history a task began: the commit its first session started from, else the last before its creation. */
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
    if (first) return { commit: first.head };
  }
  if (document.created === undefined) return undefined;
  return { commit: await workspace.ports.git.commitBefore(workspace.root, document.created) };
}
