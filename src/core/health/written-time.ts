/** Times as people and agents write them into files, judged without guessing. Source: requirement 000-51. */

const minute = 60_000;
const hour = 60 * minute;
/** Clocks of two machines differ by this much without anybody being wrong. */
const skewMs = 10 * minute;
/** A date or a time without a zone may be that of the easternmost clock. */
const zonelessMs = 15 * hour;

const form =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)? ?(Z|[+-]\d{2}:?\d{2})?$/;

export interface WrittenTime {
  readonly ms: number;
  /** How far it may lie ahead of our clock and still be the present. */
  readonly toleranceMs: number;
  /** How long what is written lasts: a day without a time is all of it. */
  readonly lastsMs: number;
}

/** Undefined when the text is no ISO 8601 date or time of the calendar. Without a zone it is taken as UTC. */
export function parseWrittenTime(text: string): WrittenTime | undefined {
  const match = form.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hours, minutes = '00', seconds = '00', zone] = match;
  const local = Date.parse(`${year}-${month}-${day}T${hours ?? '00'}:${minutes}:${seconds}Z`);
  // 30 February parses on some engines, as 1 or 2 March.
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day)) return undefined;
  return {
    ms: local - offsetMs(zone),
    toleranceMs: zone === undefined ? zonelessMs : skewMs,
    lastsMs: hours === undefined ? 24 * hour : 0,
  };
}

export function isFuture(time: WrittenTime, now: Date): boolean {
  return time.ms - now.getTime() > time.toleranceMs;
}

/** Whether it lies before the other one, whatever their clocks and zones were. */
export function isBefore(time: WrittenTime, other: WrittenTime): boolean {
  return time.ms + time.lastsMs + time.toleranceMs < other.ms - other.toleranceMs;
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * hour + Number(zone.slice(-2)) * minute);
}
