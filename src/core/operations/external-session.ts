/**
 * Sessions of agents that a person started by hand, in any terminal or program: they hold the task, are heard, end and
 * are documented like any other, and Baton never stops or restarts them. Requirement 004-25.
 */
import { BatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import type { Session } from '../model/session';
import { replaceFile } from '../store/atomic-file';
import { join, paths } from '../store/paths';
import type { TaskText } from '../store/task-record';
import { applyTrigger, requireTrigger, surroundings } from './apply-trigger';
import { packetFor } from './build-packet';
import { type ClosedSession, closeSession } from './close-session';
import { writeEffectiveIdentity } from './effective-identity';
import { abandonLaunch } from './launch-session';
import { ownAct } from './own-act';
import { recordSession } from './record-session';
import { refreshInputs } from './refresh-inputs';
import { startFacts } from './session-start';
import { sweepSessions } from './sweep-sessions';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export interface ExternalSession {
  /** Who works, in the words of whoever tells; the task's own agent when nobody does. */
  readonly agent?: string | undefined;
  /** The process whose life is the session's. Without one it lives by its beats alone. */
  readonly pid?: number | undefined;
  /** The agent's own id of its session. */
  readonly nativeId?: string | undefined;
}

/**
 * Takes the task for an agent that runs already, writes its packet, and starts the task. An agent that is on record
 * already, by the id of its own session, goes on in its session.
 *
 * Throws `session_live` when another one works on it, `guard_failed` (not ready), `transition_refused`, `invalid_input`
 * when no such process runs, `not_found`, and what the store throws; then nothing is taken.
 */
export async function beginExternal(
  calling: BatonWorkspace,
  id: string,
  { agent, pid, nativeId }: ExternalSession,
): Promise<Session> {
  // The environment of the shell may still name a session that is over.
  const workspace = ownAct(calling);
  const task = asTaskId(id);
  await sweepSessions(workspace);
  const known = nativeId === undefined ? undefined : await openByNativeId(workspace, task, nativeId);
  if (known !== undefined) return known;
  await requireRunning(workspace, pid);
  requireTrigger(await workspace.store.read(task), await surroundings(workspace, task), 'start');
  await refreshInputs(workspace, task);
  const current = await workspace.store.read(task);
  const session = await workspace.sessions.start({
    ...(await startFacts(workspace, current)),
    agent: agent ?? current.document.agent ?? 'agent',
    origin: 'external',
    nativeId: nativeId ?? null,
  });
  try {
    return await settleIn(workspace, current, session, pid);
  } catch (error) {
    await abandonLaunch(workspace, session.id, 'the session could not begin');
    throw error;
  }
}

/**
 * The agent, or the person, says that it is over. Idempotent. Throws `guard_failed` for a session that Baton launched,
 * since its program's exit ends it; `not_found`; and what closing throws.
 *
 * @param exit.exitCode of the agent's program, when it is known
 */
export async function endExternal(
  workspace: BatonWorkspace,
  sessionId: string,
  { exitCode }: { readonly exitCode?: number | undefined },
): Promise<ClosedSession> {
  const session = await workspace.sessions.get(sessionId);
  if (!session) throw new BatonError('not_found', `There is no session ${sessionId}`);
  if (session.origin === 'managed') {
    const name = `Session ${session.number} of #${session.task}`;
    throw new BatonError('guard_failed', `${name} was launched by Baton and ends with its program`, {
      hint: 'End the agent, or use `baton session stop`.',
    });
  }
  return closeSession(workspace, sessionId, {
    exitCode: exitCode ?? null,
    reason: 'process',
    announced: exitCode === undefined,
  });
}

async function openByNativeId(
  { sessions }: BatonWorkspace,
  task: Session['task'],
  nativeId: string,
): Promise<Session | undefined> {
  return (await sessions.forTask(task)).find(
    (one) => one.end === null && one.origin === 'external' && one.nativeId === nativeId,
  );
}

/** A process that is not there would end the session at the next look. */
async function requireRunning({ ports }: BatonWorkspace, pid: number | undefined): Promise<void> {
  if (pid === undefined || (await ports.processes.startOf(pid)) !== undefined) return;
  throw new BatonError('invalid_input', `There is no process ${pid}`, {
    hint: 'Give the process of the agent, or of the shell it is started from (`$$` there).',
  });
}

async function settleIn(
  workspace: BatonWorkspace,
  { record }: TaskText,
  session: Session,
  pid: number | undefined,
): Promise<Session> {
  await recordSession(workspace, 'session.start', session, { agent: session.agent });
  if (pid !== undefined) await workspace.sessions.attachProcess(session.id, pid);
  const current = await workspace.store.read(record.id);
  const { packet, identity } = await packetFor(workspace, current, session.number, { agent: session.agent });
  await writeEffectiveIdentity(workspace, identity);
  const folder = paths.packets(workspace.root);
  await workspace.ports.fs.mkdir(folder);
  const path = join(folder, `${session.id}.md`);
  await replaceFile(workspace.ports.fs, path, encodeUtf8(packet.text));
  const begun = await workspace.sessions.note(session.id, { packet: path });
  // Last, since it is what giving the task back cannot undo.
  await applyTrigger(workspace, record.id, 'start', {}, await surroundings(workspace, record.id));
  return begun;
}
