/**
 * Which of all windows and command lines is the scheduler of a workspace folder: a lease in `memory/task-manager.lock`.
 * It is taken from nobody alive. What is written under it carries its fence, so that a holder that was taken for dead
 * cannot write any more either. Source: requirements 002-6, 002-16; reliability.md 2.3; issue 5.
 */
import { BatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { type LeaseRecord, leaseRecordSchema } from '../model/scheduler';
import type { Ports } from '../ports';
import { replaceFile } from '../store/atomic-file';
import { ensureRuntime } from '../store/layout';
import { Locks } from '../store/lock';
import { paths } from '../store/paths';
import { readSchedulerState } from './scheduler-state';

export interface LeaseTimes {
  /** How long the lease holds without being renewed. Milliseconds. */
  readonly ttlMs: number;
  /**
   * So long after its end it is taken from a holder of whom nothing can be known, and so far its clock may be ahead of ours.
   * Milliseconds.
   */
  readonly graceMs: number;
}

export const leaseTimes: LeaseTimes = { ttlMs: 60_000, graceMs: 60_000 };

/** Changes of the lease's file take milliseconds: whoever waits longer does better to come back at the next tick. */
const waitMs = 2000;
const lockName = 'scheduler';

type LeasePorts = Pick<Ports, 'fs' | 'clock' | 'ids' | 'processes' | 'log'>;

export type LeaseAnswer =
  | { readonly held: true; readonly fence: number }
  /** Somebody else is the scheduler; `until` is when it is worth asking again, a UTC time. */
  | { readonly held: false; readonly by: string; readonly until: string };

/**
 * One contender. Each object is a contender of its own, also of one process.
 *
 * **Invariant:** of contenders among the living at most one holds the lease.
 * **Invariant:** the fence grows with every change of hands.
 */
export class SchedulerLease {
  readonly #ports: LeasePorts;
  readonly #root: string;
  readonly #times: LeaseTimes;
  readonly #locks: Locks;
  readonly #token: string;
  #fence: number | undefined;

  constructor(ports: LeasePorts, root: string, times: LeaseTimes = leaseTimes) {
    this.#ports = ports;
    this.#root = root;
    this.#times = times;
    this.#locks = new Locks(ports, paths.locks(root), { waitMs });
    this.#token = ports.ids.uuid();
  }

  /** Of the lease while it is held. */
  get fence(): number | undefined {
    return this.#fence;
  }

  /** Takes the lease, or renews it where it is ours already. Throws `locked`, `io_failed`. */
  async acquire(): Promise<LeaseAnswer> {
    await ensureRuntime(this.#ports.fs, this.#root);
    return this.#locks.with(lockName, async () => {
      const found = await this.#read();
      if (found !== undefined && found.token !== this.#token && !(await this.#isFree(found))) {
        return { held: false, by: holderWords(found), until: this.#askAgainAt(found) };
      }
      const fence = found?.token === this.#token ? found.fence : await this.#nextFence(found);
      await this.#write(fence, this.#token, this.#times.ttlMs);
      this.#fence = fence;
      return { held: true, fence };
    });
  }

  /**
   * Runs `body` if the lease is still ours, and nobody can take it meanwhile; renews it. For every write of the
   * scheduler. Throws `conflict` when the lease has gone to another, `locked`, `io_failed`, and what `body` throws.
   */
  async under<T>(body: (fence: number) => Promise<T>): Promise<T> {
    return this.#locks.with(lockName, async () => {
      const found = await this.#read();
      const fence = this.#fence;
      if (fence === undefined || found?.token !== this.#token || found.fence !== fence) {
        this.#fence = undefined;
        throw new BatonError('conflict', 'Another Baton has become the scheduler of this folder', {
          hint: 'Nothing was written; the next tick looks again.',
        });
      }
      await this.#write(fence, this.#token, this.#times.ttlMs);
      return body(fence);
    });
  }

  /** Gives the lease back. Does nothing when it is not ours. Never throws: who is dead gives nothing back either. */
  async release(): Promise<void> {
    const fence = this.#fence;
    this.#fence = undefined;
    if (fence === undefined) return;
    try {
      await this.#locks.with(lockName, async () => {
        const found = await this.#read();
        if (found?.token === this.#token && found.fence === fence) await this.#write(fence, null, 0);
      });
    } catch (error) {
      this.#ports.log.warn(`The scheduler's lease was not given back: ${String(error)}`);
    }
  }

  /**
   * Free, left by a process that is proven gone, or long over and of a process of which nothing can be known. One of our
   * own process that is over was not given back, as when the disk failed then: here nobody works under it any more.
   */
  async #isFree(found: LeaseRecord): Promise<boolean> {
    if (found.token === null) return true;
    const { processes, clock } = this.#ports;
    const overdueMs = this.#isCredible(found) ? clock.now().getTime() - Date.parse(found.until) : Infinity;
    const { pid, start, scope } = processes.self;
    if (found.pid === pid && found.start === start && found.scope === scope) return overdueMs >= 0;
    const running = await processes.isRunning(found);
    return running === undefined ? overdueMs >= this.#times.graceMs : !running;
  }

  /** No lease reaches further than its time: another clock was wrong, ours was set back, or a hand wrote it. */
  #isCredible({ until }: LeaseRecord): boolean {
    const { ttlMs, graceMs } = this.#times;
    return Date.parse(until) - this.#ports.clock.now().getTime() <= ttlMs + graceMs;
  }

  /** A UTC time, by our own clock no further ahead than a lease reaches. */
  #askAgainAt({ until }: LeaseRecord): string {
    const latest = new Date(this.#ports.clock.now().getTime() + this.#times.ttlMs).toISOString();
    return Date.parse(until) <= Date.parse(latest) ? until : latest;
  }

  /** Also where the lease's file was lost or damaged: what was written under earlier leases knows theirs. */
  async #nextFence(found: LeaseRecord | undefined): Promise<number> {
    const { fence } = await readSchedulerState(this.#ports.fs, this.#root);
    return Math.max(found?.fence ?? 0, fence) + 1;
  }

  async #write(fence: number, token: string | null, forMs: number): Promise<void> {
    const now = this.#ports.clock.now();
    const { pid, start, scope } = this.#ports.processes.self;
    const record: LeaseRecord = {
      v: 1,
      token,
      fence,
      pid,
      start,
      scope,
      at: now.toISOString(),
      until: new Date(now.getTime() + forMs).toISOString(),
    };
    // It guards what is done now: after a power cut nobody holds it, and the state's own fence still counts.
    const options = { durable: false };
    await replaceFile(this.#ports.fs, this.#path, encodeUtf8(`${JSON.stringify(record)}\n`), options);
  }

  async #read(): Promise<LeaseRecord | undefined> {
    return readLease(this.#ports.fs, this.#root);
  }

  get #path(): string {
    return paths.schedulerLease(this.#root);
  }
}

/**
 * The lease as it stands; undefined when there is none, or when the file holds something else: we write it whole, so
 * that was not us, and nobody can be told to hold it.
 */
export async function readLease(fs: Ports['fs'], root: string): Promise<LeaseRecord | undefined> {
  const bytes = await fs.read(paths.schedulerLease(root));
  const text = bytes && decodeUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const parsed = leaseRecordSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function holderWords({ pid, scope, at }: LeaseRecord): string {
  return `process ${pid} on ${scope} since ${at}`;
}
