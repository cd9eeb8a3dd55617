/**
 * `baton queue check` with no entry and with 1,000 entries over 1,000 tasks, against starting the process alone
 * (`baton queue --help`), in turn in one run. Prints medians and what a check costs more than the start; requirement
 * 002-24 allows 50 ms. Asserts nothing about time.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { skeleton } from '../../src/core/markdown/skeleton';
import { isTaskId } from '../../src/core/model/task';

const cli = resolve(import.meta.dirname, '../../dist/cli.js');
const runs = Number(process.env['BENCH_RUNS'] ?? 15);
const size = Number(process.env['BENCH_SIZE'] ?? 1000);

interface Folder {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

function makeFolder(folder: string, name: string, entries: number): Folder {
  const root = join(folder, name);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  mkdirSync(root);
  execFileSync(process.execPath, [cli, 'init'], { cwd: root, env });
  writeFileSync(join(root, '.baton/config.json'), JSON.stringify({ autoResume: { loadPercent: 1000 } }));
  for (let n = 1; n <= size; n++)
    writeFileSync(join(root, `task-states/task-${n}-state.md`), taskText(String(n)));
  writeFileSync(join(root, '.baton/memory/pending_tasks.json'), JSON.stringify(queueOf(entries), null, 2));
  execFileSync(process.execPath, [cli, 'queue', 'on'], { cwd: root, env });
  return { root, env };
}

function taskText(id: string): string {
  if (!isTaskId(id)) throw new Error(id);
  const features = [{ id: `f-${id}`, description: 'generateToken() creates a valid token' }];
  return skeleton({ id, title: `Task number ${id}`, created: '2026-11-21T07:28:00Z', features });
}

function queueOf(entries: number): readonly object[] {
  return Array.from({ length: entries }, (_, n) => ({
    id: `q-${n}`,
    taskId: String(n + 1),
    prompt: `Resume #${n + 1}: Task number ${n + 1}`,
    priority: n % 5,
    added_at: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
    reason: 'crash',
    attempts: n % 3,
    nextRetryAt: null,
    notBefore: null,
    lastError: 'Ended with exit code 1 after 4 min',
    claim: null,
    claims: n % 3,
    deadAt: null,
    metadata: { source: 'session', retry_count: n % 3, session: `session-${n}` },
  }));
}

/** Milliseconds of the wall clock, and of the processor (user and system), which others on the machine change less. */
interface Cost {
  readonly wall: number;
  readonly processor: number;
  readonly out: string;
}

const metered = join(tmpdir(), `baton-bench-${process.pid}.cpu`);
const meter = join(tmpdir(), `baton-bench-${process.pid}.cjs`);
writeFileSync(
  meter,
  `process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    require('node:fs').writeFileSync(${JSON.stringify(metered)}, String((user + system) / 1000));
  });`,
);

function run({ root, env }: Folder, ...args: readonly string[]): Cost {
  const begin = process.hrtime.bigint();
  const all = ['--require', meter, cli, ...args];
  const out = execFileSync(process.execPath, all, { cwd: root, env, encoding: 'utf8' });
  const wall = Number(process.hrtime.bigint() - begin) / 1e6;
  return { wall, processor: Number(readFileSync(metered, 'utf8')), out };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function medians(costs: readonly Cost[]): Pick<Cost, 'wall' | 'processor'> {
  return {
    wall: median(costs.map(({ wall }) => wall)),
    processor: median(costs.map(({ processor }) => processor)),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'));
try {
  const empty = makeFolder(folder, 'empty', 0);
  const full = makeFolder(folder, 'full', size);
  console.error(run(full, 'queue', 'check').out.trim());
  const deferred = makeFolder(folder, 'deferred', size);
  run(deferred, 'queue', 'pause');
  const measured = {
    'start alone (queue --help)': () => run(full, 'queue', '--help'),
    'empty queue: NO_TASKS': () => run(empty, 'queue', 'check'),
    [`${size} entries, paused: DEFERRED`]: () => run(deferred, 'queue', 'check'),
    [`${size} entries: READY`]: () => run(full, 'queue', 'check'),
  };
  const costs = new Map(Object.keys(measured).map((name) => [name, [] as Cost[]]));
  for (let turn = 0; turn <= runs; turn++) {
    for (const [name, once] of Object.entries(measured)) {
      const cost = once();
      // The first turn warms the disk and the compile cache.
      if (turn > 0) costs.get(name)?.push(cost);
    }
  }
  const start = medians([...costs.values()][0] ?? []);
  console.table(
    [...costs].map(([what, all]) => {
      const { wall, processor } = medians(all);
      return {
        what,
        'median ms': wall.toFixed(1),
        'more than the start': (wall - start.wall).toFixed(1),
        'processor ms': processor.toFixed(1),
        'processor, more': (processor - start.processor).toFixed(1),
      };
    }),
  );
} finally {
  for (const path of [folder, meter, metered]) rmSync(path, { recursive: true, force: true });
}
