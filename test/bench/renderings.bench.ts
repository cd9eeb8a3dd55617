/**
 * What the renderings add to a verb: `logTime` alone against `logTime` and the renderings behind it, in turn, in one run on
 * the real disk; with an empty buffer, and with one of 400 entries. Prints medians; asserts nothing about time.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createTask } from '../../src/core/operations/create-task';
import { initialiseWorkspace } from '../../src/core/operations/initialise-workspace';
import { logTime } from '../../src/core/operations/log-time';
import { type BatonWorkspace, openWorkspace } from '../../src/core/operations/workspace';
import { nodePorts } from '../../src/node/node-ports';
import { MemoryLogger } from '../support/memory-logger';

const runs = Number(process.env['BENCH_RUNS'] ?? 100);

async function open(root: string): Promise<BatonWorkspace> {
  const ports = nodePorts(new MemoryLogger(), { blockingReads: true });
  await initialiseWorkspace(ports, root);
  const resources = {
    protocolFolder: resolve('media/protocol'),
    demoAgent: '',
    cli: '',
    binFolder: '',
    node: process.execPath,
    nodeEnv: {},
    path: '',
    pathDelimiter: ':' as const,
    agentsFolder: resolve('media/agents'),
    hookLibrary: '',
    runsFolder: '',
    setUpsFolder: '',
    home: '',
    platform: process.platform,
  };
  return openWorkspace(ports, root, resources, { actor: 'tool', surface: 'cli' });
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function measure(workspace: BatonWorkspace, what: string): Promise<void> {
  const verb: number[] = [];
  const rendering: number[] = [];
  for (let n = 0; n < runs; n++) {
    verb.push(await timed(() => logTime(workspace, '1', 1)));
    rendering.push(await timed(() => workspace.renderings.settled()));
  }
  const [alone, added] = [median(verb), median(rendering)];
  console.log(
    `${what}: verb ${alone.toFixed(2)} ms, renderings +${added.toFixed(2)} ms (${(added / alone).toFixed(2)})`,
  );
}

async function bench(): Promise<void> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'baton-bench-')));
  try {
    const workspace = await open(root.replaceAll('\\', '/'));
    await createTask(workspace, { title: 'One', id: '1' });
    await measure(workspace, 'small buffer');
    while ((await workspace.store.changeLog.verify()).lastSeq % 500 < 380) await logTime(workspace, '1', 1);
    await measure(workspace, 'large buffer');
    const burst = await timed(async () => {
      for (let n = 0; n < 50; n++) await logTime(workspace, '1', 1);
      await workspace.renderings.settled();
    });
    console.log(`burst of 50 verbs and one rendering: ${(burst / 50).toFixed(2)} ms a verb`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

void bench();
