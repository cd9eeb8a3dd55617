/** Gives everybody else a turn in the middle of long work: no worker holds the event loop. Requirement 001-77. */
import type { Clock } from '../ports';

/** Milliseconds of work between two turns of others; a frame of a screen is twice that. */
const sliceMs = 8;

export class Breather {
  readonly #clock: Pick<Clock, 'monotonicMs' | 'delay'>;
  #since: number;
  #pauses = 0;

  constructor(clock: Pick<Clock, 'monotonicMs' | 'delay'>) {
    this.#clock = clock;
    this.#since = clock.monotonicMs();
  }

  /** How often it has let others run. */
  get pauses(): number {
    return this.#pauses;
  }

  /** To be called between two items of work; returns at once unless the slice is used up. */
  async breathe(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#since < sliceMs) return;
    this.#pauses++;
    await this.#clock.delay(0);
    this.#since = this.#clock.monotonicMs();
  }
}
