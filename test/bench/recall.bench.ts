/**
 * `recall` against a bare FTS5 query for the same words in the same database, in turn, in one process on the real disk. Prints
 * percentiles of the processor's time, memory and the file's size; asserts nothing about time.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recall } from '../../src/core/memory/recall';
import { analyseQuestion } from '../../src/core/memory/recall-question';
import { loadNodeSqlite, NativeSqliteDatabase } from '../../src/node/native-sqlite';
import { recallStore, takeIn } from '../support/recall-store';
import { factClasses, type HistoryQuestion, taskHistories } from '../support/task-histories';
import { historyItems } from '../support/task-history-files';

const sizes = (process.env['BENCH_SIZES'] ?? '10000,100000').split(',').map(Number);
const asked = Number(process.env['BENCH_RUNS'] ?? 300);
/** Each question's time is the median of so many, so that what else the machine does counts less. */
const roundsEach = 4;
/** Items that a task of eight sessions makes, with its notes. */
const itemsOfTask = 20.6;

interface Timed {
  readonly question: HistoryQuestion;
  readonly bare: number;
  readonly ours: number;
}

async function measure(folder: string, size: number): Promise<void> {
  const path = join(folder, `${size}.db`);
  const history = taskHistories({ seed: 1, tasks: Math.round(size / itemsOfTask), sessions: 8, facts: 100 });
  const writing = recallStore(path);
  await takeIn(writing, historyItems(history));
  const { items } = await writing.count();
  await writing.close();
  const before = process.memoryUsage().rss;
  const store = recallStore(path);
  const bare = bareQuery(path);
  const timed: Timed[] = [];
  for (const question of spread(history.questions, asked)) {
    timed.push(await timeBoth(question, bare, async (text) => void (await recall(store, { text }))));
  }
  const memory = (process.memoryUsage().rss - before) / 2 ** 20;
  await store.close();
  const file = statSync(path).size / 2 ** 20;
  console.log(
    `${items} items, file ${file.toFixed(0)} MB, process +${memory.toFixed(0)} MB while asking, ${timed.length} questions`,
  );
  print('all', timed);
  for (const of of factClasses)
    print(
      of,
      timed.filter(({ question }) => question.of === of),
    );
}

/** Now the one first, now the other: whoever comes second finds a warmer disk and processor. */
async function timeBoth(
  question: HistoryQuestion,
  bare: (text: string) => void,
  ours: (text: string) => Promise<void>,
): Promise<Timed> {
  const times: { readonly bare: number[]; readonly ours: number[] } = { bare: [], ours: [] };
  for (let turn = 0; turn < 2 * roundsEach; turn++) {
    const isBare = turn % 4 === 0 || turn % 4 === 3;
    const began = process.cpuUsage();
    if (isBare) bare(question.text);
    else await ours(question.text);
    const { user, system } = process.cpuUsage(began);
    (isBare ? times.bare : times.ours).push((user + system) / 1000);
  }
  return { question, bare: percentile(times.bare, 0.5), ours: percentile(times.ours, 0.5) };
}

/** With SQLite's own sorting (the sign): FTS5's, by `ORDER BY rank`, takes a third more. */
function bareQuery(path: string): (text: string) => void {
  const sqlite = loadNodeSqlite();
  if (sqlite === undefined) throw new Error('This Node has no SQLite');
  const db = new NativeSqliteDatabase(sqlite, path, 1000);
  const sql = 'SELECT rowid FROM item_words WHERE item_words MATCH ? ORDER BY +rank LIMIT 10';
  return (text) => {
    const words = analyseQuestion(text).words.map((word) => `"${word}"`);
    db.all(sql, [words.join(' OR ')]);
  };
}

/** As many as wanted, of all classes and forms: their number has no divisor in common with the step. */
function spread<T>(of: readonly T[], wanted: number): readonly T[] {
  return of.flatMap((_, at) => of[(at * 7919) % of.length] ?? []).slice(0, wanted);
}

function print(name: string, timed: readonly Timed[]): void {
  const [bare, ours] = [timed.map((one) => one.bare), timed.map((one) => one.ours)];
  const at = (share: number) =>
    `p${share * 100} ${percentile(bare, share).toFixed(1)} -> ${percentile(ours, share).toFixed(1)} ms (${(percentile(ours, share) / percentile(bare, share)).toFixed(2)}×)`;
  console.log(`  ${name.padEnd(12)} ${at(0.5)}   ${at(0.95)}`);
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'));
  try {
    for (const size of sizes) await measure(folder, size);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
