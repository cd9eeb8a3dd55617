/** What goes into the front matter along with a status, so that the file itself tells why and when. */
import type { FrontMatterChanges } from '../markdown/edits/set-front-matter';
import type { Status } from '../model/status';

/**
 * The status and what it brings or takes away: a blocked task tells its reason, one that needs input its question, a
 * completed one when; none of them outlives its status.
 *
 * @param at UTC
 */
export function statusFrontMatter(
  status: Status,
  reason: string | undefined,
  at: string,
): FrontMatterChanges {
  const why = reason?.trim() || null;
  return {
    status,
    blocked_reason: status === 'blocked' ? why : null,
    question: status === 'needs_input' ? why : null,
    completed: status === 'completed' ? at : null,
  };
}
