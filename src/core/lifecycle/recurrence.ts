/**
 * When a recurring task is due next. Dates are UTC days, `YYYY-MM-DD`.
 *
 * Rules: the next due day is the first of the series after both the old due day and the day of completion, so that a
 * task finished late does not come back overdue, and one finished early does not come back at once. A monthly task
 * wants one day of the month; where a month is too short, its last day stands in, and the wanted day comes back in the
 * next month that has it (31 January, 28 or 29 February, 31 March).
 */
import type { Recurrence } from '../model/task';

export interface Occurrence {
  readonly recurs: Recurrence;
  /** Undefined when the task says none; the series then begins with the day of completion. */
  readonly due: string | undefined;
  /** The day of the month a monthly task wants, where the due day does not show it. */
  readonly wantedDay: number | undefined;
}

export interface NextOccurrence {
  readonly due: string;
  /** Undefined when the due day shows it. */
  readonly wantedDay: number | undefined;
}

const dayMs = 86_400_000;

/**
 * **Invariant:** the next due day is after the old one and after the day of completion.
 *
 * @param completedOn UTC day
 */
export function nextOccurrence({ recurs, due, wantedDay }: Occurrence, completedOn: string): NextOccurrence {
  const start = due ?? completedOn;
  if (recurs !== 'monthly') {
    const step = recurs === 'daily' ? 1 : 7;
    const behind = Math.max(0, Math.floor((dayNumber(completedOn) - dayNumber(start)) / step));
    return { due: dayOf(dayNumber(start) + step * (behind + 1)), wantedDay: undefined };
  }
  const wanted = wantedDay ?? Number(start.slice(8));
  const months = Math.max(monthNumber(start) + 1, monthNumber(completedOn));
  const first = dayInMonth(months, wanted);
  const next = first > completedOn ? first : dayInMonth(months + 1, wanted);
  return { due: next, wantedDay: Number(next.slice(8)) === wanted ? undefined : wanted };
}

function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs);
}

function dayOf(number: number): string {
  return new Date(number * dayMs).toISOString().slice(0, 10);
}

/** Months since year 0. */
function monthNumber(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

function dayInMonth(month: number, wanted: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  const text = `${year}-${String((month % 12) + 1).padStart(2, '0')}`;
  const nextYear = String(Math.floor((month + 1) / 12)).padStart(4, '0');
  const nextMonth = `${nextYear}-${String(((month + 1) % 12) + 1).padStart(2, '0')}-01`;
  const last = dayNumber(nextMonth) - dayNumber(`${text}-01`);
  return `${text}-${String(Math.min(wanted, last)).padStart(2, '0')}`;
}
