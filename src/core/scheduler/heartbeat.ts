/**
 * When the next tick is: at the moment the last one asked for, or soon after something changed. One timer at most, and
 * none at all while there is nothing to wait for. Knows nothing of what a tick does. Source: issue 5 "Tick".
 */
import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports';

export interface HeartbeatOptions {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  /** Calls back once after so many milliseconds unless disposed of before. */
  readonly arm: (ms: number, fire: () => void) => Disposable;
  /** `nextAt`: when to tick again, a UTC time; undefined for not before something changes. */
  readonly tick: () => Promise<{ readonly nextAt: string | undefined }>;
  /** Receives what a tick throws; the next comes after `retryMs`. */
  readonly onError: (error: unknown) => void;
  readonly times?: Partial<HeartbeatTimes>;
}

export interface HeartbeatTimes {
  /** From a change to its tick, so that a burst of changes makes one. */
  readonly settleMs: number;
  /** From the end of a tick to the next at least: what a tick itself changes must not make it run in circles. */
  readonly restMs: number;
  readonly retryMs: number;
  /** A timer does not run while the machine sleeps, so a long wait is cut into pieces: the wall clock decides. */
  readonly longestMs: number;
}

const defaultTimes: HeartbeatTimes = {
  settleMs: 250,
  restMs: 1000,
  retryMs: 30_000,
  longestMs: 60_000,
};

/**
 * **Invariant:** at most one timer is armed, and none while a tick runs or nothing is to be waited for.
 * **Invariant:** two ticks never run at once; a moment that passed during sleep, or while a tick ran, makes one tick.
 */
export class Heartbeat implements Disposable {
  readonly #options: HeartbeatOptions;
  readonly #times: HeartbeatTimes;
  #timer: Disposable | undefined;
  /** The moment to tick at; a UTC time in milliseconds. */
  #wantedMs: number | undefined;
  /** The same moment by the monotonic clock, which stands still while the machine sleeps. */
  #wantedSteadyMs = 0;
  /** Something has changed since the last tick began. */
  #poked = false;
  #ticking: Promise<void> | undefined;
  /** Of the monotonic clock. */
  #endedMs = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#times = { ...defaultTimes, ...options.times };
  }

  /** Whether a timer runs. */
  get isArmed(): boolean {
    return this.#timer !== undefined;
  }

  /** When the next tick is, where that is known; a UTC time. */
  get nextAt(): string | undefined {
    return this.#wantedMs === undefined ? undefined : new Date(this.#wantedMs).toISOString();
  }

  /** Something changed: a tick comes soon, one for all changes until then. Also the way to begin. */
  poke(): void {
    if (this.#disposed) return;
    this.#poked = true;
    if (this.#ticking === undefined) this.#arm();
  }

  /** Resolves when no tick runs. Never rejects. */
  async settled(): Promise<void> {
    await this.#ticking;
  }

  dispose(): void {
    this.#disposed = true;
    this.#disarm();
  }

  #arm(): void {
    this.#disarm();
    const wait = this.#waitMs();
    if (wait === undefined || this.#disposed) return;
    this.#timer = this.#options.arm(Math.min(Math.max(wait, 0), this.#times.longestMs), () => {
      this.#timer = undefined;
      this.#fired();
    });
  }

  #disarm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  /** Until the next tick; undefined when none is wanted. */
  #waitMs(): number | undefined {
    const { clock } = this.#options;
    const untilRested = this.#times.restMs - (clock.monotonicMs() - this.#endedMs);
    const wanted = this.#untilWantedMs();
    if (this.#poked) return Math.max(Math.min(this.#times.settleMs, wanted ?? Infinity), untilRested);
    return wanted === undefined ? undefined : Math.max(wanted, untilRested);
  }

  /** By the wall clock; where that was set back since, by the time that has really passed: else nobody would look for as long. */
  #untilWantedMs(): number | undefined {
    if (this.#wantedMs === undefined) return undefined;
    const { clock } = this.#options;
    const byWall = this.#wantedMs - clock.now().getTime();
    const steady = this.#wantedSteadyMs - clock.monotonicMs();
    return byWall > steady + this.#times.longestMs ? steady : byWall;
  }

  #fired(): void {
    if (this.#disposed) return;
    if (!this.#poked && (this.#untilWantedMs() ?? 1) > 0) {
      this.#arm();
      return;
    }
    this.#ticking = this.#tick().finally(() => {
      this.#ticking = undefined;
      this.#arm();
    });
  }

  async #tick(): Promise<void> {
    this.#poked = false;
    this.#wantedMs = undefined;
    try {
      const { nextAt } = await this.#options.tick();
      this.#wantedMs = nextAt === undefined ? undefined : Date.parse(nextAt);
    } catch (error) {
      this.#wantedMs = this.#options.clock.now().getTime() + this.#times.retryMs;
      this.#options.onError(error);
    }
    const { clock } = this.#options;
    this.#endedMs = clock.monotonicMs();
    this.#wantedSteadyMs = this.#endedMs + (this.#wantedMs ?? 0) - clock.now().getTime();
  }
}
