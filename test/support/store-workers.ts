/** Starts `store-worker` processes, or others of this folder, bundled once so that a start takes a moment only. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';

export interface Worker {
  readonly pid: number;
  /** Lines said so far, without `ready`. */
  readonly lines: readonly string[];
  go(): void;
  /** Resolves when so many lines have been said; rejects when the worker ends before. */
  said(count: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, null after a kill. */
  readonly ended: Promise<number | null>;
  readonly errors: () => string;
}

export class StoreWorkers {
  readonly #folder: string | undefined;
  /** Arguments of Node. */
  readonly #program: readonly string[];
  readonly #live = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();

  private constructor(folder: string | undefined, ...program: readonly string[]) {
    this.#folder = folder;
    this.#program = program;
  }

  /** @param program a file of this folder */
  static async build(program = 'store-worker.ts'): Promise<StoreWorkers> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-worker-'));
    const outfile = join(folder, 'worker.mjs');
    const entryPoints = [join(import.meta.dirname, program)];
    const banner = {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url); const __filename = import.meta.filename;",
    };
    await build({
      entryPoints,
      outfile,
      banner,
      bundle: true,
      mainFields: ['module', 'main'],
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    return new StoreWorkers(folder, outfile);
  }

  /** Of a program of `test/support` that loads files of its own at run time, and so cannot be bundled. */
  static unbundled(name: string): StoreWorkers {
    return new StoreWorkers(undefined, '--import', 'tsx', join(import.meta.dirname, name));
  }

  /** Resolves when the worker is ready and waits for `go`. */
  async start(verb: string, root: string, ...rest: readonly string[]): Promise<Worker> {
    const child = spawn(process.execPath, [...this.#program, verb, root, ...rest], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#live.add(child);
    const worker = follow(child);
    void worker.ended.then(() => this.#live.delete(child));
    await worker.ready;
    return worker;
  }

  async dispose(): Promise<void> {
    for (const child of this.#live) child.kill('SIGKILL');
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

function follow(child: ChildProcessByStdio<Writable, Readable, Readable>): Worker & { ready: Promise<void> } {
  const lines: string[] = [];
  let errors = '';
  let waiting: { count: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  const ended = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  const wake = () => {
    for (const { resolve } of waiting.filter(({ count }) => lines.length >= count)) resolve();
    waiting = waiting.filter(({ count }) => lines.length < count);
  };
  const saidInAll = (count: number) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ count, resolve, reject });
      wake();
    });
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    wake();
  });
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  void ended.then(() => {
    for (const { reject } of waiting) reject(new Error(`The worker ended too early: ${errors}`));
  });
  // A killed worker no longer reads.
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    get lines() {
      return lines.slice(1);
    },
    go: () => child.stdin.write('go\n'),
    said: (count) => saidInAll(count + 1),
    signal: (signal) => child.kill(signal),
    ended,
    errors: () => errors,
    ready: saidInAll(1),
  };
}
