/**
 * Times in a question, such as "before session 4" or "since 2026-11-20": filters, and the question without them. Days are
 * UTC days; several times in one question hold together.
 */
import type { MemoryFilter } from './long-term-store';

export interface QuestionTime {
  readonly filter: Pick<MemoryFilter, 'session' | 'at'>;
  /** The question without its times. */
  readonly rest: string;
}

/** Session numbers, or days since 1970; both ends belong to it. */
interface Span {
  readonly from?: number;
  readonly to?: number;
}

const dayLength = 86_400_000;

const when = 'before|prior to|after|since|from|until|till|up to|through|by|on|in|during|at|of';
const session = String.raw`sessions?\s+#?(\d{1,6})`;
const day = String.raw`(\d{4}-\d{2}-\d{2}|today|yesterday)(?:T[\d:.]+Z?)?`;
const and = String.raw`\s*(?:and|to|until|till|through|-|–)\s*`;

const sessionRange = new RegExp(
  String.raw`\b(?:(?:between|from|in|of)\s+)?${session}${and}(?:sessions?\s+)?#?(\d{1,6})\b`,
  'gi',
);
const oneSession = new RegExp(String.raw`\b(?:(${when})\s+)?(?:the\s+)?${session}\b`, 'gi');
const firstSession = new RegExp(String.raw`\b(?:(${when})\s+)?the\s+first\s+session\b`, 'gi');
const dayRange = new RegExp(String.raw`\b(?:between|from)\s+${day}${and}${day}(?![\w-])`, 'gi');
// A date alone may be what a text says, the name of a release for instance; "since" and the like make it a time.
const oneDay = new RegExp(String.raw`\b(${when})\s+${day}(?![\w-])`, 'gi');
const nearDay = /\b(today|yesterday)\b/gi;

/** @param now UTC; without it "today" and "yesterday" are words like any other */
export function questionTime(text: string, now?: string): QuestionTime {
  const sessions: Span[] = [];
  const days: Span[] = [];
  const dayOf = (name = '') => dayNumber(name, now);
  let rest = take(text, sessionRange, sessions, ([a, b]) => between(Number(a), Number(b)));
  rest = take(rest, oneSession, sessions, ([word, number]) => spanOf(word, Number(number)));
  rest = take(rest, firstSession, sessions, ([word]) => spanOf(word, 1));
  rest = take(rest, dayRange, days, ([a, b]) => between(dayOf(a), dayOf(b)));
  rest = take(rest, oneDay, days, ([word, name]) => spanOf(word, dayOf(name)));
  rest = take(rest, nearDay, days, ([name]) => spanOf(undefined, dayOf(name)));
  const at = together(days);
  return {
    filter: {
      ...(sessions.length === 0 ? {} : { session: together(sessions) }),
      ...(days.length === 0 ? {} : { at: instants(at) }),
    },
    rest,
  };
}

/** Adds the spans of all that match to `spans`, and answers the text without them; what makes no span stays. */
function take(
  text: string,
  pattern: RegExp,
  spans: Span[],
  read: (groups: readonly (string | undefined)[]) => Span | undefined,
): string {
  return text.replace(pattern, (matched: string, ...rest: unknown[]) => {
    const groups = rest.map((one) => (typeof one === 'string' ? one : undefined));
    const span = read(groups);
    if (span === undefined) return matched;
    spans.push(span);
    return ' ';
  });
}

function spanOf(word: string | undefined, value: number | undefined): Span | undefined {
  if (value === undefined) return undefined;
  switch (word?.toLowerCase()) {
    case 'before':
    case 'prior to':
      return { to: value - 1 };
    case 'after':
      return { from: value + 1 };
    case 'since':
    case 'from':
      return { from: value };
    case 'until':
    case 'till':
    case 'up to':
    case 'through':
    case 'by':
      return { to: value };
    default:
      return { from: value, to: value };
  }
}

function between(a: number | undefined, b: number | undefined): Span | undefined {
  return a === undefined || b === undefined ? undefined : { from: Math.min(a, b), to: Math.max(a, b) };
}

function together(spans: readonly Span[]): Span {
  const froms = spans.flatMap(({ from }) => from ?? []);
  const tos = spans.flatMap(({ to }) => to ?? []);
  return {
    ...(froms.length === 0 ? {} : { from: Math.max(...froms) }),
    ...(tos.length === 0 ? {} : { to: Math.min(...tos) }),
  };
}

function dayNumber(name: string, now: string | undefined): number | undefined {
  const word = name.toLowerCase();
  if (word !== 'today' && word !== 'yesterday') return dayOfDate(word);
  const today = dayOfDate((now ?? '').slice(0, 10));
  return today === undefined ? undefined : today - (word === 'yesterday' ? 1 : 0);
}

function dayOfDate(date: string): number | undefined {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : Math.floor(at / dayLength);
}

/** From the first instant of the first day to the first one after the last day. */
function instants({ from, to }: Span): NonNullable<MemoryFilter['at']> {
  const start = (day: number) => new Date(day * dayLength).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    ...(from === undefined ? {} : { from: start(from) }),
    ...(to === undefined ? {} : { to: start(to + 1) }),
  };
}
