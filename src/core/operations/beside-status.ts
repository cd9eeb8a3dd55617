/** What stands in the front matter beside a status, so that the file itself tells why and when. */
import type { Status } from '../model/status';

/** Null takes a key away. */
export interface BesideStatus {
  readonly blockedReason: string | null;
  readonly question: string | null;
  readonly completed: string | null;
}

/**
 * A blocked task tells its reason, one that needs input its question, a completed one when; none of them outlives its
 * status.
 *
 * @param at UTC
 */
export function besideStatus(status: Status, reason: string | undefined, at: string): BesideStatus {
  const why = reason?.trim() || null;
  return {
    blockedReason: status === 'blocked' ? why : null,
    question: status === 'needs_input' ? why : null,
    completed: status === 'completed' ? at : null,
  };
}
