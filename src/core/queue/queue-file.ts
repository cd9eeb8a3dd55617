/**
 * The queue's text as entries, and entries as text. People and scripts edit the file by hand, so it is read liberally:
 * the seed's minimal form (`prompt, priority, added_at, metadata`) is an entry, a field that makes no sense gets its
 * default, fields that are not known here are kept. Requirements 002-18, 002-20, 002-23; regression test 3.3.5.
 */
import { contentHash } from '../base/content-hash';
import type { TextEdit } from '../base/text-edit';
import { isUnclaimedEntry, type QueueEntry, queueEntrySchema } from '../model/queue';

export interface QueueItem {
  /** As it stands in the file. */
  readonly raw: unknown;
  /** Undefined for what is no entry; it is kept and left alone. */
  readonly entry: QueueEntry | undefined;
}

export interface ReadQueue {
  /** In the order of the file. */
  readonly items: readonly QueueItem[];
  /** Why the text as a whole is no queue; there are no items then, and it must not be written over. */
  readonly malformed: string | undefined;
  /** What made no sense in single entries, in words. */
  readonly oddities: readonly string[];
}

/** A queue is read whole at every look. What stands behind so many entries is kept, and read when they are gone. */
export const maxEntries = 5000;
/** More than a person or a script would nest; writing what is nested without end would fail. */
const deepest = 40;
/** Of an entry that names none, whose task names none either. */
export const defaultPriority = 3;

/**
 * Never throws. An entry without an id gets one made from what it says, so that it has the same one at every reading
 * and wherever it stands.
 *
 * @param text undefined when the file is not UTF-8 or too large. Empty text is an empty queue
 * @param now stands in where an entry does not say when it was added
 */
export function readQueue(text: string | undefined, now: Date): ReadQueue {
  if (text === undefined) return malformed('it is not UTF-8 text, or too large');
  const source = text.replace(/^\uFEFF/, '');
  if (source.trim() === '') return { items: [], malformed: undefined, oddities: [] };
  const value = parsed(source);
  if (value instanceof SyntaxError) return malformed(`it is not valid JSON (${value.message})`);
  if (!Array.isArray(value)) return malformed('it is not a JSON array');
  if (isDeeper(value, deepest)) return malformed('it is nested too deeply');
  return itemsOf(value, now.toISOString());
}

/** As the seed writes it; an empty queue is exactly `[]`. Items without an id in the file get theirs. */
export function queueText(items: readonly QueueItem[]): string {
  return JSON.stringify(items.map(written), null, 2);
}

/** The smallest single edit that makes one text of the other; the change log keeps it. */
export function singleEdit(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return [{ start, end: before.length - same, text: after.slice(start, after.length - same) }];
}

function malformed(why: string): ReadQueue {
  return { items: [], malformed: why, oddities: [] };
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function itemsOf(values: readonly unknown[], now: string): ReadQueue {
  const taken = new Map<string, number>();
  const oddities: string[] = [];
  const items = values.map((raw, index): QueueItem => {
    if (taken.size >= maxEntries) return { raw, entry: undefined };
    const say = (what: string) => {
      if (oddities.length < maxEntries) oddities.push(`Entry ${index + 1} ${what}`);
    };
    const entry = isRecord(raw) ? entryOf(raw, now, taken, say) : undefined;
    if (entry === undefined) say('names neither a task nor a prompt and is passed over');
    return { raw, entry };
  });
  const last = items.findLastIndex(({ entry }) => entry !== undefined);
  const rest = taken.size < maxEntries ? 0 : items.length - last - 1;
  if (rest > 0) oddities.unshift(`${maxEntries} entries are read, and ${rest} behind them passed over`);
  return { items, malformed: undefined, oddities };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const shape = queueEntrySchema.shape;

interface FieldSchema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

/** Reads one field; what makes no sense is said, and read as the fallback. */
function fieldsOf(raw: Readonly<Record<string, unknown>>, say: (what: string) => void) {
  return <T>(name: string, schema: FieldSchema<T>, fallback: T, value = raw[name]): T => {
    if (value === undefined) return fallback;
    const read = schema.safeParse(value);
    if (!read.success) say(`has a "${name}" that makes no sense; it is read as ${JSON.stringify(fallback)}`);
    return read.success ? read.data : fallback;
  };
}

function entryOf(
  raw: Readonly<Record<string, unknown>>,
  now: string,
  taken: Map<string, number>,
  say: (what: string) => void,
): QueueEntry | undefined {
  if (isUnclaimedEntry(raw) && (raw.taskId !== null || raw.prompt !== '')) {
    const id = uniqueId(raw, taken);
    return id === raw.id ? raw : { ...raw, id };
  }
  const field = fieldsOf(raw, say);
  const taskId = field('taskId', shape.taskId, null, numberAsText(raw['taskId']));
  const prompt = field('prompt', shape.prompt, '');
  if (taskId === null && prompt === '') return undefined;
  const meta = isRecord(raw['metadata']) ? raw['metadata'] : {};
  const attempts = field('attempts', shape.attempts, wholeOr(meta['retry_count'], 0));
  return {
    ...raw,
    id: uniqueId(raw, taken),
    taskId,
    prompt,
    priority: field('priority', shape.priority, defaultPriority),
    added_at: field('added_at', shape.added_at, now, asUtc(raw['added_at'])),
    reason: field('reason', shape.reason, 'manual'),
    attempts,
    nextRetryAt: field('nextRetryAt', shape.nextRetryAt, null, asUtc(raw['nextRetryAt'])),
    notBefore: field('notBefore', shape.notBefore, null, asUtc(raw['notBefore'])),
    lastError: field('lastError', shape.lastError, null),
    claim: field('claim', shape.claim, null),
    claims: field('claims', shape.claims, 0),
    deadAt: field('deadAt', shape.deadAt, null, asUtc(raw['deadAt'])),
    metadata: {
      ...meta,
      source: typeof meta['source'] === 'string' ? meta['source'] : 'manual',
      retry_count: attempts,
    },
  };
}

/**
 * Its own id where it has a usable one that none before it has; else one made from what it says.
 *
 * @param taken the ids of those before it, with the last number that made another one of it: looking for the next one from
 *   the beginning would take hours in a file that says the same again and again
 */
function uniqueId(raw: Readonly<Record<string, unknown>>, taken: Map<string, number>): string {
  const own = shape.id.safeParse(raw['id']).data;
  const wanted = own?.slice(0, own.length > 90 && taken.has(own) ? 90 : own.length) ?? idOf(raw);
  let id = wanted;
  let last = taken.get(wanted) ?? 1;
  while (taken.has(id)) id = `${wanted}-${++last}`;
  taken.set(id, 1);
  taken.set(wanted, last);
  return id;
}

function idOf({ taskId, prompt, added_at }: Readonly<Record<string, unknown>>): string {
  return `q-${contentHash(JSON.stringify([taskId, prompt, added_at]))}`;
}

function wholeOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fallback;
}

/** Task ids look like numbers, and a hand that writes JSON may leave the quotes out. */
function numberAsText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

/** `+00:00` and other zones as UTC with `Z`; what is no time stays what it is, for the schema to refuse. */
function asUtc(value: unknown): unknown {
  if (typeof value !== 'string' || shape.added_at.safeParse(value).success) return value;
  const at = Date.parse(value);
  return Number.isNaN(at) ? value : new Date(at).toISOString();
}

function written({ raw, entry }: QueueItem): unknown {
  if (entry === undefined || !isRecord(raw) || raw['id'] === entry.id) return raw;
  return { ...raw, id: entry.id };
}
