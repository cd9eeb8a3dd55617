/** A change-log record in words, for the working buffer and the session state. Requirements 000-31 … 000-33. */
import type { BufferEntry, BufferSection } from '../model/buffer-state';
import type { ChangeRecord } from '../store/change-record';

type Words = readonly [section: BufferSection, text: string];
type Describe = (now: Facts, before: Facts, record: ChangeRecord) => Words;

const longest = 200;

/** Every record has words, also one of a type that is not known here: nothing that happened is left out. */
export function describeChange(record: ChangeRecord): BufferEntry {
  const own = Object.hasOwn(described, record.type) ? described[record.type] : undefined;
  const describe = own ?? otherwise;
  const [section, words] = describe(new Facts(record.new), new Facts(record.old), record);
  const subject = record.task === null ? '' : `#${record.task}: `;
  const text = `${subject}${words} (${record.time.slice(11, 16)} UTC)`;
  return { seq: record.seq, at: record.time, section, text };
}

/** Record types that have words of their own; a test walks every verb and asks for its type. */
const described: Readonly<Record<string, Describe>> = {
  'task.create': (now) => ['updates', `Created "${now.text('title')}"`],
  'task.recur': (now) => [
    'updates',
    `Recurring next occurrence created after #${now.text('of')}, due ${now.text('due')}`,
  ],
  'task.finalize': (now) => [
    'updates',
    now.is('forced') ? `Completed by force: "${now.text('reason')}"` : 'Completed, chain output written',
  ],
  'status.block': (now) => ['updates', `Blocked "${now.text('reason')}"`],
  'status.unblock': () => ['updates', 'Unblocked'],
  'status.needInput': (now) => ['updates', `Needs input "${now.text('reason')}"`],
  'status.answer': (now) => ['updates', `Answered "${now.text('reason')}"`],
  'progress.append': (now) => ['updates', progressWords(now)],
  'progress.set': (now, before) => [
    'updates',
    `Progress ${before.number('percent')}% → ${now.number('percent')}%`,
  ],
  'feature.pass': (now, before) => [
    'updates',
    `Feature ${now.text('feature')} passes, progress ${before.number('percent')}% → ${now.number('percent')}%`,
  ],
  'feature.fail': (now, before) => [
    'updates',
    `Feature ${now.text('feature')} does not pass, progress ${before.number('percent')}% → ${now.number('percent')}%`,
  ],
  'feature.verify': (now, before) => ['updates', verifyWords(now, before)],
  'feature.add': (now) => ['updates', `Feature ${now.text('id')} added: ${now.text('description')}`],
  'criterion.tick': (now) => [
    'updates',
    `Criterion ${now.number('index') + 1} ${now.is('done') ? 'met' : 'open again'}: ${now.text('text')}`,
  ],
  'inputs.refresh': (now) => ['updates', `Chain input from #${now.text('from')} refreshed`],
  'session.start': (now) => ['updates', `Session ${now.number('number')} started by ${now.text('agent')}`],
  'session.close': () => ['updates', 'What the session left was recorded from facts'],
  'session.end': (now) => [
    'updates',
    `Session ${now.number('number')} ended (${now.text('reason')}${exitWords(now)})`,
  ],
  'session.stop': (now) => ['updates', `Session ${now.number('number')} was asked to stop`],
  'session.exit': (now) => [
    'updates',
    `How session ${now.number('number')} ended was learnt later (${now.text('reason')}${exitWords(now)})`,
  ],
  'session.abandon': (now) => [
    'updates',
    `Session ${now.number('number')} was taken back: ${now.text('reason')}`,
  ],
  'plan.accepted': (now) => ['updates', `Plan "${now.text('title')}" accepted`],
  'job.run': (now) => [
    'updates',
    `Scheduled job ${now.text('job')} ${now.is('ok') ? '' : 'failed'}: ${now.text('result')}`.replace(
      ' :',
      ':',
    ),
  ],
  'worker.run': (now) => [
    'updates',
    `Worker ${now.text('worker')} ${now.text('status')}: ${now.text('detail')}`,
  ],
  'memory.event': (now) => ['updates', `Memory: ${now.text('text')}`],
  'queue.add': () => ['updates', 'Queued to be resumed'],
  'queue.ended': (now) => ['updates', queueWords(now)],
  'queue.claim': (now) => ['updates', `Taken from the queue by ${new Facts(now.value('claim')).text('by')}`],
  'queue.start': () => ['updates', 'Resumed from the queue'],
  'queue.extend': () => ['updates', 'The run from the queue goes on'],
  'queue.release': () => ['updates', 'Given back to the queue unused'],
  'queue.fail': (now) => ['updates', queueWords(now)],
  'queue.retry': () => ['updates', 'May be resumed again, by a person'],
  'queue.ack': () => ['updates', 'Out of the queue: done'],
  'queue.remove': () => ['updates', 'Taken out of the queue'],
  'queue.setAside': (now) => ['updates', `The queue made no sense and was set aside as ${now.text('name')}`],
  'recurrence.set': (now) => [
    'updates',
    now.text('recurs') === ''
      ? 'Recurs no more'
      : `Recurs ${now.text('recurs')}, due ${now.text('due') || 'at once'}`,
  ],
  'task.dependencies': (now) => {
    const upstream = now.list('dependsOn').map((id) => `#${id}`);
    return ['updates', upstream.length === 0 ? 'Depends on nothing' : `Depends on ${upstream.join(', ')}`];
  },
  'context.set': (now) => [
    'updates',
    ['agent', 'prd', 'epic', 'repository']
      .filter((name) => now.value(name) !== undefined)
      .map((name) => `${name === 'prd' ? 'PRD' : upper(name)} ${now.text(name) || 'cleared'}`)
      .join(', '),
  ],
  'time.log': (now) => ['time', `${now.number('minutes')} min logged`],
  'note.add': (now, before) => [
    'notes',
    `Note ${now.number('id')}, ${now.text('kind')}: ${now.text('text')}${replaced(before)}`,
  ],
};

function otherwise(now: Facts, before: Facts, { type }: ChangeRecord): Words {
  const health = /^health\.(.+)$/.exec(type)?.[1];
  if (health !== undefined) {
    const what = health === 'undo' ? 'Undid' : `Repaired ${health.replaceAll('_', ' ')}:`;
    return ['updates', `${what} health repair ${now.number('repair')}`];
  }
  const trigger = /^status\.(.+)$/.exec(type)?.[1];
  if (trigger === undefined) return ['updates', type];
  const from = before.text('status');
  const to = now.text('status');
  return ['updates', from === '' || to === '' ? `Status: ${trigger}` : `Status ${from} → ${to} (${trigger})`];
}

function upper(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function progressWords(now: Facts): string {
  const did = now.list('did').join('; ') || now.list('state').join('; ');
  return did === ''
    ? `Session ${now.number('session')} wrote its entry`
    : `Session ${now.number('session')}: ${did}`;
}

function verifyWords(now: Facts, before: Facts): string {
  const found = now.is('passes') ? 'verified' : before.is('passes') ? 'passes no more' : 'does not pass';
  const percent = `progress ${before.number('percent')}% → ${now.number('percent')}%`;
  return `Feature ${now.text('feature')} ${found}: its command ${now.text('ended')}, ${percent}`;
}

function queueWords(now: Facts): string {
  const times = now.number('attempts');
  if (now.is('dead')) return `Not resumed any more after ${times} failed runs: waits for a person`;
  if (now.is('gone')) return 'Out of the queue: a person ended it';
  const why = now.text('reason').replaceAll('_', ' ');
  return `Queued to be resumed (${why}${times > 0 ? `, ${times} failed` : ''})`;
}

function exitWords(now: Facts): string {
  const code = now.value('exitCode');
  return typeof code === 'number' ? `, exit ${code}` : '';
}

function replaced(before: Facts): string {
  const id = before.number('id');
  return id === 0 ? '' : ` (replaces note ${id})`;
}

/** What a record says of old or new: whoever wrote it, it is only read as far as it fits. */
class Facts {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#fields = typeof value === 'object' && value !== null ? { ...value } : {};
  }

  value(name: string): unknown {
    return this.#fields[name];
  }

  text(name: string): string {
    const value = this.#fields[name];
    return typeof value === 'string' || typeof value === 'number' ? short(String(value)) : '';
  }

  number(name: string): number {
    const value = this.#fields[name];
    return typeof value === 'number' ? value : 0;
  }

  is(name: string): boolean {
    return this.#fields[name] === true;
  }

  list(name: string): readonly string[] {
    const value = this.#fields[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string').map(short) : [];
  }
}

/** On one line, and not longer than a line should be. */
function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
