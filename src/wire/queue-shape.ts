/** An entry of the resume queue, and a check of it, as the command line sends them. */
import type { QueueCheck } from '../core/model/queue';
import type { QueueEntryView } from '../core/operations/queue-list';
import { capabilities, done } from './envelope';

/** With the file's own names, which are the seed's (requirement 002-18). */
export function queueEntryShape({ entry, state, waitsUntil }: QueueEntryView) {
  const { id, taskId, prompt, priority, added_at, reason, attempts } = entry;
  const { nextRetryAt, notBefore, lastError, claim, deadAt, metadata } = entry;
  return {
    id,
    taskId,
    state,
    prompt,
    priority,
    added_at,
    reason,
    attempts,
    waitsUntil: waitsUntil ?? null,
    nextRetryAt,
    notBefore,
    lastError,
    claim:
      claim === null ? null : { by: claim.by, until: claim.until, rev: claim.rev, session: claim.session },
    deadAt,
    metadata: { source: metadata.source, retry_count: metadata.retry_count },
  };
}

/**
 * The usual envelope with the seed's fields at its top level as well (product.md section 7). An error is refused like any
 * other, and still tells the seed's fields.
 */
export function queueCheckDocument(check: QueueCheck) {
  if (check.status !== 'ERROR') return { ...done(check), ...check };
  const error = { code: 'invalid_state_file', message: check.reason, hint: null };
  return { schema: 1, capabilities, ok: false, error, ...check };
}
