/** Times that cannot be: not of the calendar, ahead of the clock, ended before they began. 000-51. */
import type { HealthFinding } from '../finding';
import type { Detector, HealthFacts, TaskFacts } from '../health-facts';
import { isBefore, isFuture, parseWrittenTime, type WrittenTime } from '../written-time';
import { lineAt, perTask, type TaskContent } from './per-task';

/** The value is reset to what the change log witnessed, else taken away; the log keeps what stood there. */
export const badTaskTime: Detector = perTask((task, content, facts) => [
  ...badCreated(task, content, facts),
  ...badCompleted(task, content, facts),
  ...badDue(task, content),
]);

function badCreated({ record }: TaskFacts, content: TaskContent, facts: HealthFacts): HealthFinding[] {
  const written = content.frontMatter.get('created');
  const wrong = written && wrongTime(written.text, facts.now);
  if (written === undefined || wrong === undefined) return [];
  const witness = witnessed(facts.history.get(record.id)?.firstAt, facts.now);
  return [
    {
      rule: 'bad_time',
      severity: 'warning',
      line: written.line,
      message: `"created" is "${written.text.slice(0, 40)}", which ${wrong}`,
      ...resetTo('created', witness),
      repair: {
        kind: 'front_matter',
        task: record.id,
        set: { created: witness ?? null },
        old: { created: written.text },
      },
    },
  ];
}

function badCompleted({ record }: TaskFacts, content: TaskContent, facts: HealthFacts): HealthFinding[] {
  const written = content.frontMatter.get('completed');
  if (written === undefined) return [];
  const created = parseWrittenTime(content.frontMatter.get('created')?.text ?? '');
  const wrong = wrongTime(written.text, facts.now) ?? before(written.text, created);
  if (wrong === undefined) return [];
  const seen = witnessed(facts.history.get(record.id)?.completedAt, facts.now);
  const witness = seen !== undefined && before(seen, created) === undefined ? seen : undefined;
  return [
    {
      rule: 'bad_time',
      severity: 'warning',
      line: written.line,
      message: `"completed" is "${written.text.slice(0, 40)}", which ${wrong}`,
      ...resetTo('completed', witness),
      repair: {
        kind: 'front_matter',
        task: record.id,
        set: { completed: witness ?? null },
        old: { completed: written.text },
      },
    },
  ];
}

function badDue({ record }: TaskFacts, content: TaskContent): HealthFinding[] {
  const written = content.frontMatter.get('next_due');
  if (written === undefined || parseWrittenTime(written.text) !== undefined) return [];
  return [
    {
      rule: 'bad_time',
      severity: 'warning',
      line: written.line,
      message: `"next_due" is "${written.text.slice(0, 40)}", which is no date`,
      ...resetTo('next_due', undefined),
      repair: {
        kind: 'front_matter',
        task: record.id,
        set: { next_due: null },
        old: { next_due: written.text },
      },
    },
  ];
}

/** Headings of the log belong to whoever wrote them, so these are shown and left alone. */
export const badEntryTime: Detector = perTask((_task, { text, document }, { now }) =>
  document.log.flatMap((entry) => {
    const time = entry.at === undefined ? undefined : parseWrittenTime(entry.at);
    if (time === undefined || !isFuture(time, now)) return [];
    return [
      {
        rule: 'bad_time',
        severity: 'info',
        line: lineAt(text, entry.range.start),
        message: `Session ${entry.session} is dated ${entry.at}, which lies ahead`,
      },
    ];
  }),
);

/** A clock that was set back in between explains it, and a record of the past is not rewritten. */
export const badSessionTime: Detector = ({ sessions }) =>
  sessions.flatMap(({ session, file }) => {
    if (session.end === null || Date.parse(session.end.at) >= Date.parse(session.startedAt)) return [];
    return [
      {
        rule: 'bad_time',
        severity: 'info',
        task: session.task,
        file,
        message: `Session ${session.number} of #${session.task} ended at ${session.end.at}, before it began`,
      },
    ];
  });

function wrongTime(text: string, now: Date): string | undefined {
  const time = parseWrittenTime(text);
  if (time === undefined) return 'is no date';
  return isFuture(time, now) ? 'lies ahead' : undefined;
}

function before(text: string, created: WrittenTime | undefined): string | undefined {
  const time = parseWrittenTime(text);
  if (time === undefined || created === undefined) return undefined;
  return isBefore(time, created) ? 'is before it was created' : undefined;
}

function witnessed(at: string | undefined, now: Date): string | undefined {
  if (at === undefined || wrongTime(at, now) !== undefined) return undefined;
  return at.replace(/\.\d+Z$/, 'Z');
}

function resetTo(key: string, witness: string | undefined): { readonly fix: string } {
  return witness === undefined
    ? { fix: `Take "${key}" away; the change log keeps the value` }
    : { fix: `Set "${key}" to ${witness}, which the change log witnessed; it keeps the old value too` };
}
