/** A clock that stands still until told, or until somebody waits on it. */
import type { Clock } from '../../src/core/ports';

export class MemoryClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;

  constructor(start = '2026-11-21T07:28:00.000Z') {
    this.#wallMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#wallMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** Time passes at once; everybody else who is ready to run gets a turn. */
  async delay(ms: number): Promise<void> {
    this.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  advance(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  /** Somebody sets the wall clock; intervals do not notice. */
  setWall(time: string): void {
    this.#wallMs = Date.parse(time);
  }
}
