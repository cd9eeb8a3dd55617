/**
 * What an acknowledged write costs: one change of a state file through the store, with lock, change log and atomic
 * replacement, against the two bare operations it cannot do without: an fsynced append of its log record, and an atomic
 * replacement of its file. All three take turns in one run on one disk. Prints milliseconds and ratios, asserts nothing;
 * `BENCH_WRITES` says how often (200).
 */
import { mkdtemp, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendProgress } from '../../src/core/markdown/edits/append-progress';
import { skeleton } from '../../src/core/markdown/skeleton';
import { defaultConfig } from '../../src/core/model/config';
import { initialise } from '../../src/core/store/layout';
import { taskFilePath } from '../../src/core/store/paths';
import { TaskStore } from '../../src/core/store/task-store';
import { nodePorts } from '../../src/node/node-ports';
import { stderrLogger } from '../../src/node/stderr-logger';
import { taskId } from '../support/state-text';

const writes = Number(process.env['BENCH_WRITES'] ?? 200);
/** The usual size of a state file and a large one. Bytes. */
const sizes = [4_000, 50_000] as const;
const id = taskId('1');

async function bareAppend(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'a');
  await handle.write(bytes);
  await handle.sync();
  await handle.close();
}

async function bareReplace(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(folder, `.${name}.tmp`);
  const file = await open(temporary, 'w');
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(temporary, join(folder, name));
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await body();
  return performance.now() - begin;
}

interface Times {
  readonly write: number[];
  readonly append: number[];
  readonly replace: number[];
}

async function measure(root: string, size: number): Promise<Times> {
  const ports = nodePorts(stderrLogger());
  await initialise(ports, root);
  const file = taskFilePath(join(root, 'task-states'), id);
  const created = '2026-11-21T07:28:00Z';
  const text = skeleton({ id, title: 'Bench', created, description: 'words of it '.repeat(size / 12) });
  await writeFile(file, text);
  const record = Buffer.from(`${JSON.stringify({ record: 'x'.repeat(500) })}\n`);
  const store = new TaskStore(ports, root, defaultConfig);
  const times: Times = { write: [], append: [], replace: [] };
  // The first write sets up the folder and replays the log.
  await oneWrite(store, 0);
  for (let n = 1; n <= writes; n++) {
    times.write.push(await timed(() => oneWrite(store, n)));
    times.append.push(await timed(() => bareAppend(join(root, 'bare.log'), record)));
    times.replace.push(await timed(() => bareReplace(root, 'bare.md', Buffer.from(text))));
  }
  return times;
}

/** The same entry again and again in another wording, so that the file keeps its size. */
async function oneWrite(store: TaskStore, n: number): Promise<void> {
  const change = { type: 'progress.append', actor: 'agent', new: { did: [`step ${n}`] } } as const;
  await store.update(id, change, ({ text, document }) => {
    const last = document.log.at(-1);
    if (last === undefined) {
      return appendProgress(text, {
        ...{ session: 1, at: '2026-11-21T07:28:00Z', did: ['step 0'], issues: [], state: [], next: [] },
      });
    }
    const start = text.indexOf('- step ', last.range.start) + '- step '.length;
    return [{ start, end: text.indexOf('\n', start), text: String(n) }];
  });
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

type Row = Readonly<Record<string, string>>;

function rowsOf(size: number, { write, append, replace }: Times): readonly Row[] {
  return ([50, 95] as const).map((percent) => {
    const ours = quantile(write, percent / 100);
    const log = quantile(append, percent / 100);
    const file = quantile(replace, percent / 100);
    return {
      'state file': `${size / 1000} KB`,
      '': `p${percent}`,
      'acknowledged write ms': ours.toFixed(2),
      'fsynced append ms': log.toFixed(2),
      'atomic replace ms': file.toFixed(2),
      'to append': `${(ours / log).toFixed(1)}×`,
      'to replace': `${(ours / file).toFixed(1)}×`,
      'to both': `${(ours / (log + file)).toFixed(1)}×`,
    };
  });
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'baton-bench-')));
    try {
      rows.push(...rowsOf(size, await measure(root.replaceAll('\\', '/'), size)));
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }
  console.table(rows);
}

void main();
