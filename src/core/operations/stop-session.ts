/**
 * *Stop Agent*: ends what Baton launched, politely and then firmly. Works for sessions of other windows and command
 * lines too, since the process is known by pid and start time. Requirements 004-4, 004-12; reliability R11.
 */
import { BatonError } from '../base/baton-error';
import type { Session } from '../model/session';
import type { ProcessIdentity } from '../ports';
import { defaultIntervals } from '../sessions/intervals';
import { closeSession } from './close-session';
import { recordSession } from './record-session';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface StopOptions {
  /** A person asked for it, or Baton by itself. It is the reason of the end, which is intended either way. */
  readonly by: 'person' | 'baton';
  /** Milliseconds between asking the program to end and ending it. */
  readonly firmAfterMs?: number;
}

export interface StoppedSession {
  readonly session: Session;
  /** The program ended when it was asked to, was ended, or was gone already. */
  readonly how: 'politely' | 'firmly' | 'gone';
}

/** Between two looks at the program. */
const lookMs = 50;
/** So long whoever watches the program has to record the exit that only it can see; then it is closed without. */
const watcherMs = 2000;

/**
 * Does nothing for a session that has ended. Throws `guard_failed` for an external session and for a process that cannot
 * be reached from here or does not end, `not_found`, and what closing throws.
 */
export async function stopSession(
  workspace: BatonWorkspace,
  sessionId: string,
  { by, firmAfterMs = defaultIntervals.stopFirmMs }: StopOptions,
): Promise<StoppedSession> {
  const found = await workspace.sessions.get(sessionId);
  if (!found) throw new BatonError('not_found', `There is no session ${sessionId}`);
  if (found.end) return { session: found, how: 'gone' };
  const program = reachable(workspace, found);
  if (found.stopRequestedAt === null) {
    await recordSession(workspace, 'session.stop', found, { by });
    const stopRequestedAt = timestamp(workspace);
    await workspace.sessions.note(sessionId, { stopRequestedAt, stopRequestedBy: by });
  }
  const how = await endProgram(workspace, program, firmAfterMs);
  return { session: await settledEnd(workspace, found, by), how };
}

/** The process of the session, if it is ours to end and can be told from here. */
function reachable({ ports }: BatonWorkspace, session: Session): ProcessIdentity {
  const { number, task, origin, pid, pidStart, pidScope } = session;
  const name = `Session ${number} of #${task}`;
  if (origin === 'external') {
    throw new BatonError('guard_failed', `${name} was started by hand, so Baton does not stop it`, {
      hint: 'End the agent where it runs, then `baton session end` or its lease ends the session.',
    });
  }
  if (pid === null || pidStart === null || pidScope !== ports.processes.self.scope) {
    const why = pid === null ? 'has no program yet' : 'runs where it cannot be reached from here';
    throw new BatonError('guard_failed', `${name} ${why}`, {
      hint: 'Stop the agent where it runs; its session is closed then, or when its lease is over.',
    });
  }
  return { pid, start: pidStart, scope: pidScope };
}

async function endProgram(
  workspace: BatonWorkspace,
  program: ProcessIdentity,
  firmAfterMs: number,
): Promise<StoppedSession['how']> {
  const { processes } = workspace.ports;
  if (!(await processes.signal(program, 'terminate'))) {
    if ((await processes.isRunning(program)) === false) return 'gone';
    throw new BatonError('guard_failed', `Process ${program.pid} cannot be told from another one now`, {
      hint: 'Try again, or stop the agent where it runs.',
    });
  }
  if (await isGone(workspace, program, firmAfterMs)) return 'politely';
  if (!(await processes.signal(program, 'kill'))) return 'politely';
  if (await isGone(workspace, program, firmAfterMs)) return 'firmly';
  throw new BatonError('guard_failed', `Process ${program.pid} does not end, not even when it is killed`, {
    hint: 'The system keeps it; its session is closed as soon as it is gone.',
  });
}

/** Waits until that very run is gone; false when it still runs, or cannot be told, after so many milliseconds. */
function isGone({ ports }: BatonWorkspace, program: ProcessIdentity, waitMs: number): Promise<boolean> {
  return until(ports.clock, waitMs, async () => (await ports.processes.isRunning(program)) === false);
}

async function settledEnd(
  workspace: BatonWorkspace,
  { id, task }: Session,
  by: StopOptions['by'],
): Promise<Session> {
  const ended = async () => (await workspace.sessions.get(id))?.end != null;
  if (!(await until(workspace.ports.clock, watcherMs, ended))) {
    await closeSession(workspace, id, { exitCode: null, reason: by === 'person' ? 'user' : 'extension' });
  }
  const session = await workspace.sessions.get(id);
  if (session) return session;
  throw new BatonError('not_found', `The record of session ${id} of #${task} is gone`);
}

async function until(
  clock: BatonWorkspace['ports']['clock'],
  limitMs: number,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = clock.monotonicMs() + limitMs;
  while (!(await holds())) {
    if (clock.monotonicMs() >= deadline) return false;
    await clock.delay(lookMs);
  }
  return true;
}
