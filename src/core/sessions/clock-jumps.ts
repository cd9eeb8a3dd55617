/** Notices that the machine slept or its clock was changed, so that leases are counted anew instead of expiring. */
import type { Clock } from '../ports';

export class ClockJumps {
  readonly #clock: Clock;
  readonly #toleranceMs: number;
  #wallMs: number;
  #monotonicMs: number;
  #since: Date | undefined;

  constructor(clock: Clock, toleranceMs: number) {
    this.#clock = clock;
    this.#toleranceMs = toleranceMs;
    this.#wallMs = clock.now().getTime();
    this.#monotonicMs = clock.monotonicMs();
  }

  /**
   * When the last jump ahead was noticed, undefined when there was none. To be asked often: a jump counts from the
   * question that follows it. A clock set back is no danger to a lease: it only ends later.
   */
  since(): Date | undefined {
    const now = this.#clock.now();
    const monotonicMs = this.#clock.monotonicMs();
    const ahead = now.getTime() - this.#wallMs - (monotonicMs - this.#monotonicMs);
    if (ahead > this.#toleranceMs) this.#since = now;
    // A `since` in the future would keep leases alive that nobody renews: the clock has been set back past it.
    if (this.#since !== undefined && this.#since > now) this.#since = now;
    this.#wallMs = now.getTime();
    this.#monotonicMs = monotonicMs;
    return this.#since;
  }
}
