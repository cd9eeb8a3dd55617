/** Stored statuses and derived badges. Only core/lifecycle may decide on them. Source: product.md section 4. */

export const statuses = [
  'pending',
  'acknowledged',
  'in_progress',
  'blocked',
  'needs_input',
  'completed',
  'cancelled',
] as const;
export type Status = (typeof statuses)[number];

export function isStatus(value: unknown): value is Status {
  return typeof value === 'string' && (statuses as readonly string[]).includes(value);
}

export const triggers = [
  'acknowledge',
  'start',
  'block',
  'unblock',
  'needInput',
  'answer',
  'complete',
  'cancel',
  'reopen',
  'releaseOnExit',
  'recoverStuckAcknowledged',
  'recoverOrphaned',
] as const;
export type Trigger = (typeof triggers)[number];

export function isTrigger(value: unknown): value is Trigger {
  return typeof value === 'string' && (triggers as readonly string[]).includes(value);
}

/** Derived, never stored. A task may carry several. */
export const badges = [
  'ready', // pending, all upstream tasks completed
  'waiting', // pending, some upstream task not completed
  'running', // a live session works on it
  'resumable', // has had a session, has no live one, is not finished
  'stale', // see StaleReason
  'undocumented', // the last session ended without a progress entry
  'cyclic', // depends on itself through others
  'dangling', // depends on a task that does not exist
  'broken', // the file has problems of severity error
] as const;
export type Badge = (typeof badges)[number];

/** Why a task is stale; the word alone never stands without one. */
export type StaleReason = 'inputs' | 'silent';
