/** A calendar day as a person gives it. */
import { BatonError } from '../base/baton-error';

/** Throws `invalid_input` unless it is a day that exists, as `YYYY-MM-DD`. */
export function requireDay(day: string): void {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(at) && new Date(at).toISOString().startsWith(day)) return;
  throw new BatonError('invalid_input', `"${day}" is not a day`, { hint: 'Write it as 2026-11-30.' });
}
