/** A timer that can be put off, for whoever waits by `Heartbeat`. */
import { type Disposable, toDisposable } from '../core/base/disposable';

/** Calls back once after so many milliseconds unless disposed of before. Keeps the process alive meanwhile. */
export function armTimer(ms: number, fire: () => void): Disposable {
  const timer = setTimeout(fire, ms);
  return toDisposable(() => clearTimeout(timer));
}
