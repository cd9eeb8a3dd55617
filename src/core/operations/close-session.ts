/**
 * The end of a session, from facts: exit, git, checklist. Writes an entry if the agent left none, so that no session is
 * ever undocumented, records the commits, and releases the task by the evidence of the exit. Source: product.md sections
 * 4 and 6; requirements 004-12 … 004-16, 004-24, 004-32; agents.md, finding 5.
 */
import { BatonError } from '../base/baton-error';
import { addCommits } from '../markdown/edits/add-commits';
import { appendProgress } from '../markdown/edits/append-progress';
import type { ExitMap } from '../model/agent-profile';
import type { ExitReason, Session, SessionEnd } from '../model/session';
import { isIntended } from '../sessions/describe-exit';
import { automaticEntry, exitFacts } from '../sessions/exit-facts';
import { changeBy } from './change-by';
import { isOwnFile } from './is-own-file';
import { ownAct } from './own-act';
import { enqueueEnded, type LimitSeen } from './queue-upkeep';
import { recordSession } from './record-session';
import { releaseTask } from './release-task';
import { removeRunFolder } from './run-folder';
import { viewOf } from './show-task';
import { headAtStart } from './starting-point';
import type { TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface ExitSeen {
  /** Null when unknown; never guessed. */
  readonly exitCode: number | null;
  readonly signal?: string | null;
  readonly reason: ExitReason;
  /** What the agent means by its exit codes, where its profile is at hand. */
  readonly exitMap?: ExitMap | undefined;
  /** The agent, or the person beside it, said that it is over: so it was wanted, whatever the code. */
  readonly announced?: boolean;
  /** Its provider's usage limit ended it, where its output or its exit told. */
  readonly limit?: LimitSeen | undefined;
}

export interface ClosedSession {
  readonly task: TaskView;
  readonly automaticEntry: boolean;
}

/**
 * Idempotent, also when two windows and a command line do it at once: the first to come ends the session, and a later
 * call only makes up for what a crash cut short, and fills in an exit that was seen where the first had only found the
 * program gone. Throws `not_found` when there is no such session.
 */
export async function closeSession(
  calling: BatonWorkspace,
  sessionId: string,
  exit: ExitSeen,
): Promise<ClosedSession> {
  const workspace = ownAct(calling);
  const found = await workspace.sessions.get(sessionId);
  if (!found) throw new BatonError('not_found', `There is no session ${sessionId}`);
  const ended = await workspace.sessions.ending(sessionId, async () => {
    const session = (await workspace.sessions.get(sessionId)) ?? found;
    const closed = session.end
      ? await complete(workspace, session, exit)
      : await end(workspace, session, exit);
    await enqueueEnded(workspace, closed, exit.limit);
    await releaseTask(workspace, closed);
    await removeRunFolder(workspace, sessionId);
    return closed;
  });
  const record = await workspace.store.find(ended.task);
  return { task: await viewOf(workspace, record), automaticEntry: ended.end?.automaticEntry ?? false };
}

/** What only a watcher knows may come after somebody else has found the program gone. */
async function complete(workspace: BatonWorkspace, session: Session, exit: ExitSeen): Promise<Session> {
  if (session.end?.reason !== 'vanished' || exit.reason === 'vanished') return session;
  const settled = settle(session, exit);
  const documented = !session.end.automaticEntry;
  const { exitCode, signal, reason } = settled;
  await recordSession(workspace, 'session.exit', session, { exitCode, signal, reason });
  return workspace.sessions.completeEnd(session.id, {
    exitCode,
    signal,
    reason,
    intended: settled.announced || isIntended({ ...settled, documented }),
  });
}

async function end(workspace: BatonWorkspace, session: Session, exit: ExitSeen): Promise<Session> {
  const settled = settle(session, exit);
  const facts = await documentSession(workspace, session, settled);
  const { exitCode, signal, reason, finalEvent, intended } = facts;
  await recordSession(workspace, 'session.end', session, { exitCode, signal, reason, finalEvent, intended });
  return workspace.sessions.end(session.id, facts);
}

type Settled = Required<Omit<ExitSeen, 'exitMap' | 'limit'>> &
  Pick<ExitSeen, 'exitMap'> &
  Pick<SessionEnd, 'finalEvent'>;

/**
 * The exit in the light of what is on record: who asked for it, whether its window had closed before it was found gone,
 * and what its hooks told last.
 */
function settle(session: Session, exit: ExitSeen): Settled {
  const { exitCode, signal, reason, exitMap, announced = false } = exit;
  return {
    exitCode,
    announced,
    signal: signal ?? null,
    reason: reasonOf(session, reason),
    finalEvent: session.hookEvent,
    exitMap,
  };
}

function reasonOf({ stopRequestedBy, watcherLeftAt }: Session, seen: ExitReason): ExitReason {
  if (stopRequestedBy !== null) return stopRequestedBy === 'person' ? 'user' : 'extension';
  return seen === 'vanished' && watcherLeftAt !== null ? 'shutdown' : seen;
}

const maxFiles = 500;

type Changed = Pick<SessionEnd, 'automaticEntry' | 'passed' | 'failed' | 'ticked' | 'intended'>;

/** Writes what the session left into its task. @returns the end as it is to be recorded */
async function documentSession(
  workspace: BatonWorkspace,
  session: Session,
  { exitMap, announced, ...exit }: Settled,
): Promise<SessionEnd> {
  const at = timestamp(workspace);
  // Where its file is gone git is not asked either: every sweep tries again.
  await workspace.store.find(session.task);
  const git = await sinceStart(workspace, session);
  const work = git.filesChanged.filter((path) => !isOwnFile(workspace, path));
  let changed: Changed = { automaticEntry: false, passed: [], failed: [], ticked: 0, intended: false };
  const change = changeBy(workspace, 'session.close', { session: session.id, ...exit });
  await workspace.store.update(session.task, change, ({ text, document }) => {
    const facts = exitFacts(session, document, { at, ...exit, exitMap, ...git, filesChanged: work });
    const { documented } = facts;
    changed = {
      automaticEntry: !documented,
      passed: facts.newlyPassed.map(({ id }) => id),
      failed: [...facts.nowFailing],
      ticked: facts.newlyTicked,
      intended: announced || isIntended({ ...exit, exitMap, documented }),
    };
    const entry = documented
      ? []
      : appendProgress(text, { session: session.number, at, automatic: true, ...automaticEntry(facts) });
    return [...entry, ...addCommits(text, git.commits)];
  });
  return {
    at,
    ...exit,
    ...changed,
    ...git,
    filesChanged: git.filesChanged.slice(0, maxFiles),
    released: false,
  };
}

/** Commits, changed files and a dirty tree; nothing of it where there is no repository. */
async function sinceStart(
  workspace: BatonWorkspace,
  session: Session,
): Promise<Pick<SessionEnd, 'commits' | 'filesChanged' | 'dirty'>> {
  const { ports, root } = workspace;
  const state = await ports.git.state(root);
  if (state === undefined) return { commits: [], filesChanged: [], dirty: false };
  const start = await headAtStart(workspace, session);
  const commits = await ports.git.commitsSince(root, start);
  const files = await ports.git.filesChangedSince(root, start);
  return { commits: [...commits], filesChanged: files.map(({ path }) => path), dirty: state.dirty };
}
