/**
 * `baton hook` as an agent waits for it: the whole process, with JSON on standard input, beside a bare `node -e 0` and
 * `baton --help`, taken in turn in one run. 100 tasks, a task file of usual size, a session on record, 50 older ones.
 * Asserts nothing about time.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const cli = resolve(import.meta.dirname, '../../dist/cli.js');
const runs = Number(process.env['BENCH_RUNS'] ?? 40);
const older = 50;

const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'));
const root = join(folder, 'project');
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  XDG_CACHE_HOME: join(folder, 'cache'),
  BATON_ROOT: root,
  BATON_TASK_ID: '1',
};
const said = JSON.stringify({
  session_id: '1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9',
  transcript_path: '/home/dev/.claude/projects/-project/1f0e2d3c.jsonl',
  cwd: root,
  source: 'startup',
  stop_hook_active: true,
  tool_name: 'Read',
  tool_input: { file_path: 'src/token.ts' },
});

/** Milliseconds of the wall clock, and of the processor (user and system), which others on the machine change less. */
interface Time {
  readonly wall: number;
  readonly processor: number;
}

const meter = join(folder, 'meter.cjs');
const metered = join(folder, 'metered');
writeFileSync(
  meter,
  `process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    require('node:fs').writeFileSync(${JSON.stringify(metered)}, String((user + system) / 1000));
  });`,
);

function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Time {
  const begin = process.hrtime.bigint();
  const all = ['--require', meter, ...args];
  const done = spawnSync(process.execPath, all, { input: said, env: { ...env, ...more }, cwd: root });
  const wall = Number(process.hrtime.bigint() - begin) / 1e6;
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}`);
  return { wall, processor: Number(readFileSync(metered, 'utf8')) };
}

const baton = (...args: string[]) => run([cli, ...args]);
const hook = (event: string, more?: Readonly<Record<string, string>>) =>
  run([cli, 'hook', event, '--dialect', 'claude'], more);

/** A session whose last sign is old or new, so that the next beat is written or passed over. */
function heardAt(record: string, at: Date): void {
  const session = JSON.parse(readFileSync(record, 'utf8'));
  writeFileSync(record, JSON.stringify({ ...session, hookAt: at.toISOString(), hookEvent: 'tool' }));
}

function prepare(): string {
  mkdirSync(root, { recursive: true });
  baton('init');
  for (let n = 1; n <= 100; n++) {
    baton(
      'task',
      'create',
      '--title',
      `Task ${n}`,
      '--feature',
      `f-${n}: generateToken() creates a valid token`,
    );
  }
  for (let n = 1; n <= 10; n++) baton('progress', '1', '--did', 'Wrote a test', '--next', `Step ${n}`);
  hook('start');
  const sessions = join(root, '.baton/sessions');
  const [name = ''] = readdirSync(sessions);
  const own = JSON.parse(readFileSync(join(sessions, name), 'utf8'));
  for (let n = 1; n <= older; n++) {
    const id = `0000${String(n).padStart(4, '0')}-0000-4000-8000-000000000000`;
    const end = { at: own.startedAt, exitCode: 0, signal: null, reason: 'process', commits: [] };
    const ended = {
      ...own,
      id,
      task: '2',
      number: n,
      token: n,
      end: { ...end, filesChanged: [], dirty: false },
    };
    writeFileSync(
      join(sessions, `${id}.json`),
      JSON.stringify({ ...ended, end: { ...ended.end, automaticEntry: true } }),
    );
  }
  return join(sessions, name);
}

function percentile(times: readonly Time[], of: (time: Time) => number, share: number): string {
  const sorted = times.map(of).sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0);
}

try {
  const record = prepare();
  const old = () => heardAt(record, new Date(Date.now() - 3_600_000));
  const now = () => heardAt(record, new Date());
  const nobody = { BATON_TASK_ID: '' };
  const ours = { BATON_SESSION_ID: JSON.parse(readFileSync(record, 'utf8')).id };
  const measured: readonly (readonly [string, () => void, () => Time])[] = [
    ['node -e 0', () => {}, () => run(['-e', '0'])],
    ['baton --help', () => {}, () => baton('--help')],
    ['hook tool, nothing of Baton', () => {}, () => hook('tool', nobody)],
    ['hook tool, passed over', now, () => hook('tool', ours)],
    ['hook tool, a beat', old, () => hook('tool', ours)],
    ['hook start, facts', old, () => hook('start', ours)],
    ['hook stop, not asked', old, () => hook('stop', ours)],
    ['hook preCompact, flush', old, () => hook('preCompact', ours)],
  ];
  const times = measured.map((): Time[] => []);
  for (let n = 0; n < runs; n++) {
    for (const [at, [, before, time]] of measured.entries()) {
      before();
      times[at]?.push(time());
    }
  }
  console.table(
    measured.map(([what], at) => ({
      what,
      'p50 ms': percentile(times[at] ?? [], ({ wall }) => wall, 0.5),
      'p95 ms': percentile(times[at] ?? [], ({ wall }) => wall, 0.95),
      'p50 processor ms': percentile(times[at] ?? [], ({ processor }) => processor, 0.5),
    })),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
