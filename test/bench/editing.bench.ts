/**
 * What editing help does with one keystroke in a task file of 200 KB, in one run: `npx tsx test/bench/editing.bench.ts`.
 * The aim is 50 ms for all of it together; every round has another text, log and checklist, so nothing is remembered.
 */

import { completionPlace } from '../../src/core/editing/completion-place';
import { pathMentions } from '../../src/core/editing/path-mentions';
import { renameTask } from '../../src/core/editing/rename-task';
import { secretFindings } from '../../src/core/editing/secret-findings';
import { taskReferences } from '../../src/core/editing/task-references';
import { taskFolds, taskSymbols } from '../../src/core/editing/task-symbols';
import { checklistJson, readTaskText, type TaskText } from '../../src/core/editing/task-text';
import { fingerprint } from '../../src/core/health/checklist-guard';
import { documentOf, readDocument } from '../../src/core/markdown/document';
import { logPlaceholder, skeleton } from '../../src/core/markdown/skeleton';
import { isTaskId } from '../../src/core/model/task';
import { type ProblemFacts, taskProblems } from '../../src/core/operations/task-problems';
import { ChecklistJson } from '../../src/vscode/editing/language/checklist-json';

const wanted = 200_000;
const rounds = Number(process.env['BENCH_RUNS'] ?? 40);

function largeFile(): string {
  const [id, upstream] = ['101', '100'];
  if (!isTaskId(id) || !isTaskId(upstream)) throw new Error('not an id');
  const features = Array.from({ length: 250 }, (_, index) => ({
    id: `f-${index}`,
    description: `Feature ${index} of a large task, in as many words as people use for it`,
    steps: ['Start it', 'Look at it'],
  }));
  const text = skeleton({
    ...{ id, title: 'Large', created: '2026-11-21T07:28:00Z', dependsOn: [upstream], features },
    criteria: Array.from({ length: 40 }, (_, index) => `Criterion ${index} as #${index} says`),
  });
  const entries: string[] = [];
  for (let length = text.length; length < wanted; length += entries.at(-1)?.length ?? wanted) {
    entries.push(entry(entries.length + 1));
  }
  return text.replace(logPlaceholder, entries.join('\n'));
}

function entry(session: number): string {
  const line = (words: string) =>
    `**${words}:**\n- ${words} of session ${session}, see #100 and \`src/file-${session}.ts\`\n`;
  const parts = ['What I did', 'Issues encountered', 'Current state', 'Next steps'].map(line);
  return `### Session ${session} - 2026-11-21 08:00\n${parts.join('')}`;
}

/** A task among two others, with a checklist that was seen before. */
function factsOf(text: string): ProblemFacts {
  const { outline, file } = readTaskText(text);
  if (outline.id === undefined) throw new Error('not an id');
  const guarded = documentOf(file).featureList.map(({ id, description, steps }) => ({
    ...{ id, description, steps },
    fingerprint: fingerprint({ id, description, steps }),
  }));
  return {
    record: {
      ...{ id: outline.id, path: '/w/a.md', relativePath: 'a.md', outline, version: 'v' },
      ...{ mtimeMs: 0, size: text.length, problems: [], duplicates: [] },
    },
    fileId: outline.id,
    neighbours: {
      find: () => ({ status: 'completed', output: { hash: 'x' } }),
      circle: () => undefined,
    },
    guarded,
    now: new Date('2026-11-21T12:00:00Z'),
  };
}

/** The processor's time of all threads, since the wall clock of a shared machine tells of the others. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Of the thread that the editor waits for alone: others compile and collect garbage beside it. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const p95 = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;

async function bench(): Promise<void> {
  const text = largeFile();
  const word = 'W';
  const checklist = new ChecklistJson({
    ...{ features: word, overallProgress: word, feature: word, id: word, description: word, passes: word },
    ...{ testedAt: word, category: word, steps: word, verify: word, files: word, evidence: word },
  });
  const times = new Map<string, number[]>();
  const timed = async <T>(what: string, work: () => T | Promise<T>): Promise<T> => {
    const began = processorMs();
    const answer = await work();
    times.set(what, [...(times.get(what) ?? []), processorMs() - began]);
    return answer;
  };
  const facts = factsOf(text);
  const from = 'users';
  if (!isTaskId(from)) throw new Error('not an id');
  const middle = text.indexOf('#100', wanted >> 1);
  for (let round = 0; round < rounds + 3; round++) {
    const added = 'x'.repeat(round + 1);
    const typed = `${text.slice(0, middle)}${added} ${text.slice(middle)}`.replace(
      'Feature 9 ',
      `Feature ${added} `,
    );
    const began = processorMs();
    const threadBegan = threadMs();
    const task: TaskText = await timed('take apart', () => readTaskText(typed));
    await timed('references', () => taskReferences(task));
    await timed('completion place', () => completionPlace(task, middle));
    await timed('symbols', () => taskSymbols(task));
    await timed('folds', () => taskFolds(task));
    await timed('paths', () => pathMentions(task));
    await timed('secrets', () => secretFindings(task));
    await timed('problems', () => taskProblems(task, facts));
    const json = checklistJson(task)?.json ?? '';
    await timed('JSON problems', () => checklist.problems(`${json}${' '.repeat(round)}`));
    await timed('JSON completions', () =>
      checklist.completions(`${json}${' '.repeat(round)}`, json.length >> 1),
    );
    times.set('all, its own thread', [...(times.get('all, its own thread') ?? []), threadMs() - threadBegan]);
    times.set('all', [...(times.get('all') ?? []), processorMs() - began]);
    await timed('rename', () => renameTask([{ path: 'a', task }], from, from));
    // The first rounds warm caches and compiler.
    if (round === 2) times.clear();
  }
  // Afterwards, since what it throws away is collected later, at the cost of whoever is at work then.
  for (let round = 0; round < 3; round++) {
    await timed('for comparison: readDocument', () => readDocument(`${text}${' '.repeat(round)}`));
  }
  console.log(`${(text.length / 1000).toFixed(0)} KB, ${rounds} rounds`);
  console.table(
    [...times].map(([what, values]) => ({
      what,
      'median ms': Number(median(values).toFixed(2)),
      'p95 ms': Number(p95(values).toFixed(2)),
    })),
  );
}

bench().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
