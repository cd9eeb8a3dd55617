/** Calls of the command line, each marked so that its change can be found again afterwards: once or not at all. */

import { applyEdits } from '../../../src/core/base/text-edit';
import { readDocument } from '../../../src/core/markdown/document';
import { setChainOutput } from '../../../src/core/markdown/edits/set-chain-output';
import { setFrontMatter } from '../../../src/core/markdown/edits/set-front-matter';
import { type NewTaskText, skeleton } from '../../../src/core/markdown/skeleton';
import type { TaskDocument, TaskId } from '../../../src/core/model/task';
import { taskId } from '../../support/state-text';

/** What is in a workspace folder afterwards; tasks by id. */
export interface Remains {
  readonly tasks: ReadonlyMap<TaskId, TaskDocument>;
  readonly texts: ReadonlyMap<TaskId, string>;
  readonly journal: string;
}

export interface Deed {
  readonly verb: string;
  /** Without `--json`. */
  readonly args: readonly string[];
  /** How often its change stands in the files. An answered deed must be there with all its consequences. */
  found(remains: Remains, answered: boolean): number;
}

/** Texts of the state files that the deeds work on, by task id. */
export interface Stage {
  readonly files: ReadonlyMap<TaskId, string>;
  /** A deed at random; never the same twice. */
  next(): Deed;
}

const created = '2026-11-21T07:28:00Z';
const logTask = taskId('1');
const criteriaTask = taskId('2');
const featureTask = taskId('3');

const transitions = [
  ['block', 'blocked'],
  ['needInput', 'needs_input'],
  ['start', 'in_progress'],
  ['acknowledge', 'acknowledged'],
  ['cancel', 'cancelled'],
] as const;

/**
 * @param supply how many deeds there are of each kind that uses something up; after that come others
 * @param pick a number at random, 0 … count - 1
 */
export function makeStage(supply: number, pick: (count: number) => number): Stage {
  const numbers = Array.from({ length: supply }, (_, n) => n);
  const files = new Map<TaskId, string>();
  const add = (task: Omit<NewTaskText, 'created' | 'title'>, change = (text: string) => text) =>
    files.set(task.id, change(skeleton({ ...task, title: `Task ${task.id}`, created })));
  add({ id: logTask });
  add({ id: criteriaTask, criteria: numbers.map((n) => `criterion ${n}`) });
  add({
    id: featureTask,
    features: numbers.map((n) => ({ id: `feature-${n}`, description: `feature number ${n}` })),
  });
  for (const n of numbers) {
    add({ id: numbered(1000, n), criteria: ['a goal'] });
    add({ id: numbered(2000, n) });
    add({ id: numbered(3000, n), dependsOn: [numbered(2000, n)] });
    add({ id: numbered(4000, n) }, (text) => completed(text, `The output of ${numbered(4000, n)}`));
    add({ id: numbered(5000, n), dependsOn: [numbered(4000, n)] });
    add({ id: numbered(6000, n) });
    add({ id: numbered(7000, n) });
  }

  let marks = 0;
  const mark = () => `mark${String(++marks).padStart(6, '0')}`;
  const used = new Map<string, number>();
  const take = (kind: string): number | undefined => {
    const n = used.get(kind) ?? 0;
    used.set(kind, n + 1);
    return n < supply ? n : undefined;
  };
  const kinds: readonly (() => Deed | undefined)[] = [
    () => progress(mark()),
    () => progress(mark()),
    () => create(mark()),
    () => addFeature(mark()),
    () => withNumber(take('pass'), (n) => passFeature(n, mark())),
    () => withNumber(take('tick'), tickCriterion),
    () => withNumber(take('status'), (n) => changeStatus(n, pick(transitions.length))),
    () => withNumber(take('finalize'), (n) => finalize(n, mark())),
    () => withNumber(take('inputs'), refreshInputs),
    () => withNumber(take('block'), (n) => block(n, mark())),
    () => withNumber(take('time'), logTime),
    () => note(mark()),
  ];
  return { files, next: () => kinds[pick(kinds.length)]?.() ?? progress(mark()) };
}

function withNumber(n: number | undefined, make: (n: number) => Deed): Deed | undefined {
  return n === undefined ? undefined : make(n);
}

function numbered(base: number, n: number): TaskId {
  return taskId(String(base + n));
}

function completed(text: string, summary: string): string {
  const written = applyEdits(text, setChainOutput(text, { summary, sections: {} }));
  return applyEdits(written, setFrontMatter(written, { status: 'completed' }));
}

function progress(mark: string): Deed {
  return {
    verb: 'progress',
    args: ['progress', logTask, '--did', mark],
    found: ({ tasks }) => tasks.get(logTask)?.log.filter(({ did }) => did.includes(mark)).length ?? 0,
  };
}

function create(mark: string): Deed {
  return {
    verb: 'task create',
    args: ['task', 'create', '--title', mark, '--criterion', 'works'],
    found: ({ tasks }) => [...tasks.values()].filter(({ title }) => title === mark).length,
  };
}

function addFeature(mark: string): Deed {
  return {
    verb: 'feature add',
    args: ['feature', 'add', featureTask, mark, 'added on the way'],
    found: ({ tasks }) => tasks.get(featureTask)?.featureList.filter(({ id }) => id === mark).length ?? 0,
  };
}

function passFeature(n: number, mark: string): Deed {
  return {
    verb: 'feature pass',
    args: ['feature', 'pass', featureTask, `feature-${n}`, '--manual', mark],
    found: ({ tasks }) =>
      tasks
        .get(featureTask)
        ?.featureList.filter(
          ({ id, passes, evidence }) => id === `feature-${n}` && passes && evidence?.manual === mark,
        ).length ?? 0,
  };
}

function tickCriterion(n: number): Deed {
  return {
    verb: 'criterion tick',
    args: ['criterion', 'tick', criteriaTask, String(n + 1)],
    found: ({ tasks }) => (tasks.get(criteriaTask)?.criteriaList[n]?.done ? 1 : 0),
  };
}

function changeStatus(n: number, which: number): Deed {
  const [trigger, status] = transitions[which] ?? transitions[0];
  const id = numbered(1000, n);
  return {
    verb: `task status ${trigger}`,
    args: ['task', 'status', id, trigger, '--reason', 'to see what becomes of it'],
    found: ({ tasks }) => (tasks.get(id)?.status === status ? 1 : 0),
  };
}

function finalize(n: number, mark: string): Deed {
  const id = numbered(2000, n);
  const downstream = numbered(3000, n);
  return {
    verb: 'finalize',
    args: ['finalize', id, '--summary', mark, '--force', '--reason', 'nothing else to do'],
    found: ({ tasks }, answered) => {
      const task = tasks.get(id);
      const written = task?.status === 'completed' && task.outputDetail?.summary === mark;
      const fed = tasks
        .get(downstream)
        ?.inputList.some(({ from, text }) => from === id && text.includes(mark));
      return written && (fed || !answered) ? 1 : 0;
    },
  };
}

function refreshInputs(n: number): Deed {
  const id = numbered(5000, n);
  const upstream = numbered(4000, n);
  return {
    verb: 'inputs refresh',
    args: ['inputs', 'refresh', id],
    found: ({ tasks }) =>
      tasks
        .get(id)
        ?.inputList.filter(
          ({ from, text }) => from === upstream && text.includes(`The output of ${upstream}`),
        ).length ?? 0,
  };
}

function block(n: number, mark: string): Deed {
  const id = numbered(6000, n);
  return {
    verb: 'block',
    args: ['block', id, '--reason', mark],
    found: ({ tasks, texts }) =>
      tasks.get(id)?.status === 'blocked' && texts.get(id)?.includes(`\nblocked_reason: ${mark}\n`) ? 1 : 0,
  };
}

function logTime(n: number): Deed {
  const id = numbered(7000, n);
  return {
    verb: 'time',
    args: ['time', id, '7'],
    // Made twice it would say 14.
    found: ({ texts }) => Number(/^spent_minutes: (\d+)$/m.exec(texts.get(id) ?? '')?.[1] ?? 0) / 7,
  };
}

function note(mark: string): Deed {
  return {
    verb: 'note',
    args: ['note', mark, '--kind', 'decision'],
    found: ({ journal }) => journal.split('\n').filter((line) => line.includes(mark)).length,
  };
}

/** Undefined when it is not the whole text of a state file as Baton writes it. */
export function readWhole(text: string): TaskDocument | undefined {
  const document = readDocument(text);
  const whole =
    text.startsWith('---\n') &&
    text.endsWith('\n') &&
    text.includes('\n## 6. Chain Output\n') &&
    document.id !== undefined &&
    document.problems.every(({ severity }) => severity !== 'error');
  return whole ? document : undefined;
}
