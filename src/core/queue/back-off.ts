/** How long to wait after a run that failed. Requirement 002-27: 60 s, doubled each time, with jitter. */

const longestMs = 60 * 60_000;
/** Entries that failed together must not come back together. */
export const jitterShare = 0.2;

/**
 * @param attempts runs that have failed by now, at least 1
 * @param baseMs after the first
 * @param chance 0 to 1; 0.5 is no jitter
 * @returns milliseconds, within ± 20 % of the doubled wait, and that at most an hour
 */
export function backOffMs(attempts: number, baseMs: number, chance: number): number {
  const wait = Math.min(baseMs * 2 ** (Math.max(attempts, 1) - 1), Math.max(longestMs, baseMs));
  return Math.round(wait * (1 - jitterShare + 2 * jitterShare * chance));
}

/** A number from 0 to 1 out of a random UUID. */
export function chanceOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 8), 16) / 0xffff_ffff;
}
