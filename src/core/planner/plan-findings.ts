/** What keeps a plan from being accepted, with the place in its text. */
import type { TextRange } from '../base/text-edit';
import { type PlannedTask, type PlanProblem, type PlanProblemCode, planLimits } from '../model/plan';
import type { WrittenTask } from './read-plan-task';

const words: Readonly<Record<PlanProblemCode, (subject: string) => string>> = {
  'plan.no-tasks': () => 'The plan holds no task: a task is a heading of level 2',
  'plan.too-many-tasks': (limit) => `A plan has at most ${limit} tasks`,
  'plan.no-title': (key) => `${key} has no title`,
  'plan.long-title': (limit) => `A title has at most ${limit} characters`,
  'plan.long-text': (limit) => `The text is longer than ${limit} characters`,
  'plan.repeated-key': (key) => `Two tasks are called ${key}`,
  'plan.repeated-feature': (id) => `Two features of the task have the id "${id}"`,
  'plan.no-reference': (written) =>
    `"${written}" names no task: write T1 for a task of this plan, #100 for one that exists`,
  'plan.unknown-task': (key) => `There is no ${key} in this plan`,
  'plan.cycle': (key) => `${key} depends on itself, through the tasks it depends on`,
};

export function planProblemText(code: PlanProblemCode, subject: string): string {
  return words[code](subject);
}

export class PlanFindings {
  readonly #text: string;
  readonly #found: Omit<PlanProblem, 'line'>[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  add(code: PlanProblemCode, { start, end }: TextRange, subject: string): void {
    this.#found.push({ code, message: words[code](subject), subject, range: { start, end } });
  }

  judge(written: readonly WrittenTask[], title: TextRange & { readonly length: number }): void {
    if (title.length > planLimits.title) this.add('plan.long-title', title, String(planLimits.title));
    if (written.length === 0) this.add('plan.no-tasks', title, '');
    const past = written[planLimits.tasks];
    if (past !== undefined) this.add('plan.too-many-tasks', past.heading, String(planLimits.tasks));
    const keys = new Set<string>();
    // Looked for in what could be accepted at all: in a huge text it would take long.
    const inCircle = past === undefined ? keysInCircles(written.map(({ task }) => task)) : new Set<string>();
    const known = new Set(written.map(({ task }) => task.key));
    for (const one of written) {
      const { key } = one.task;
      if (keys.has(key)) this.add('plan.repeated-key', one.heading, key);
      keys.add(key);
      this.#judgeTask(one, known);
      if (inCircle.has(key)) this.add('plan.cycle', one.references[0] ?? one.heading, key);
    }
  }

  /** In the order of the text. */
  located(): readonly PlanProblem[] {
    const sorted = [...this.#found].sort((a, b) => a.range.start - b.range.start);
    let line = 1;
    let at = 0;
    return sorted.map((problem) => {
      for (; at < problem.range.start; at++) if (this.#text.charCodeAt(at) === 10) line++;
      return { ...problem, line };
    });
  }

  #judgeTask({ task, heading, references, features }: WrittenTask, known: ReadonlySet<string>): void {
    if (task.title === '') this.add('plan.no-title', heading, task.key);
    if (task.title.length > planLimits.title) this.add('plan.long-title', heading, String(planLimits.title));
    const isLong = task.description.length > planLimits.description;
    if (isLong) this.add('plan.long-text', heading, String(planLimits.description));
    for (const { to, written, ...range } of references) {
      if (to === undefined) this.add('plan.no-reference', range, written);
      else if (to.startsWith('T') && !known.has(to)) this.add('plan.unknown-task', range, to);
    }
    const ids = new Set<string>();
    for (const [index, { id }] of task.features.entries()) {
      if (ids.has(id)) this.add('plan.repeated-feature', features[index] ?? heading, id);
      ids.add(id);
    }
  }
}

/** Keys of tasks that depend on themselves. Only tasks of the plan can close a circle: others exist before it. */
function keysInCircles(tasks: readonly PlannedTask[]): ReadonlySet<string> {
  const ordered = new Set(inDependencyOrder(tasks).map(({ key }) => key));
  const rest = tasks.filter(({ key }) => !ordered.has(key));
  // What only waits for a circle is in none: taken off from the other side.
  const needed = new Map(rest.map(({ key, dependsOn }) => [key, dependsOn]));
  for (let changed = true; changed; ) {
    changed = false;
    const wanted = new Set([...needed.values()].flat());
    for (const key of needed.keys()) if (!wanted.has(key)) changed = needed.delete(key) || changed;
  }
  return new Set(needed.keys());
}

/** Upstream tasks first, else in the plan's own order; what is in a circle, or waits for one, is left out. */
export function inDependencyOrder(tasks: readonly PlannedTask[]): readonly PlannedTask[] {
  const left = new Map(tasks.map((task) => [task.key, task]));
  const ordered: PlannedTask[] = [];
  for (let before = -1; before !== ordered.length; ) {
    before = ordered.length;
    for (const task of left.values()) {
      if (task.dependsOn.some((key) => left.has(key))) continue;
      left.delete(task.key);
      ordered.push(task);
    }
  }
  return ordered;
}
