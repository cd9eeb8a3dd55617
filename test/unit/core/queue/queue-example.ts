/** An entry of the queue to vary in tests. */
import type { QueueEntry } from '../../../../src/core/model/queue';
import { taskId } from '../../../support/state-text';

export const now = new Date('2026-11-21T07:28:00.000Z');

/** Minutes from `now`, UTC. */
export function minutes(count: number): string {
  return new Date(now.getTime() + count * 60_000).toISOString();
}

/** Added at `now`, due at once. */
export function entry(changes: Partial<QueueEntry> = {}): QueueEntry {
  return {
    id: 'q-1',
    taskId: taskId('101'),
    prompt: 'Resume #101: JWT Service',
    priority: 3,
    added_at: now.toISOString(),
    reason: 'crash',
    attempts: 0,
    nextRetryAt: null,
    notBefore: null,
    lastError: null,
    claim: null,
    claims: 0,
    deadAt: null,
    metadata: { source: 'session', retry_count: 0 },
    ...changes,
  };
}
