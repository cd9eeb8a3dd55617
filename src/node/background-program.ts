/**
 * Runs an agent without a person and without a terminal: what it prints goes to a file, directly, so that it works on
 * when whoever watches it is killed. No shell interprets anything: see `behindGate`.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { PassedSignals } from './passed-signals';
import { childProcess, fsPromises } from './slow-modules';

export interface BackgroundProgram {
  readonly executable: string;
  readonly args: readonly string[];
  /** Added to our own environment; null takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly cwd: string;
  /** Sent on standard input, which then ends. */
  readonly stdin?: string;
  /** Absolute path; standard output and error are appended. Readable by this person only. */
  readonly logTo: string;
  /** Which process it is. Nothing of the program runs before this resolves, nor ever when it rejects. */
  readonly onStart: (pid: number) => Promise<void>;
  readonly onBeat: () => Promise<void>;
  readonly beatMs: number;
  /** When we are asked to end: milliseconds until what does not end of the program and all it has started is ended. */
  readonly firmMs: number;
  /** Receives what `onBeat` throws; the program goes on. */
  readonly onBeatError: (error: unknown) => void;
}

export interface BackgroundEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The end of what it printed. */
  readonly tail: string;
}

/** A log that has grown beyond this keeps its last half. Bytes. */
const longestLog = 1024 * 1024;
const tailBytes = 16 * 1024;
/** Where there is no shell to wait in, a program may run for the milliseconds until it is on record. */
const hasGate = process.platform !== 'win32';

/** Resolves with how it ended. Rejects with what `onStart` threw, or when the program cannot be started. */
export async function runInBackground(program: BackgroundProgram): Promise<BackgroundEnd> {
  await fsPromises().mkdir(dirname(program.logTo), { recursive: true });
  const log = await fsPromises().open(program.logTo, 'a', 0o600);
  const { child, ended } = start(program, log.fd);
  try {
    const end = await watched(program, child, ended);
    return { ...end, tail: await tailIfAny(program) };
  } finally {
    await log.close();
  }
}

/** The program has run, whatever has become of its log. */
async function tailIfAny({ logTo, onBeatError }: BackgroundProgram): Promise<string> {
  try {
    bound(logTo);
    return await tailOf(logTo);
  } catch (error) {
    onBeatError(error);
    return '';
  }
}

async function watched(
  program: BackgroundProgram,
  child: ChildProcess,
  ended: Promise<Omit<BackgroundEnd, 'tail'>>,
): Promise<Omit<BackgroundEnd, 'tail'>> {
  // Asked to end, we pass it on and stay to record how the program ended.
  const passed = new PassedSignals(child, { firmMs: program.firmMs, onTrouble: program.onBeatError });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, passed.pass);
  const beat = setInterval(() => {
    program
      .onBeat()
      .then(() => bound(program.logTo))
      .catch(program.onBeatError);
  }, program.beatMs);
  try {
    if (child.pid !== undefined) await letGo(program, child, child.pid, ended);
    const end = await ended;
    await passed.settled();
    return end;
  } finally {
    clearInterval(beat);
    for (const signal of signals) process.off(signal, passed.pass);
  }
}

/** The process is put on record first: one that nobody knows of could be started a second time. */
async function letGo(
  program: BackgroundProgram,
  child: ChildProcess,
  pid: number,
  ended: Promise<unknown>,
): Promise<void> {
  try {
    await program.onStart(pid);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
  gateOf(child)?.end('go\n');
  child.stdin?.end(program.stdin);
}

function start(program: BackgroundProgram, log: number) {
  const { executable, args } = behindGate(program);
  const child = childProcess().spawn(executable, [...args], {
    cwd: program.cwd,
    env: environment(program.env),
    stdio: [program.stdin === undefined ? 'ignore' : 'pipe', log, log, hasGate ? 'pipe' : 'ignore'],
    windowsHide: true,
  });
  // A program that ends before it has read what it gets tells so by its exit, not by our broken pipe.
  for (const pipe of [child.stdin, gateOf(child)]) pipe?.on('error', () => {});
  const ended = new Promise<Omit<BackgroundEnd, 'tail'>>((resolve, reject) => {
    child.on('error', child.pid === undefined ? reject : program.onBeatError);
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return { child, ended };
}

/**
 * The program waits in its own process until it is let go: a constant line for the system's shell, which reads one line
 * and then becomes the program. When we are killed before that, the line never comes and nothing is started. The program
 * and its arguments reach the shell as positional parameters, which it passes on byte for byte.
 */
function behindGate({ executable, args }: BackgroundProgram): Pick<BackgroundProgram, 'executable' | 'args'> {
  if (!hasGate) return { executable, args };
  const line = 'read -r go <&3 || exit 75; exec 3<&-; exec "$@"';
  return { executable: '/bin/sh', args: ['-c', line, 'baton', executable, ...args] };
}

function gateOf(child: ChildProcess): Writable | undefined {
  const gate = child.stdio[3];
  return gate !== undefined && gate !== null && 'write' in gate ? gate : undefined;
}

function environment(changes: BackgroundProgram['env']): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}

/**
 * Cuts a log that has grown too long, to its last half. The program appends to it meanwhile, so nothing of ours may come
 * between reading, cutting and writing again: one call at a time, and none of them waits. What the program writes in
 * between, in microseconds, is lost or out of order.
 */
function bound(path: string): void {
  const file = openSync(path, 'a+');
  try {
    const { size } = fstatSync(file);
    if (size <= longestLog) return;
    const kept = readFrom(file, size - longestLog / 2);
    ftruncateSync(file, 0);
    writeSync(file, kept);
  } finally {
    closeSync(file);
  }
}

/** To the end as it is by then. */
function readFrom(file: number, offset: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = offset; ; ) {
    const part = Buffer.alloc(longestLog);
    const length = readSync(file, part, 0, part.length, at);
    if (length === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, length));
    at += length;
  }
}

async function tailOf(path: string): Promise<string> {
  const file = await fsPromises().open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, tailBytes);
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, size - length);
    return bytes.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
