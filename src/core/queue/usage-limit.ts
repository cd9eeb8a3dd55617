/**
 * Whether an agent ended because its provider's usage limit was reached, and when that is over, from what it printed
 * last and its exit code, by the data of its profile. Issue 5: the entry waits for the time the provider names.
 */
import type { AgentLimits, LimitReset } from '../model/agent-profile';

export interface UsageLimit {
  /** When the provider lets the agent go on; undefined where it does not tell. */
  readonly until?: Date;
}

export interface PrintedEnd {
  /** What the agent printed last; only the last 16,000 characters are looked at. */
  readonly tail: string;
  readonly exitCode: number | null;
  readonly now: Date;
  /** Minutes that UTC is ahead of the machine's own time, as `Date.getTimezoneOffset` tells. */
  readonly offsetMinutes: number;
}

const longestTail = 16_000;
/** What stands behind this on a line is no message. */
const longestLine = 4000;
/** Longer than this no provider makes one wait; it is a misreading. */
const longestWaitMs = 40 * 24 * 3_600_000;
/**
 * Over for less than this, a reset is now: it is printed some time before the agent ends, often rounded to the hour, and who
 * names a time of day alone means one of the next hours, never one almost a day ahead. A mistake costs a failed run: as
 * long as that is waited for where no time is told at all.
 */
const justOverMs = 30 * 60_000;
const dayMs = 24 * 3_600_000;

/**
 * Of several times the one printed last counts. One over for half an hour, or more than 40 days ahead, is no time; one that
 * is over for less is told as it is.
 *
 * @returns undefined when nothing tells of a limit
 */
export function usageLimit(limits: AgentLimits | undefined, end: PrintedEnd): UsageLimit | undefined {
  if (limits === undefined) return undefined;
  const patterns = limits.patterns.map(({ pattern, reset }) => ({
    reset,
    expression: new RegExp(pattern, 'iu'),
  }));
  const lines = end.tail.slice(-longestTail).split(/[\r\n]+/);
  const seen = lines.reverse().flatMap((line) => {
    const short = line.slice(0, longestLine);
    return patterns.flatMap(({ expression, reset }) => {
      const match = expression.exec(short);
      return match === null ? [] : [{ until: reset && timeOf(reset, match.groups?.['reset'] ?? '', end) }];
    });
  });
  const until = seen.find((one) => one.until !== undefined)?.until;
  if (until !== undefined) return { until };
  const told = seen.length > 0 || (end.exitCode !== null && limits.exitCodes.includes(end.exitCode));
  return told ? {} : undefined;
}

function timeOf(kind: LimitReset, words: string, { now, offsetMinutes }: PrintedEnd): Date | undefined {
  const at = readers[kind](words, now, offsetMinutes);
  if (at === undefined || Number.isNaN(at)) return undefined;
  const wait = at - now.getTime();
  return wait > -justOverMs && wait <= longestWaitMs ? new Date(at) : undefined;
}

type Reader = (words: string, now: Date, offsetMinutes: number) => number | undefined;

const readers: Readonly<Record<LimitReset, Reader>> = {
  epochSeconds: (words) => Number(words) * 1000,
  iso: (words) => Date.parse(words),
  duration: (words, now) => {
    const ms = durationMs(words);
    return ms === 0 ? undefined : now.getTime() + ms;
  },
  clock: clockTime,
};

const units: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/(\d{1,3})\s?d/i, 86_400_000],
  [/(\d{1,3})\s?h/i, 3_600_000],
  [/(\d{1,3})\s?m(?!s)/i, 60_000],
  [/(\d{1,5})\s?s/i, 1000],
];

function durationMs(words: string): number {
  return units.reduce((sum, [pattern, ms]) => sum + Number(pattern.exec(words)?.[1] ?? 0) * ms, 0);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The first time, of those not long over, that the machine's own clock shows it; a day without a year is this year's, or the
 * next one's.
 */
function clockTime(words: string, now: Date, offsetMinutes: number): number | undefined {
  const time = /\b(\d{1,2}):(\d{2})\s?(am|pm)?|\b(\d{1,2})\s?(am|pm)\b/i.exec(words);
  if (time === null) return undefined;
  const hour = hourOf(Number(time[1] ?? time[4]), (time[3] ?? time[5])?.toLowerCase());
  const minute = Number(time[2] ?? 0);
  if (hour === undefined || minute > 59) return undefined;
  // Computed in a calendar whose UTC is the local time, and taken back at the end.
  const local = new Date(now.getTime() - offsetMinutes * 60_000);
  const day = dayOf(words.slice(0, time.index), local);
  const at = Date.UTC(day.year, day.month, day.date, hour, minute);
  const oldest = local.getTime() - justOverMs;
  // Shortly before midnight, and read shortly after.
  const first = day.named === 'none' && at - dayMs > oldest ? at - dayMs : at;
  const next = first > oldest ? first : nextAfter(at, day, hour, minute);
  return next + offsetMinutes * 60_000;
}

/** Only a time whose day or year was left open comes again. */
function nextAfter(at: number, { year, month, date, named }: Day, hour: number, minute: number): number {
  if (named === 'none') return at + dayMs;
  return named === 'day' ? Date.UTC(year + 1, month, date, hour, minute) : at;
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour < 24 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly date: number;
  readonly named: 'none' | 'day' | 'year';
}

/** "May 11th, 2026", "Aug 17", in front of the time; today where none is named. */
function dayOf(words: string, local: Date): Day {
  const match = /([a-z]{3})[a-z]{0,6}\s(\d{1,2})(?:st|nd|rd|th)?(?:,?\s(\d{4}))?/i.exec(words);
  const month = months.indexOf(match?.[1]?.toLowerCase() ?? '');
  if (match === null || month < 0) {
    const today = { year: local.getUTCFullYear(), month: local.getUTCMonth(), date: local.getUTCDate() };
    return { ...today, named: 'none' };
  }
  const year = match[3] === undefined ? local.getUTCFullYear() : Number(match[3]);
  return { year, month, date: Number(match[2]), named: match[3] === undefined ? 'day' : 'year' };
}
