/**
 * Who works on which task: one record a session, at most one holder a task. Source: product.md sections 5 and 6;
 * requirements 004-1 … 004-16; promises R8 and R10; resolutions C5, C17.
 */
import { BatonError } from '../base/baton-error';
import type { LeaseFacts } from '../lifecycle/facts';
import type { HookEvent } from '../model/hook';
import { type Session, type SessionEnd, sessionSchema } from '../model/session';
import { lastSessionNumber, type TaskId } from '../model/task';
import type { Ports, ProcessIdentity } from '../ports';
import { ensureRuntime } from '../store/layout';
import { Locks } from '../store/lock';
import { paths } from '../store/paths';
import { ClockJumps } from './clock-jumps';
import { defaultIntervals, type Intervals } from './intervals';
import {
  holdsTask,
  hooksInactive,
  type Liveness,
  leaseEnd,
  leaseFacts,
  livenessOf,
  longRunning,
  type Probe,
} from './liveness';
import { SessionRecords } from './session-records';

type Facts = Pick<Session, 'task' | 'agent' | 'origin' | 'surface' | 'head' | 'branch' | 'dirty' | 'before'>;
/** What a start may say; without it a person starts it, in a terminal, and nothing of the agent's own is known. */
type Manner = Pick<Session, 'trigger' | 'mode' | 'nativeId' | 'hooks'>;

/** What is learnt of a session while it runs. */
export type SessionNote = Partial<
  Pick<
    Session,
    'nativeId' | 'hooks' | 'mode' | 'watcherLeftAt' | 'stopRequestedAt' | 'stopRequestedBy' | 'packet'
  >
>;

/** The exit of a program as whoever watched it saw it. */
export type ExactExit = Pick<SessionEnd, 'exitCode' | 'signal' | 'reason' | 'intended'>;

/** A call of one of its hooks. */
export interface HookHeard {
  readonly event: HookEvent;
  /** The agent's own id of its session, when the call told one. */
  readonly nativeId?: string | undefined;
}

export interface StartSession extends Facts, Partial<Manner> {
  /** The highest session number in the progress log, 0 when there is none. */
  readonly lastNumber: number;
  /** Stands for the program until it has a process of its own: when this one dies before that, nothing was started. */
  readonly starter?: ProcessIdentity | undefined;
}

export class SessionStore {
  readonly #ports: Ports;
  readonly #root: string;
  readonly #intervals: Intervals;
  readonly #records: SessionRecords;
  readonly #locks: Locks;
  readonly #jumps: ClockJumps;

  /** Does no I/O. @param root absolute path of the workspace folder, `/` as separator */
  constructor(ports: Ports, root: string, intervals: Intervals = defaultIntervals) {
    this.#ports = ports;
    this.#root = root;
    this.#intervals = intervals;
    this.#records = new SessionRecords(ports.fs, ports.log, paths.sessions(root));
    this.#locks = new Locks(ports, paths.locks(root));
    this.#jumps = new ClockJumps(ports.clock, intervals.clockJumpMs);
  }

  /** All sessions by start; files that are no session records are left out and logged. */
  list(): Promise<readonly Session[]> {
    return this.#records.list();
  }

  /** Sessions of one task, by number. */
  async forTask(task: TaskId): Promise<readonly Session[]> {
    const own = (await this.list()).filter((session) => session.task === task);
    return own.sort((a, b) => a.number - b.number || a.token - b.token);
  }

  get(id: string): Promise<Session | undefined> {
    return this.#records.get(id);
  }

  /**
   * Takes the task. Its number is one more than any before it, in the log or on record; its token likewise among
   * the records. A session that is gone and not yet ended does not stand in the way.
   *
   * **Invariant:** of two starts on one task at once, one is refused while the other lives.
   *
   * Throws `session_live` (who, since when), `locked`, `io_failed`.
   */
  async start(input: StartSession): Promise<Session> {
    await ensureRuntime(this.#ports.fs, this.#root);
    return this.#locked(input.task, async () => {
      const earlier = await this.forTask(input.task);
      for (const session of earlier) {
        if (holdsTask(await this.liveness(session))) throw heldBy(session, await this.#freeBy(session));
      }
      const session = this.#newSession(input, earlier);
      await this.#putNew(session);
      return session;
    });
  }

  /** Records which process the session is. Changes nothing once it has ended. Throws `not_found`. */
  attachProcess(id: string, pid: number): Promise<Session> {
    return this.#change(id, async (session) => {
      const pidStart = (await this.#ports.processes.startOf(pid)) ?? null;
      return { ...session, pid, pidStart, pidScope: this.#ports.processes.self.scope };
    });
  }

  /** Records what was learnt of the session. Changes nothing once it has ended. Throws `not_found`. */
  note(id: string, facts: SessionNote): Promise<Session> {
    return this.#change(id, async (session) => ({ ...session, ...facts }));
  }

  /**
   * A hook of the agent was heard: a sign of the agent itself, which renews the lease too. An id of its own session
   * that differs from the known one replaces it, since agents change it on resume; one that could not be an id is
   * passed over.
   *
   * @returns the record, unchanged when the session is over
   * Throws `session_ended` when another session has followed; `not_found`.
   */
  heard(id: string, { event, nativeId }: HookHeard): Promise<Session> {
    return this.#change(id, async (session) => {
      await this.#requireNewest(session);
      const at = this.#ports.clock.now().toISOString();
      const native = sessionSchema.shape.nativeId.safeParse(nativeId ?? session.nativeId);
      return {
        ...session,
        ...this.#lease(),
        hookAt: at,
        hookEvent: event,
        activeAt: at,
        nativeId: native.success ? native.data : session.nativeId,
      };
    });
  }

  /** Its stop hook has asked for a progress entry once more. Changes nothing once it has ended. Throws `not_found`. */
  asked(id: string): Promise<Session> {
    return this.#change(id, async (session) => ({ ...session, stopAsks: session.stopAsks + 1 }));
  }

  /**
   * Renews the lease, also of a suspect session: a late beat takes the suspicion away. It comes from whoever watches
   * the program, so a watcher that had left is back.
   *
   * **Invariant:** a beat after the end changes nothing.
   *
   * @param activeAt when the watcher saw a sign of the agent itself; what is known to be later stands, and what was before
   *   the start is none
   * @returns the record, with its end when the session is over
   * Throws `session_ended` when the token is not the session's or another session has followed; `not_found`.
   */
  beat(id: string, token: number, activeAt?: Date): Promise<Session> {
    return this.#change(id, async (session) => {
      if (session.token !== token) throw replaced(session);
      await this.#requireNewest(session);
      const isOwn = activeAt !== undefined && activeAt.getTime() >= Date.parse(session.startedAt);
      const seen = isOwn ? activeAt.toISOString() : null;
      return { ...session, ...this.#lease(), watcherLeftAt: null, activeAt: later(session.activeAt, seen) };
    });
  }

  /**
   * The agent itself did something (a command, a write about its task): renews the lease and tells work from silence.
   * Signs that come close together are written down once. Does nothing for a session that is over, replaced or not on
   * record here, and never fails what the agent did: a sign that cannot be written down is logged.
   */
  async active(id: string): Promise<void> {
    try {
      const session = await this.get(id);
      if (session === undefined || session.end !== null || !this.#isDue(session)) return;
      await this.#change(id, async (current) => {
        await this.#requireNewest(current);
        return { ...current, ...this.#lease(), activeAt: this.#ports.clock.now().toISOString() };
      });
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      if (error.code !== 'session_ended')
        this.#ports.log.warn(`A sign of session ${id} is lost: ${String(error)}`);
    }
  }

  /**
   * Puts the end on record.
   *
   * **Invariant:** the first end wins; a later one changes nothing.
   *
   * @returns the record as it stands. Throws `not_found`.
   */
  end(id: string, end: SessionEnd): Promise<Session> {
    return this.#change(id, async (session) => ({ ...session, end }));
  }

  /**
   * Fills in an end that was found out too late to see it (`vanished`) from whoever did see it. Any other end stays
   * as it is.
   *
   * @returns the record as it stands. Throws `not_found`.
   */
  completeEnd(id: string, exact: ExactExit): Promise<Session> {
    return this.#changeEnd(id, (end) => (end.reason === 'vanished' ? { ...end, ...exact } : end));
  }

  /** The task of an ended session was given back, or was not its to give. Throws `not_found`. */
  released(id: string): Promise<Session> {
    return this.#changeEnd(id, (end) => ({ ...end, released: true }));
  }

  /**
   * Runs `body` for the one of all windows and command lines that may end this session now; the others wait, and find
   * it ended. Not to be nested. Throws `locked`.
   */
  ending<T>(id: string, body: () => Promise<T>): Promise<T> {
    return this.#locks.with(`ending-${id}`, body);
  }

  /** Forgets a session whose program never ran. One that has ended stays on record. */
  async discard(id: string): Promise<void> {
    const found = await this.get(id);
    if (found === undefined) return;
    await this.#locked(found.task, async () => {
      const session = await this.get(id);
      if (session?.end === null) await this.#records.remove(id);
    });
  }

  /**
   * The session, if it may still write for its task (promise R8). Throws `session_ended` when it is over or another
   * one has followed, `not_found`.
   */
  async requireCurrent(id: string): Promise<Session> {
    const session = await this.#require(id);
    if (session.end !== null) throw over(session);
    await this.#requireNewest(session);
    return session;
  }

  /**
   * Refuses what a session writes about its own task when it is over or another one has followed (promise R8). On other
   * tasks it holds nothing, and a session that is not on record here holds nothing at all. What may write is active.
   * Throws `session_ended`.
   */
  async fence(task: TaskId, id: string): Promise<void> {
    const session = await this.get(id);
    if (session?.task !== task) return;
    await this.requireCurrent(id);
    await this.active(id);
  }

  async liveness(session: Session): Promise<Liveness> {
    if (session.end !== null) return 'ended';
    return livenessOf(session, await this.#probe(session), this.#ports.clock.now(), this.#judging());
  }

  /** The evidence that the status machine's recovery asks for; undefined once the session has ended. */
  async evidence(session: Session): Promise<LeaseFacts | undefined> {
    if (session.end !== null) return undefined;
    return leaseFacts(session, await this.#probe(session), this.#ports.clock.now(), this.#judging());
  }

  /** Hooks were handed to the agent, and none was heard in time. */
  hooksInactive(session: Session): boolean {
    return hooksInactive(session, this.#ports.clock.now(), this.#intervals);
  }

  /** Baton started it in the background long ago, and it still goes on. */
  longRunning(session: Session): boolean {
    return longRunning(session, this.#ports.clock.now(), this.#intervals);
  }

  /** Written down often enough to tell work from silence and to keep the lease, and not with every call. */
  #isDue({ activeAt, startedAt }: Session): boolean {
    const age = this.#ports.clock.now().getTime() - Date.parse(activeAt ?? startedAt);
    // A sign from the future is of a clock that was set back since.
    return age >= this.#intervals.activityMs || age < 0;
  }

  /** A start that is told as failed must not hold the task, though its record may be in place already. */
  async #putNew(session: Session): Promise<void> {
    try {
      await this.#records.put(session);
    } catch (error) {
      try {
        await this.#records.remove(session.id);
      } catch (cause) {
        this.#ports.log.warn(`Session ${session.id} holds its task until its lease ends: ${String(cause)}`);
      }
      throw error;
    }
  }

  /**
   * When a session lets go of its task if nothing more is heard of it; undefined while its process is seen to run,
   * since that alone holds it.
   */
  async #freeBy(session: Session): Promise<Date | undefined> {
    if ((await this.#probe(session)) === 'alive') return undefined;
    return new Date(leaseEnd(session, this.#judging()) + this.#intervals.graceMs);
  }

  #judging() {
    return { intervals: this.#intervals, since: this.#jumps.since() };
  }

  async #probe({ pid, pidStart, pidScope }: Session): Promise<Probe> {
    const { processes } = this.#ports;
    if (pid === null || pidScope === null) return 'unknown';
    // Its start could not be learnt. That no process at all has its pid still proves that it is gone.
    if (pidStart === null) {
      if (pidScope !== processes.self.scope) return 'unknown';
      return (await processes.startOf(pid)) === undefined ? 'gone' : 'unknown';
    }
    const running = await processes.isRunning({ pid, start: pidStart, scope: pidScope });
    if (running === undefined) return 'unknown';
    return running ? 'alive' : 'gone';
  }

  #newSession({ lastNumber, starter, ...facts }: StartSession, earlier: readonly Session[]): Session {
    return {
      trigger: 'manual',
      mode: 'interactive',
      nativeId: null,
      hooks: false,
      ...facts,
      schema: 1,
      id: this.#ports.ids.uuid(),
      number: lastSessionNumber([lastNumber, ...earlier.map(({ number }) => number)]) + 1,
      token: earlier.reduce((most, { token }) => Math.max(most, token), 0) + 1,
      pid: starter?.pid ?? null,
      pidStart: starter?.start ?? null,
      pidScope: starter?.scope ?? null,
      startedAt: this.#ports.clock.now().toISOString(),
      ...this.#lease(),
      packet: null,
      hookAt: null,
      hookEvent: null,
      activeAt: null,
      stopAsks: 0,
      stopRequestedAt: null,
      stopRequestedBy: null,
      watcherLeftAt: null,
      end: null,
    };
  }

  #lease(): Pick<Session, 'beatAt' | 'expiresAt'> {
    const now = this.#ports.clock.now();
    const expires = new Date(now.getTime() + this.#intervals.ttlMs);
    return { beatAt: now.toISOString(), expiresAt: expires.toISOString() };
  }

  /** Changes an open record under the task's lock; an ended one is returned as it is. */
  async #change(id: string, make: (session: Session) => Promise<Session>): Promise<Session> {
    const { task } = await this.#require(id);
    return this.#locked(task, async () => {
      const session = await this.#require(id);
      if (session.end !== null) return session;
      const changed = await make(session);
      await this.#records.put(changed);
      return changed;
    });
  }

  /** Changes the end of an ended session under the task's lock; an open one is returned as it is. */
  async #changeEnd(id: string, make: (end: SessionEnd) => SessionEnd): Promise<Session> {
    const { task } = await this.#require(id);
    return this.#locked(task, async () => {
      const session = await this.#require(id);
      if (session.end === null) return session;
      const end = make(session.end);
      if (end === session.end) return session;
      const changed = { ...session, end };
      await this.#records.put(changed);
      return changed;
    });
  }

  async #require(id: string): Promise<Session> {
    const session = await this.get(id);
    if (session !== undefined) return session;
    throw new BatonError('not_found', `There is no session ${id}`, {
      hint: 'See `baton session list` for the sessions on record.',
    });
  }

  async #requireNewest(session: Session): Promise<void> {
    const sessions = await this.forTask(session.task);
    if (sessions.some(({ token }) => token > session.token)) throw replaced(session);
  }

  /** Its own name, apart from the task's lock: a session may be changed while the task is being updated. */
  #locked<T>(task: TaskId, body: () => Promise<T>): Promise<T> {
    return this.#locks.with(`session-${task.toLowerCase()}`, body);
  }
}

/** The later of two UTC times; null is none. */
function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) < Date.parse(b) ? b : a;
}

/** @param freeBy undefined while its process is seen to run */
function heldBy({ id, number, agent, task, startedAt, origin, pid }: Session, freeBy?: Date): BatonError {
  const name = `Session ${number} by ${agent}`;
  const message = `${name} works on task #${task} since ${startedAt}`;
  if (freeBy === undefined) {
    const end = origin === 'external' ? 'end it where it runs' : `stop it: baton session stop ${id}`;
    return new BatonError('session_live', message, { hint: `Wait until it ends, or ${end}` });
  }
  const until = freeBy.toISOString().replace(/\.\d+Z$/, 'Z');
  const why =
    pid === null
      ? 'No process of it is known here: whoever launched it may be starting it just now, or has failed before.'
      : 'Its process cannot be looked at from here.';
  return new BatonError('session_live', message, {
    details: [why, `It holds the task until ${until}, unless it is heard of before.`],
    hint: `If it runs, wait until it ends. If it does not, try again after ${until}.`,
  });
}

function over({ number, task, end }: Session): BatonError {
  return new BatonError('session_ended', `Session ${number} of task #${task} ended at ${end?.at}`, {
    hint: 'Start a new session to go on.',
  });
}

function replaced({ number, task }: Session): BatonError {
  return new BatonError(
    'session_ended',
    `Session ${number} of task #${task} has been replaced by a later one`,
    {
      hint: 'Stop working on the task: another session holds it now.',
    },
  );
}
