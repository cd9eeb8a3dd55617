/**
 * Who has long-term memory's file open. A SQLite that sees its neighbours is let in beside others; one that does not, and
 * whoever gives the file another name, is let in alone. Both are lock files, so that a killed process is noticed.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import type { Ports } from '../ports';
import { type HeldLock, Locks, parseOwner } from '../store/lock';
import { join, paths } from '../store/paths';

export type AccessPorts = Pick<Ports, 'fs' | 'clock' | 'ids' | 'processes' | 'log'>;

const aloneName = 'memory-alone';
const userPrefix = 'memory-user-';
const defaultWaitMs = 5000;
const pauseMs = 20;

/**
 * **Invariant:** while somebody alive is in alone, nobody else alive is in: everybody first says that they are there and
 * then looks for the others.
 */
export class MemoryAccess {
  readonly #ports: AccessPorts;
  readonly #folder: string;
  readonly #waitMs: number;
  readonly #locks: Locks;

  /** Does no I/O. @param waitMs how long to wait before answering `locked` */
  constructor(ports: AccessPorts, root: string, waitMs: number = defaultWaitMs) {
    this.#ports = ports;
    this.#folder = paths.locks(root);
    this.#waitMs = waitMs;
    this.#locks = new Locks(ports, this.#folder, { waitMs });
  }

  /** Throws `locked`, `io_failed`. The locks' folder has to be there. */
  async shared(): Promise<HeldLock> {
    const deadline = this.#deadline();
    await this.#clear();
    for (;;) {
      const mine = await this.#locks.acquire(`${userPrefix}${this.#ports.ids.uuid()}`);
      if (!(await this.#isTaken(`${aloneName}.lock`))) return mine;
      await mine.release();
      await this.#pause(deadline);
    }
  }

  /** Throws `locked`, `io_failed`. The locks' folder has to be there. */
  async alone(): Promise<HeldLock> {
    const deadline = this.#deadline();
    const mine = await this.#locks.acquire(aloneName);
    try {
      while (await this.#hasUsers()) await this.#pause(deadline);
      return mine;
    } catch (error) {
      await mine.release();
      throw error;
    }
  }

  async #hasUsers(): Promise<boolean> {
    for (const name of await this.#users()) if (await this.#isStillTaken(name)) return true;
    return false;
  }

  /** Where SQLite sees its neighbours hardly anybody is ever alone, and what killed processes leave would only grow. */
  async #clear(): Promise<void> {
    try {
      for (const name of await this.#users()) await this.#isStillTaken(name);
    } catch (error) {
      if (!isBatonError(error, 'io_failed')) throw error;
      this.#ports.log.warn(`What others left in ${this.#folder} stays: ${error.message}`);
    }
  }

  async #users(): Promise<readonly string[]> {
    const entries = (await this.#ports.fs.list(this.#folder)) ?? [];
    return entries.map(({ name }) => name).filter(isUser);
  }

  /** What a process that is gone has left is removed: nobody else would ever look at it. */
  async #isStillTaken(name: string): Promise<boolean> {
    const isTaken = await this.#isTaken(name);
    if (!isTaken) await this.#ports.fs.remove(join(this.#folder, name));
    return isTaken;
  }

  /** A file that cannot be read may be somebody's. */
  async #isTaken(name: string): Promise<boolean> {
    const bytes = await this.#ports.fs.read(join(this.#folder, name));
    if (bytes === undefined) return false;
    const owner = parseOwner(bytes);
    return owner === undefined || (await this.#ports.processes.isRunning(owner)) !== false;
  }

  #deadline(): number {
    return this.#ports.clock.monotonicMs() + this.#waitMs;
  }

  async #pause(deadline: number): Promise<void> {
    if (this.#ports.clock.monotonicMs() >= deadline) {
      throw new BatonError('locked', 'Memory is in use by another process', { hint: 'Try again.' });
    }
    await this.#ports.clock.delay(pauseMs);
  }
}

function isUser(name: string): boolean {
  return name.startsWith(userPrefix) && name.endsWith('.lock');
}
