/** Processes of a proof: without a shell, with a limit, and gone with all they started when they are no longer needed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended because the limit was over. */
  readonly late: boolean;
}

export interface Running {
  readonly pid: number | undefined;
  /** Never rejects for an exit code; rejects when the program cannot be started. */
  readonly ended: Promise<Finished>;
  /** Ends it at once, with everything in its process group. */
  kill(): void;
}

export interface BoundedOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
}

/** Output beyond this is dropped; characters. */
const maxOutput = 2_000_000;
/** How long after a program's end its output is still read; milliseconds. What it has written is there at once. */
const lastWordsMs = 1_000;

/** Its standard input is empty, so that it cannot wait for a person. */
export function startBounded(program: string, args: readonly string[], options: BoundedOptions): Running {
  const child = spawn(program, [...args], {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, which can be ended as a whole.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      if (output[name].length < maxOutput) output[name] += text;
    });
  }
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    killGroup(child);
  }, options.limitMs);
  let lastWords: NodeJS.Timeout | undefined;
  const ended = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      // What it left behind could keep its output open for ever: in its group, or as a daemon outside of it.
      killGroup(child);
      lastWords = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
      }, lastWordsMs);
    });
    child.once('close', (code, signal) => resolve({ code, signal, late, ...output }));
  }).finally(() => {
    clearTimeout(limit);
    clearTimeout(lastWords);
  });
  return { pid: child.pid, ended, kill: () => killGroup(child) };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  killQuietly(-pid);
}

/** @param pid of a process, or negative: of a process group */
export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
