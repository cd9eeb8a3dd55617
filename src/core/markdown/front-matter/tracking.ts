/** What verbs keep in the front matter beside status and dates: time, progress by hand, blockers, recurrence. */
import { isRecurrence, type Tracking } from '../../model/task';
import { type Finding, finding } from '../problems';
import type { FrontMatter } from './front-matter';

type Mutable = { -readonly [Key in keyof Tracking]: Tracking[Key] };

/** Undefined when the front matter has none of these keys with a value of use; a useless value is a finding. */
export function readTracking(frontMatter: FrontMatter, findings: Finding[]): Tracking | undefined {
  const found: Mutable = {};
  const read = <T>(
    key: string,
    parse: (written: string) => T | undefined,
    expected: string,
  ): T | undefined => {
    const entry = frontMatter.entries.get(key);
    if (entry === undefined || entry.value.kind === 'empty') return undefined;
    const value = entry.value.kind === 'scalar' ? parse(entry.value.text.trim()) : undefined;
    if (value === undefined) {
      findings.push(finding('front_matter_value', 'warning', `"${key}" must be ${expected}`, entry.range));
    }
    return value;
  };
  const set = <K extends keyof Tracking>(name: K, value: Tracking[K]) => {
    if (value !== undefined) found[name] = value;
  };
  set('spentMinutes', read('spent_minutes', wholeUpTo(9_999_999), 'a whole number of minutes'));
  set('progress', read('progress', percent, 'a percentage from 0 to 100'));
  set('blockedReason', read('blocked_reason', words, 'a text'));
  set('question', read('question', words, 'a text'));
  set('recurs', read('recurs', recurrence, 'daily, weekly or monthly'));
  set('recursDay', read('recurs_day', wholeUpTo(31), 'a day of the month'));
  set('nextDue', read('next_due', day, 'a date such as 2026-11-30'));
  set('completed', read('completed', words, 'a single value'));
  return Object.keys(found).length === 0 ? undefined : found;
}

function wholeUpTo(limit: number) {
  return (written: string): number | undefined => {
    const value = /^\d{1,7}$/.test(written) ? Number(written) : Number.NaN;
    return value <= limit ? value : undefined;
  };
}

function percent(written: string): number | undefined {
  return wholeUpTo(100)(written.endsWith('%') ? written.slice(0, -1).trimEnd() : written);
}

function words(written: string): string | undefined {
  return written === '' ? undefined : written;
}

function recurrence(written: string): Tracking['recurs'] {
  const word = written.toLowerCase();
  return isRecurrence(word) ? word : undefined;
}

/** A date that exists; of a moment, its day. */
function day(written: string): string | undefined {
  const date = /^(\d{4}-\d{2}-\d{2})(?:$|T)/.exec(written)?.[1];
  if (date === undefined) return undefined;
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(date) ? date : undefined;
}
