/**
 * Locks between processes: one file per name, taken over only from an owner that is proven dead, never by age.
 * The packages at hand take over by age, and two waiters can do so at once (proper-lockfile, issue 121).
 * Source: reliability.md 2.3; issue 3.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { Ports, Processes, ProcessIdentity } from '../ports';
import { createWhole } from './atomic-file';
import { folderOf, join } from './paths';

export interface LockOwner extends ProcessIdentity {
  readonly v: 1;
  /** Unique for every acquisition. */
  readonly token: string;
  /** UTC. */
  readonly at: string;
}

export interface HeldLock {
  readonly token: string;
  /** Does nothing when the lock is no longer ours. Never throws: what it guarded is already decided. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long a waiter tries before it answers `locked`. Milliseconds. */
  readonly waitMs?: number;
}

type LockPorts = Pick<Ports, 'fs' | 'clock' | 'ids' | 'processes' | 'log'>;

const defaultWaitMs = 10_000;
const firstPauseMs = 2;
const longestPauseMs = 40;
/** Asking the system about a process is expensive on some platforms, so a waiter asks only now and then. */
const probeEveryMs = 250;

/**
 * Named locks in one folder.
 *
 * **Invariant:** a lock has at most one owner among the living; a lock is taken from a dead owner by exactly one.
 */
export class Locks {
  readonly #ports: LockPorts;
  readonly #folder: string;
  readonly #waitMs: number;
  readonly #shared: OfProcess;

  constructor(ports: LockPorts, folder: string, options: LockOptions = {}) {
    this.#ports = ports;
    this.#folder = folder;
    this.#waitMs = options.waitMs ?? defaultWaitMs;
    this.#shared = sharedOf(ports.processes);
  }

  /**
   * Runs `body` under the lock; callers of one process in order, whichever `Locks` they ask. Not to be nested for one name.
   * Throws `locked` when nobody here has had the lock for as long as we wait, and whoever keeps it is alive.
   */
  with<T>(name: string, body: () => Promise<T>, { waitMs = this.#waitMs }: LockOptions = {}): Promise<T> {
    const { clock } = this.#ports;
    const came = clock.monotonicMs();
    // Who does not wait for others does not wait for those in front either.
    if (waitMs === 0) return this.#hold(name, came, body);
    const path = this.#pathOf(name);
    const line = this.#shared.lines.get(path) ?? { last: Promise.resolve(), movedAt: came };
    const run = line.last.then(() =>
      this.#hold(name, Math.max(came, line.movedAt) + waitMs, () =>
        body().finally(() => {
          line.movedAt = clock.monotonicMs();
        }),
      ),
    );
    const last: Promise<void> = run.then(
      () => this.#leave(path, last),
      () => this.#leave(path, last),
    );
    line.last = last;
    this.#shared.lines.set(path, line);
    return run;
  }

  /** Throws `locked`, naming the owner, when somebody alive keeps it for longer than we wait. */
  acquire(name: string): Promise<HeldLock> {
    return this.#acquire(name, this.#ports.clock.monotonicMs() + this.#waitMs);
  }

  #leave(path: string, last: Promise<void>): void {
    if (this.#shared.lines.get(path)?.last === last) this.#shared.lines.delete(path);
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.lock`);
  }

  async #hold<T>(name: string, deadline: number, body: () => Promise<T>): Promise<T> {
    const held = await this.#acquire(name, deadline);
    try {
      return await body();
    } finally {
      await held.release();
    }
  }

  async #acquire(name: string, deadline: number): Promise<HeldLock> {
    const path = this.#pathOf(name);
    const mine = this.#newOwner();
    let pause = firstPauseMs;
    let probed: { token: string; at: number } | undefined;
    for (;;) {
      const owner = await this.#read(path);
      if (owner === 'free') {
        if (await this.#create(path, mine)) return this.#held(path, mine);
      } else if (owner !== 'unreadable') {
        const now = this.#ports.clock.monotonicMs();
        if (probed?.token !== owner.token || now - probed.at >= probeEveryMs) {
          probed = { token: owner.token, at: now };
          if ((await this.#isDead(owner)) && (await this.#takeOver(path, owner, mine))) {
            return this.#held(path, mine);
          }
        }
      }
      if (this.#ports.clock.monotonicMs() >= deadline) throw lockedBy(name, path, owner);
      await this.#ports.clock.delay(pause + jitter(this.#ports.ids.uuid(), pause));
      pause = Math.min(pause * 2, longestPauseMs);
    }
  }

  #newOwner(): LockOwner {
    const { pid, start, scope } = this.#ports.processes.self;
    return {
      v: 1,
      token: this.#ports.ids.uuid(),
      pid,
      start,
      scope,
      at: this.#ports.clock.now().toISOString(),
    };
  }

  async #isDead(owner: LockOwner): Promise<boolean> {
    return (
      this.#shared.abandoned.has(owner.token) || (await this.#ports.processes.isRunning(owner)) === false
    );
  }

  /**
   * The claim is a file named after the dead owner's token. Whoever creates it is the only one who may replace that
   * owner's lock, and does so by renaming the claim over it. A claim made after that finds another token in the lock
   * and is withdrawn. A claim whose maker died is itself taken over in the same way.
   */
  async #takeOver(path: string, dead: LockOwner, mine: LockOwner): Promise<boolean> {
    const claim = join(folderOf(path), `${dead.token}.claim`);
    if (!(await this.#create(claim, mine)) && !(await this.#takeOverClaim(claim, mine))) return false;
    try {
      const current = await this.#read(path);
      if (typeof current === 'string' || current.token !== dead.token) {
        await this.#ports.fs.remove(claim);
        return false;
      }
      await this.#ports.fs.rename(claim, path);
    } catch (error) {
      await this.#release(claim, mine);
      throw error;
    }
    this.#shared.abandoned.delete(dead.token);
    this.#ports.log.info(`Took over ${path} from process ${dead.pid}, which is gone`);
    return true;
  }

  async #takeOverClaim(claim: string, mine: LockOwner): Promise<boolean> {
    const claimant = await this.#read(claim);
    if (typeof claimant === 'string' || !(await this.#isDead(claimant))) return false;
    return this.#takeOver(claim, claimant, mine);
  }

  async #create(path: string, owner: LockOwner): Promise<boolean> {
    try {
      await createWhole(this.#ports.fs, path, encodeUtf8(`${JSON.stringify(owner)}\n`));
      return true;
    } catch (error) {
      if (isBatonError(error, 'exists')) return false;
      // The failure may have come after the link: then the lock is ours and must not stay.
      await this.#release(path, owner);
      throw error;
    }
  }

  async #isMine(path: string, owner: LockOwner): Promise<boolean> {
    const current = await this.#read(path);
    return typeof current !== 'string' && current.token === owner.token;
  }

  async #read(path: string): Promise<LockOwner | 'free' | 'unreadable'> {
    const bytes = await this.#ports.fs.read(path);
    return bytes === undefined ? 'free' : (parseOwner(bytes) ?? 'unreadable');
  }

  #held(path: string, owner: LockOwner): HeldLock {
    return { token: owner.token, release: () => this.#release(path, owner) };
  }

  async #release(path: string, owner: LockOwner): Promise<void> {
    try {
      if (await this.#isMine(path, owner)) await this.#ports.fs.remove(path);
    } catch (error) {
      this.#shared.abandoned.add(owner.token);
      this.#ports.log.error(`Could not release ${path}: ${String(error)}`);
    }
  }
}

/** Those of one process that want one lock, in the order they came. */
interface Line {
  /** Resolves when the last of them has had its turn. */
  last: Promise<void>;
  /** When one of them last had the lock; monotonic milliseconds. */
  movedAt: number;
}

/** What all `Locks` of one process share. */
interface OfProcess {
  /** By path. */
  readonly lines: Map<string, Line>;
  /** Tokens of locks whose file could not be removed. Nobody works under them any more. */
  readonly abandoned: Set<string>;
}

/** A server opens a folder, and makes `Locks`, for every call, and its calls must not race each other for one file. */
const byProcess = new WeakMap<Processes, OfProcess>();

function sharedOf(processes: Processes): OfProcess {
  const shared = byProcess.get(processes) ?? { lines: new Map(), abandoned: new Set() };
  byProcess.set(processes, shared);
  return shared;
}

/** Undefined for anything that is not an owner we wrote: the file may be damaged or a stranger's. */
export function parseOwner(bytes: Uint8Array): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes) ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isOwner(value) ? value : undefined;
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== 'object' || value === null) return false;
  const owner: Partial<Record<keyof LockOwner, unknown>> = value;
  return (
    owner.v === 1 &&
    // The token becomes part of a file name.
    typeof owner.token === 'string' &&
    /^[0-9a-z-]{1,64}$/.test(owner.token) &&
    Number.isSafeInteger(owner.pid) &&
    typeof owner.start === 'string' &&
    typeof owner.scope === 'string' &&
    typeof owner.at === 'string'
  );
}

/** Spreads waiters that started together; any hexadecimal text will do as a source. */
function jitter(hex: string, range: number): number {
  return Number.parseInt(hex.slice(0, 4), 16) % (range + 1);
}

function lockedBy(name: string, path: string, owner: LockOwner | 'free' | 'unreadable'): BatonError {
  if (owner === 'free')
    return new BatonError('locked', `${name} is in constant use by others`, { hint: 'Try again.' });
  if (owner === 'unreadable') {
    return new BatonError('locked', `${name} is locked, and its lock file cannot be read`, {
      hint: `If no other Baton is running here, delete ${path}.`,
    });
  }
  return new BatonError('locked', `${name} is locked by process ${owner.pid} since ${owner.at}`, {
    hint: `Try again. If that process is gone or was on another machine, delete ${path}.`,
    details: [`pid ${owner.pid}`, `since ${owner.at}`, `on ${owner.scope}`],
  });
}
