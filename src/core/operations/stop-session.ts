/**
 * *Stop Agent*: ends what Baton launched, politely and then firmly. Works for sessions of other windows and command
 * lines too, since the process is known by pid and start time. Requirements 004-4, 004-12; reliability R11.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import type { Session } from '../model/session';
import type { Ports, ProcessIdentity } from '../ports';
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
  /** The request is on record; ending the program takes seconds, and whoever looks on wants to see it meanwhile. */
  readonly onRequested?: () => void;
}

export interface StoppedSession {
  readonly session: Session;
  /** The program and all it has started ended when asked to, something had to be killed, or it was gone already. */
  readonly how: 'politely' | 'firmly' | 'gone';
}

/** Between two looks at the program. */
const lookMs = 50;

/**
 * Does nothing for a session that has ended. Throws `guard_failed` for an external session and for a process that cannot
 * be reached from here or does not end, `not_found`, and what closing throws.
 */
export async function stopSession(
  workspace: BatonWorkspace,
  sessionId: string,
  { by, firmAfterMs = defaultIntervals.stopFirmMs, onRequested }: StopOptions,
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
  onRequested?.();
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

/**
 * Ends a program and all it has started: an agent's work may be done by a second process of its own. All are asked at
 * once, as by Ctrl+C in a terminal, the starter first, so that it does not start again what has just ended.
 */
async function endProgram(
  workspace: BatonWorkspace,
  program: ProcessIdentity,
  firmAfterMs: number,
): Promise<StoppedSession['how']> {
  const asked = await withStarted(workspace, [program]);
  if (!(await signalAll(workspace, asked, 'terminate'))) {
    if ((await workspace.ports.processes.isRunning(program)) === false) return 'gone';
    throw new BatonError('guard_failed', `Process ${program.pid} cannot be asked to end now`, {
      hint: 'Try again, or stop the agent where it runs.',
    });
  }
  if (await areGone(workspace, asked, firmAfterMs)) return 'politely';
  // With what they have started since they were asked.
  const left = await withStarted(workspace, await notGone(workspace, asked));
  const killed = await signalAll(workspace, left, 'kill');
  if (await areGone(workspace, left, firmAfterMs)) return killed ? 'firmly' : 'politely';
  throw doNotEnd(await notGone(workspace, left));
}

/** The programs and all they have started. Each once, the starter before the started. */
async function withStarted(
  { ports }: BatonWorkspace,
  programs: readonly ProcessIdentity[],
): Promise<readonly ProcessIdentity[]> {
  const found = new Map<number, ProcessIdentity>();
  for (const program of programs) {
    if (found.has(program.pid)) continue;
    found.set(program.pid, program);
    for (const one of await treeOf(ports, program)) found.set(one.pid, one);
  }
  return [...found.values()];
}

/** Where the system does not list its processes, the program itself can still be ended. */
async function treeOf(
  { processes, log }: Ports,
  program: ProcessIdentity,
): Promise<readonly ProcessIdentity[]> {
  try {
    return await processes.treeOf(program);
  } catch (error) {
    if (!isBatonError(error, 'io_failed')) throw error;
    log.warn(`What process ${program.pid} has started cannot be told: ${error.message}`);
    return [program];
  }
}

/** @returns whether any was reached. One that the system keeps from us does not keep us from the others. */
async function signalAll(
  { ports }: BatonWorkspace,
  programs: readonly ProcessIdentity[],
  how: 'terminate' | 'kill',
): Promise<boolean> {
  let reached = false;
  for (const program of programs) {
    try {
      reached = (await ports.processes.signal(program, how)) || reached;
    } catch (error) {
      if (!isBatonError(error, 'io_failed')) throw error;
      ports.log.warn(error.message);
    }
  }
  return reached;
}

/** Waits until those very runs are gone; false when one still runs, or cannot be told, after so many milliseconds. */
function areGone(
  workspace: BatonWorkspace,
  programs: readonly ProcessIdentity[],
  waitMs: number,
): Promise<boolean> {
  const { clock, processes } = workspace.ports;
  return until(clock, waitMs, async () => {
    for (const program of programs) {
      if ((await processes.isRunning(program)) !== false) return false;
    }
    return true;
  });
}

async function notGone(
  { ports }: BatonWorkspace,
  programs: readonly ProcessIdentity[],
): Promise<readonly ProcessIdentity[]> {
  const running = await Promise.all(programs.map((program) => ports.processes.isRunning(program)));
  return programs.filter((_program, index) => running[index] !== false);
}

function doNotEnd(programs: readonly ProcessIdentity[]): BatonError {
  const pids = programs.map(({ pid }) => pid).join(', ');
  const what = programs.length === 1 ? `Process ${pids} does` : `Processes ${pids} do`;
  return new BatonError('guard_failed', `${what} not end, not even when killed`, {
    hint: 'The system keeps what it does not let Baton end; the session is closed as soon as its own program is gone.',
  });
}

async function settledEnd(
  workspace: BatonWorkspace,
  { id, task }: Session,
  by: StopOptions['by'],
): Promise<Session> {
  const ended = async () => (await workspace.sessions.get(id))?.end != null;
  if (!(await until(workspace.ports.clock, defaultIntervals.exitRecordMs, ended))) {
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
