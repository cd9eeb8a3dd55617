/**
 * Time worked against the estimate. The seed's own phrase ("65 of 120 min, 45% faster") leaves progress out of account;
 * both truths are told instead: how much of the estimate is used at which progress, and the pace that this makes.
 * Requirement 000-9, resolution C12.
 */

export interface TimeFacts {
  readonly spentMinutes: number;
  readonly estimateMinutes: number | undefined;
  /** 0–100. */
  readonly percent: number;
}

/** A task without an estimate is never judged by its time. */
export function timeAgainstEstimate({ spentMinutes, estimateMinutes, percent }: TimeFacts): string {
  const spent = `${spentMinutes} min`;
  if (estimateMinutes === undefined || estimateMinutes <= 0) return `${spent}; there is no estimate`;
  const used = Math.round((spentMinutes / estimateMinutes) * 100);
  const facts = `${spent}: used ${used}% of the estimate at ${percent}% progress`;
  const planned = (estimateMinutes * percent) / 100;
  if (spentMinutes === 0 || planned === 0) return facts;
  return `${facts}, ${paceOf(spentMinutes, planned)}`;
}

/** @param planned minutes that the estimate gives to the progress made */
function paceOf(spent: number, planned: number): string {
  const difference = Math.round(Math.abs(1 - spent / planned) * 100);
  if (difference === 0) return 'on the pace of the estimate';
  return spent < planned
    ? `pace ${difference}% faster than the estimate`
    : `pace ${difference}% slower than the estimate`;
}
