/**
 * What a window does after every change of a file: a snapshot alone against a snapshot with the queue, the nudges and all
 * that is rendered from them, in turn, in one run on the real disk. Prints medians; asserts nothing about time.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noBackgroundChoice } from '../../src/core/model/background';
import { initialiseWorkspace } from '../../src/core/operations/initialise-workspace';
import { takeSnapshot } from '../../src/core/operations/take-snapshot';
import { openWorkspace } from '../../src/core/operations/workspace';
import { nodePorts } from '../../src/node/node-ports';
import { BackgroundReader } from '../../src/vscode/background/background-reader';
import type { L10n } from '../../src/vscode/l10n';
import { statusBarModel } from '../../src/vscode/status-bar-model';
import { attentionModel } from '../../src/vscode/views/attention-model';
import { MemoryLogger } from '../support/memory-logger';
import { sourceResources } from '../support/source-resources';
import { generateTasks } from './generate-tasks';

const runs = Number(process.env['BENCH_RUNS'] ?? 30);
const sizes = (process.env['BENCH_SIZES'] ?? '100,1000').split(',').map(Number);
const l10n: L10n = {
  t: (message, ...args) =>
    message.replace(/\{(\d+)\}/g, (hole, index) => String(args[Number(index)] ?? hole)),
};

function writeProject(root: string, size: number): void {
  const tasks = join(root, 'task-states');
  mkdirSync(tasks, { recursive: true });
  const ids: string[] = [];
  for (const { id, text } of generateTasks(size)) {
    ids.push(id);
    writeFileSync(join(tasks, `task-${id}-state.md`), text);
  }
  const entries = ids.map((id) => ({
    id: `q-${id}`,
    taskId: id,
    prompt: `Resume #${id}`,
    priority: 3,
    added_at: '2026-11-21T10:00:00Z',
    nextRetryAt: '2099-01-01T00:00:00Z',
    metadata: { source: 'bench', retry_count: 0 },
  }));
  writeFileSync(join(root, '.baton/memory/pending_tasks.json'), JSON.stringify(entries));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function measure(root: string, size: number): Promise<void> {
  const ports = nodePorts(new MemoryLogger());
  await initialiseWorkspace(ports, root);
  writeProject(root, size);
  const workspace = await openWorkspace(ports, root, sourceResources(), {
    actor: 'person',
    surface: 'editor',
  });
  const choice = { ...noBackgroundChoice, autoResume: true };
  const choices = { read: async () => choice, change: async () => choice };
  const reader = new BackgroundReader(workspace, choices, () => true);
  const rendering = { l10n, time: (utc: string) => utc };
  const touched = join(root, 'task-states/task-1-state.md');
  const alone: number[] = [];
  const beside: number[] = [];
  for (let n = 0; n < runs; n++) {
    writeFileSync(touched, `# Task #1: Title ${n} - State\n`);
    const began = performance.now();
    const snapshot = await takeSnapshot(workspace);
    const taken = performance.now();
    const background = await reader.read(snapshot, undefined);
    const folders = [{ root, name: 'bench', snapshot, background }];
    attentionModel(folders, rendering);
    statusBarModel(folders, rendering, (agent) => agent);
    alone.push(taken - began);
    beside.push(performance.now() - taken);
  }
  const [first, second] = [median(alone), median(beside)];
  console.log(
    `${size} tasks, ${size} entries: snapshot ${first.toFixed(1)} ms, queue, nudges, Attention and status bar +${second.toFixed(1)} ms (${(second / first).toFixed(2)})`,
  );
}

async function main(): Promise<void> {
  for (const size of sizes) {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'baton-bench-'))).replaceAll('\\', '/');
    try {
      await measure(root, size);
    } finally {
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
