/** Real processes that start others, which do not end when asked to; none of them outlives the test. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { NodeProcesses } from '../../src/node/node-processes';

const program = resolve(import.meta.dirname, 'deaf-family.mjs');
const limitMs = 20_000;

export interface Family {
  /** Arguments for Node. `polite`: the first one ends when asked to, what it has started does not. */
  args(manners: 'polite' | 'deaf'): readonly string[];
  /** Pids of the program, its child and its grandchild, when all three are deaf to being asked. */
  pids(): Promise<readonly [number, number, number]>;
  /** Those of the three that still run. One that has ended and waits to be collected does not. */
  left(): Promise<readonly number[]>;
}

export async function withFamily(body: (family: Family) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-family-'));
  const pids = async () => [await pidOf(folder, 1), await pidOf(folder, 2), await pidOf(folder, 3)] as const;
  try {
    await body({
      args: (manners) => [program, folder, manners],
      pids,
      left: async () => stillRunning(await pids()),
    });
  } finally {
    for (const generation of [1, 2, 3]) await endIfAny(join(folder, String(generation)));
    await rm(folder, { recursive: true, force: true });
  }
}

async function pidOf(folder: string, generation: number): Promise<number> {
  const until = performance.now() + limitMs;
  for (;;) {
    const text = await readFile(join(folder, String(generation)), 'utf8').catch(() => undefined);
    if (text !== undefined) return Number(text);
    if (performance.now() > until) throw new Error(`Generation ${generation} has not started`);
    await wait(20);
  }
}

async function stillRunning(pids: readonly number[]): Promise<readonly number[]> {
  const processes = new NodeProcesses();
  const starts = await Promise.all(pids.map((pid) => processes.startOf(pid)));
  return pids.filter((_pid, index) => starts[index] !== undefined);
}

async function endIfAny(path: string): Promise<void> {
  const pid = Number(await readFile(path, 'utf8').catch(() => '0'));
  for (const one of pid > 0 ? await stillRunning([pid]) : []) process.kill(one, 'SIGKILL');
}
