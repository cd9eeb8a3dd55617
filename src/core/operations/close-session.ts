/**
 * The end of a session, from facts: exit, git, checklist. Writes an entry if the agent left none, so that no session is
 * ever undocumented, records the commits, and releases the task by the evidence of the exit.
 */
import { BatonError } from '../base/baton-error';
import { addCommits } from '../markdown/edits/add-commits';
import { appendProgress } from '../markdown/edits/append-progress';
import type { ExitReason, Session } from '../model/session';
import { automaticEntry, exitFacts } from '../sessions/exit-facts';
import { applyTrigger, surroundings } from './apply-trigger';
import { changeBy } from './change-by';
import { recordSession } from './record-session';
import { viewOf } from './show-task';
import type { TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface ExitSeen {
  /** Null when unknown; never guessed. */
  readonly exitCode: number | null;
  readonly signal?: string | null;
  readonly reason: ExitReason;
}

/** Idempotent: a second call changes nothing. Throws `not_found` when there is no such session. */
export async function closeSession(
  workspace: BatonWorkspace,
  sessionId: string,
  exit: ExitSeen,
): Promise<{ readonly task: TaskView; readonly automaticEntry: boolean }> {
  const session = await workspace.sessions.get(sessionId);
  if (!session) throw new BatonError('not_found', `There is no session ${sessionId}`);
  if (session.end) {
    const record = await workspace.store.find(session.task);
    return { task: await viewOf(workspace, record), automaticEntry: session.end.automaticEntry };
  }
  const automatic = await documentSession(workspace, session, exit);
  await release(workspace, session);
  const record = await workspace.store.find(session.task);
  return { task: await viewOf(workspace, record), automaticEntry: automatic };
}

async function documentSession(
  workspace: BatonWorkspace,
  session: Session,
  exit: ExitSeen,
): Promise<boolean> {
  const { git } = workspace.ports;
  const at = timestamp(workspace);
  const state = await git.state(workspace.root);
  const commits = state ? await git.commitsSince(workspace.root, session.head) : [];
  const files = state ? await git.filesChangedSince(workspace.root, session.head) : [];
  let automatic = false;
  const signal = exit.signal ?? null;
  const change = changeBy(workspace, 'session.close', { session: session.id, ...exit });
  await workspace.store.update(session.task, change, ({ text, document }) => {
    const facts = exitFacts(session, document, {
      at,
      exitCode: exit.exitCode,
      signal,
      reason: exit.reason,
      commits,
      filesChanged: files.map(({ path }) => path),
      dirty: state?.dirty ?? false,
    });
    automatic = !facts.documented;
    const entry = automatic
      ? appendProgress(text, { session: session.number, at, automatic: true, ...automaticEntry(facts) })
      : [];
    return [...entry, ...addCommits(text, commits)];
  });
  await recordSession(workspace, 'session.end', session, { exitCode: exit.exitCode, reason: exit.reason });
  await workspace.sessions.end(session.id, {
    at,
    exitCode: exit.exitCode,
    signal,
    reason: exit.reason,
    commits: [...commits],
    filesChanged: files.map(({ path }) => path).slice(0, 500),
    dirty: state?.dirty ?? false,
    automaticEntry: automatic,
  });
  return automatic;
}

/** The exit was observed, or the process is proven gone: that is the evidence `releaseOnExit` asks for. */
async function release(workspace: BatonWorkspace, session: Session): Promise<void> {
  const { document } = await workspace.store.read(session.task);
  if (document.status !== 'acknowledged' && document.status !== 'in_progress') return;
  const around = await surroundings(workspace, session.task);
  if (around.liveSession) return;
  // Baton's own act: the session has ended, and what is over may not write any more.
  const baton = { ...workspace, acting: { ...workspace.acting, session: undefined } };
  await applyTrigger(baton, session.task, 'releaseOnExit', {}, around, { exitObserved: true });
}
