/** State files as a busy project would have them: 1 to 20 KB, at every stage of work. The same seed gives the same files. */
import { type NewTaskText, skeleton } from '../../src/core/markdown/skeleton';
import { isTaskId, type TaskId } from '../../src/core/model/task';

/** Mulberry32: numbers in [0, 1), reproducible on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const words =
  'add the token service check users table when request fails return typed error write tests for expiry and rotation `jwt.service.ts` run build'.split(
    ' ',
  );

export interface GeneratedTask {
  readonly id: TaskId;
  readonly text: string;
}

export function* generateTasks(count: number, seed = 1): Generator<GeneratedTask> {
  const random = seededRandom(seed);
  for (let number = 1; number <= count; number++)
    yield { id: taskId(number), text: taskText(number, random) };
}

function taskId(number: number): TaskId {
  const id = String(number);
  if (!isTaskId(id)) throw new Error(`${id} is not a task id`);
  return id;
}

function taskText(number: number, random: () => number): string {
  const size = 1000 + Math.floor(random() * 19_000);
  const whole = (limit: number) => Math.floor(random() * limit);
  const sentence = (length: number) =>
    Array.from({ length }, () => words[whole(words.length)] ?? '').join(' ');
  const upstream = number > 1 ? [taskId(1 + whole(number - 1))] : [];
  const task: NewTaskText = {
    id: taskId(number),
    title: sentence(4),
    created: '2026-11-21T07:28:00Z',
    dependsOn: upstream,
    priority: whole(5),
    estimateMinutes: 30 * (1 + whole(8)),
    prd: '../docs/prd.md',
    epic: `Epic ${whole(20)}`,
    repository: 'backend',
    agent: 'claude',
    description: [sentence(40), sentence(30)].join('\n\n'),
    criteria: Array.from({ length: 2 + whole(5) }, () => sentence(7)),
    features: Array.from({ length: whole(Math.ceil(size / 2500)) }, (_, index) => ({
      id: `f-${index}`,
      description: sentence(8),
    })),
    inputs: upstream.map((from) => ({
      from,
      title: sentence(3),
      text: sentence(30),
      hash: '0123456789abcdef',
    })),
  };
  const entries: string[] = [];
  let length = skeleton(task).length;
  while (length < size) {
    const entry = logEntry(entries.length + 1, sentence, whole);
    entries.push(entry);
    length += entry.length;
  }
  const text = skeleton(task);
  return entries.length === 0
    ? text
    : text.replace('(Agent will append entries here)', () => entries.join('\n\n'));
}

function logEntry(
  session: number,
  sentence: (length: number) => string,
  whole: (limit: number) => number,
): string {
  const list = (label: string) =>
    [`**${label}:**`, ...Array.from({ length: 1 + whole(4) }, () => `- ${sentence(6 + whole(14))}`)].join(
      '\n',
    );
  const heading = `### Session ${session} - 2026-11-21 14:30`;
  return [
    `${heading}\n${list('What I did')}`,
    ...['Issues encountered', 'Current state', 'Next steps'].map(list),
  ].join('\n\n');
}
