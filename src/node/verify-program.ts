/**
 * Runs the command that verifies a feature: the one place where a text of the repository reaches a shell, after a person
 * has seen it whole and agreed. All it starts is in a group of its own, and nothing of that outlives the run.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { BatonError } from '../core/base/baton-error';
import type { CommandLine, CommandOutcome } from '../core/ports';
import { childProcess } from './slow-modules';
import { withoutSession } from './without-session';

/** The log keeps so much of the start of the output, and so much of its end. Bytes. */
const headBytes = 1024 * 1024;
const tailBytes = 64 * 1024;
/** Between a polite signal and the end. */
const graceMs = 2000;
/** For what has left the group and still holds our pipe: its output is not waited for. */
const drainMs = 500;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Who sees and ends a run, beside the log and the limit. */
export interface RunWatch {
  /** Both outputs as they come. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** Ends the run as interrupted. Where it is given, signals to this process are left to this process. */
  readonly stop?: AbortSignal;
}

/** As `RunCommandLine`. */
export async function runCommandLine(line: CommandLine, watch: RunWatch = {}): Promise<CommandOutcome> {
  const log = openLog(line.logTo);
  try {
    return await watchChild(start(line), line.limitMs, new Output(log, watch.onOutput), watch.stop);
  } finally {
    closeSync(log);
  }
}

/** Readable by this person only, and never through a link. */
function openLog(path: string): number {
  try {
    // Windows has no such flag, and needs a privilege to make a link.
    const noFollow = constants.O_NOFOLLOW ?? 0;
    return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noFollow, 0o600);
  } catch (cause) {
    throw new BatonError('io_failed', `Cannot write ${path}`, { cause });
  }
}

/**
 * A constant line for the system's shell, which becomes the shell that reads the command, its first parameter. Beside it
 * somebody waits for our end of a pipe to close: the group ends with us also when we are killed without a word.
 */
const guarded = '{ read -r end <&3; kill -KILL 0; } >/dev/null 2>&1 & exec 3<&-; exec /bin/sh -c "$1"';

function start({ command, cwd }: CommandLine): ChildProcess {
  const common = {
    cwd,
    // A command line of Baton's within a test must not speak for the agent that has it verified.
    env: withoutSession(process.env),
    windowsHide: true,
  };
  if (process.platform === 'win32')
    return childProcess().spawn(command, { ...common, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  return childProcess().spawn('/bin/sh', ['-c', guarded, 'baton', command], {
    ...common,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

async function watchChild(
  child: ChildProcess,
  limitMs: number,
  output: Output,
  asked: AbortSignal | undefined,
): Promise<CommandOutcome> {
  const from = performance.now();
  let end: CommandOutcome['end'] = 'exit';
  let firmly: ReturnType<typeof setTimeout> | undefined;
  const stop = (why: CommandOutcome['end']) => {
    end = why;
    endGroup(child, 'SIGTERM');
    firmly ??= setTimeout(() => endGroup(child, 'SIGKILL'), graceMs);
  };
  const interrupt = () => stop('interrupted');
  const abandon = () => endGroup(child, 'SIGKILL');
  const limit = setTimeout(() => stop('timeout'), limitMs);
  const unlisten = onInterrupt(asked, interrupt);
  process.on('exit', abandon);
  try {
    const { exitCode, signal } = await ended(child, output);
    return { exitCode, signal, end, durationMs: performance.now() - from, printed: output.finish() };
  } finally {
    clearTimeout(limit);
    clearTimeout(firmly);
    unlisten();
    process.off('exit', abandon);
  }
}

/** @returns stops listening */
function onInterrupt(asked: AbortSignal | undefined, interrupt: () => void): () => void {
  if (asked !== undefined) {
    if (asked.aborted) interrupt();
    asked.addEventListener('abort', interrupt);
    return () => asked.removeEventListener('abort', interrupt);
  }
  for (const signal of signals) process.on(signal, interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
}

function ended(child: ChildProcess, output: Output): Promise<Pick<CommandOutcome, 'exitCode' | 'signal'>> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => output.add(bytes));
    child.once('error', (cause) =>
      reject(new BatonError('io_failed', 'The command could not be started', { cause })),
    );
    child.once('exit', (exitCode, signal) => {
      endGroup(child, 'SIGKILL');
      const done = () => {
        clearTimeout(drained);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ exitCode, signal });
      };
      const drained = setTimeout(done, drainMs);
      child.once('close', done);
    });
  });
}

/** The shell and all that it has started. */
function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') endTree(pid, child);
    else process.kill(-pid, signal);
  } catch (error) {
    // Nobody is left in it, or only who has become somebody else.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')))
      throw error;
  }
}

/** Windows has no groups; once the shell is gone nothing tells what it had started. */
function endTree(pid: number, child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  childProcess().spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], {
    stdio: 'ignore',
    windowsHide: true,
  });
}

/** The start of the output goes to the log as it comes, its end when it is over; what lies between is only counted. */
class Output {
  readonly #log: number;
  readonly #onOutput: ((bytes: Uint8Array) => void) | undefined;
  #total = 0;
  #tail = Buffer.alloc(0);
  #lost = false;

  constructor(log: number, onOutput: ((bytes: Uint8Array) => void) | undefined) {
    this.#log = log;
    this.#onOutput = onOutput;
  }

  add(bytes: Buffer): void {
    this.#onOutput?.(bytes);
    const room = headBytes - this.#total;
    if (room > 0) this.#write(bytes.subarray(0, room));
    this.#total += bytes.length;
    this.#tail = Buffer.concat([this.#tail, bytes]);
    if (this.#tail.length > tailBytes) this.#tail = Buffer.from(this.#tail.subarray(-tailBytes));
  }

  /** @returns the end of the output; what is not UTF-8 is replaced */
  finish(): string {
    const after = this.#total - headBytes;
    if (after > 0) {
      const shown = this.#tail.subarray(-Math.min(after, this.#tail.length));
      const left = after - shown.length;
      if (left > 0) this.#write(Buffer.from(`\n[… ${left} bytes left out …]\n`));
      this.#write(shown);
    }
    return new TextDecoder().decode(this.#tail);
  }

  /** A full disk costs the log, not the result. */
  #write(bytes: Buffer): void {
    if (this.#lost) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#log, bytes, at);
    } catch {
      this.#lost = true;
    }
  }
}
