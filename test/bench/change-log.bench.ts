/**
 * What a long change log costs `baton task show`, a progress entry and `baton health`: whole processes over the same ten
 * tasks, with logs of 100, 10,000 and 100,000 lines, taken in turn in one run. Told is the processor's time (user and
 * system), which others on the machine change less than the clock's. Asserts nothing about time.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isTaskId } from '../../src/core/model/task';
import { encodeLine } from '../../src/core/store/change-record';

const cli = resolve(import.meta.dirname, '../../dist/cli.js');
const rounds = Number(process.env['BENCH_RUNS'] ?? 7);
const sizes = [100, 10_000, 100_000];
const days = 20;
const tasks = 10;

const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'));

const meter = join(folder, 'meter.cjs');
const metered = join(folder, 'metered');
writeFileSync(
  meter,
  `process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    require('node:fs').writeFileSync(${JSON.stringify(metered)}, String((user + system) / 1000));
  });`,
);

/** Milliseconds of the processor. */
function baton(root: string, ...args: readonly string[]): number {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const done = spawnSync(process.execPath, ['--require', meter, cli, ...args, '--root', root], { env });
  if (done.status !== 0 && args[0] !== 'health') throw new Error(`${args.join(' ')}: ${done.stderr}`);
  return Number(readFileSync(metered, 'utf8'));
}

/** Changes of ten tasks over twenty days, each with its settlement, after what the workspace has logged itself. */
function prepare(lines: number): string {
  const root = join(folder, `log-${lines}`);
  mkdirSync(root, { recursive: true });
  baton(root, 'init');
  for (let n = 1; n <= tasks; n++)
    baton(root, 'task', 'create', '--title', `Task ${n}`, '--criterion', 'It works');
  const memory = join(root, '.baton/memory');
  const [own = ''] = readdirSync(memory).filter((name) => name.startsWith('WAL-'));
  let seq = readFileSync(join(memory, own), 'utf8').match(/"seq":/g)?.length ?? 0;
  const perDay = Math.ceil(lines / 2 / days);
  for (let day = 0; day < days; day++) {
    // Later than its own segment, so that sequences rise with the days; a clock that was set back, to the log.
    const date = new Date(Date.parse(own.slice(4, 14)) + (day + 1) * 86_400_000).toISOString().slice(0, 10);
    const made: Uint8Array[] = [];
    for (let n = 0; n < perDay; n++) made.push(...change(++seq, date));
    writeFileSync(join(memory, `WAL-${date}.log`), Buffer.concat(made));
  }
  return root;
}

function change(seq: number, date: string): readonly Uint8Array[] {
  const id = String((seq % tasks) + 1);
  if (!isTaskId(id)) throw new Error(`${id} is no task id`);
  const time = `${date}T10:00:00.000Z`;
  const text = `### Session ${seq} - ${date} 10:00\n**What I did:**\n- ${'Wrote a test and made it pass. '.repeat(8)}\n`;
  const record = encodeLine({
    ...{ v: 1, seq, type: 'progress.append', task: id, actor: 'agent', session: null },
    ...{ path: `task-states/task-${id}-state.md`, via: 'file', new: { session: seq } },
    ...{ before: 'a'.repeat(64), after: 'b'.repeat(64), edits: [{ start: 900, end: 900, text }], time },
  } as const);
  return [record, encodeLine({ v: 1, settles: seq, as: 'done', time })];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  const roots = sizes.map(prepare);
  const verbs: readonly (readonly [string, readonly string[]])[] = [
    ['task show', ['task', 'show', '1']],
    ['task list', ['task', 'list']],
    ['progress', ['progress', '1', '--did', 'Wrote a test']],
    ['health', ['health']],
  ];
  const times = verbs.map(() => sizes.map((): number[] => []));
  for (let round = 0; round < rounds; round++) {
    for (const [row, [, args]] of verbs.entries()) {
      for (const [column, root] of roots.entries()) times[row]?.[column]?.push(baton(root, ...args));
    }
  }
  console.table(
    verbs.map(([what], row) => {
      const medians = sizes.map((_, column) => median(times[row]?.[column] ?? []));
      const cells = sizes.map((size, column) => [`${size} lines`, `${medians[column]?.toFixed(0)} ms`]);
      const ratios = medians.slice(1).map((ms) => `${(ms / (medians[0] ?? Number.NaN)).toFixed(2)}×`);
      return { what, ...Object.fromEntries(cells), ratios: ratios.join(', ') };
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
