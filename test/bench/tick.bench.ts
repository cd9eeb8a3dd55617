/**
 * What a tick costs: in a folder with 1,000 tasks, 1,000 entries in the queue and 300 ended sessions, against an empty one,
 * in turn, in one run on the real disk; and `baton heartbeat` as a process against `baton --help`. Prints medians and the
 * processor time of each; asserts nothing about time.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { noBackgroundChoice } from '../../src/core/model/background';
import { initialiseWorkspace } from '../../src/core/operations/initialise-workspace';
import { checkQueue } from '../../src/core/operations/queue-check';
import { tick } from '../../src/core/operations/tick';
import { type BatonWorkspace, openWorkspace, type Resources } from '../../src/core/operations/workspace';
import { nodePorts } from '../../src/node/node-ports';
import { MemoryLogger } from '../support/memory-logger';
import { session, someEnd } from '../unit/core/sessions/session-example';
import { generateTasks } from './generate-tasks';

const runs = Number(process.env['BENCH_RUNS'] ?? 50);
const count = 1000;
const ended = 300;
const cli = resolve('dist/cli.js');

const choice = { ...noBackgroundChoice, autoResume: true };
const options = { trusted: true, choice, profiles: [{ id: 'demo', lane: 'economy' as const }] };

function resources(): Resources {
  return {
    protocolFolder: resolve('media/protocol'),
    agentsFolder: resolve('media/agents'),
    ...{
      demoAgent: '',
      cli: '',
      mcp: '',
      binFolder: '',
      path: '',
      hookLibrary: '',
      setUpsFolder: '',
      home: '',
    },
    runsFolder: '',
    node: process.execPath,
    nodeEnv: {},
    pathDelimiter: ':',
    platform: process.platform,
  };
}

async function open(root: string): Promise<BatonWorkspace> {
  const ports = nodePorts(new MemoryLogger());
  await initialiseWorkspace(ports, root);
  return openWorkspace(ports, root, resources(), { actor: 'tool', surface: 'editor' });
}

function fill(root: string): void {
  mkdirSync(join(root, 'task-states'), { recursive: true });
  const entries: unknown[] = [];
  for (const { id, text } of generateTasks(count)) {
    writeFileSync(join(root, 'task-states', `task-${id}-state.md`), text);
    const added_at = new Date(Date.now() - entries.length * 1000).toISOString();
    const metadata = { source: 'session', retry_count: 0 };
    entries.push({ id: `q-${id}`, taskId: id, prompt: `Resume #${id}`, priority: 3, added_at, metadata });
  }
  const memory = join(root, '.baton', 'memory');
  writeFileSync(join(memory, 'pending_tasks.json'), JSON.stringify(entries, null, 2));
  for (let n = 0; n < ended; n++) {
    const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const record = session({ id, number: n + 1, token: n + 1, end: { ...someEnd, released: true } });
    writeFileSync(join(root, '.baton', 'sessions', `${id}.json`), JSON.stringify(record));
  }
}

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

async function costOf(body: () => Promise<unknown>): Promise<Cost> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await body();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function tell(what: string, costs: readonly Cost[]): void {
  const [wall, cpu] = [median(costs.map((one) => one.wall)), median(costs.map((one) => one.cpu))];
  console.log(`${what}: ${wall.toFixed(1)} ms, processor ${cpu.toFixed(1)} ms`);
}

/** Milliseconds from start to end. */
function processTime(root: string, args: readonly string[]): number {
  const start = performance.now();
  const env = { ...process.env, XDG_CONFIG_HOME: join(root, 'config'), XDG_CACHE_HOME: join(root, 'cache') };
  spawnSync(process.execPath, [cli, ...args], { cwd: root, env });
  return performance.now() - start;
}

async function bench(): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'baton-bench-'))).replaceAll('\\', '/');
  const roots = { empty: `${folder}/empty`, full: `${folder}/full` };
  try {
    for (const root of Object.values(roots)) mkdirSync(root);
    const empty = await open(roots.empty);
    await initialiseWorkspace(empty.ports, roots.full);
    fill(roots.full);
    const full = await open(roots.full);
    tell('first tick, full', [await costOf(() => tick(full, options))]);
    const costs: Record<'empty' | 'full' | 'check', Cost[]> = { empty: [], full: [], check: [] };
    for (let n = 0; n < runs; n++) {
      costs.empty.push(await costOf(() => tick(empty, options)));
      costs.full.push(await costOf(() => tick(full, options)));
      costs.check.push(await costOf(() => checkQueue(full, options)));
    }
    tell('tick, empty folder', costs.empty);
    tell(`tick, ${count} tasks, ${count} entries, ${ended} sessions`, costs.full);
    tell('of that, the check of the queue', costs.check);
    const help: number[] = [];
    const heartbeat: number[] = [];
    for (let n = 0; n < Math.min(runs, 15); n++) {
      help.push(processTime(roots.full, ['--help']));
      heartbeat.push(processTime(roots.full, ['heartbeat', '--dry']));
    }
    console.log(
      `process: --help ${median(help).toFixed(0)} ms, heartbeat ${median(heartbeat).toFixed(0)} ms`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void bench();
