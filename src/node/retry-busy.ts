/** Windows refuses to touch a file that a virus scanner or an indexer has open for a moment. */
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from './io-failure';

const busyCodes = new Set(['EPERM', 'EBUSY', 'EACCES']);
/** Milliseconds between tries, about two seconds in all. */
const pauses: readonly number[] = [5, 10, 20, 40, 80, 160, 320, 640, 640];

export interface RetryOptions {
  readonly platform?: NodeJS.Platform;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Runs an operation until it is not refused as busy, for a bounded time; elsewhere than on Windows once. */
export async function retryBusy<T>(operation: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { platform = process.platform, wait = delay } = options;
  for (const pause of platform === 'win32' ? pauses : []) {
    try {
      return await operation();
    } catch (error) {
      if (!busyCodes.has(errnoOf(error) ?? '')) throw error;
      await wait(pause);
    }
  }
  return operation();
}
