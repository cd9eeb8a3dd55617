// Child processes that never outlive the harness: each runs in its own process group, has a hard limit,
// and dies with us, whether we end normally, by a failure or by Ctrl+C.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';

const living = new Set<ChildProcess>();
let guarded = false;

/** Starts a process that is killed, with all it started, when this process ends. */
export function startGuarded(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  guard();
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  living.add(child);
  child.once('error', () => living.delete(child));
  child.once('exit', () => {
    // What it left running in its group goes with it.
    signalGroup(child, 'SIGKILL');
    living.delete(child);
  });
  return child;
}

/** Asks a process and its group to end, forces it after a grace period, and waits until it has gone. */
export async function stopGuarded(child: ChildProcess, graceMs = 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return;
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child, 'SIGTERM');
  const force = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(force);
}

export interface Outcome {
  /** The exit code; undefined when it could not be started, was killed or ran into the limit. */
  readonly code: number | undefined;
  /** Why there is no code, in words. */
  readonly problem?: string;
  /** What it printed; empty unless `capture` was asked for. */
  readonly output: string;
}

export interface RunOptions {
  readonly limitMs: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Keep the output instead of showing it as it comes; `both` does both. */
  readonly capture?: boolean | 'both';
}

/** Runs a command to its end with a hard limit. It gets no standard input, so nothing can wait for an answer. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const shown = options.capture === undefined || options.capture === false;
  const child = startGuarded(command, args, {
    stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    // npm and the commands in node_modules/.bin are .cmd files on Windows, which only a shell starts.
    shell: process.platform === 'win32' && !command.endsWith('.exe'),
  });
  let output = '';
  const keep = (target: NodeJS.WriteStream) => (chunk: Buffer) => {
    output += chunk.toString('utf8');
    if (options.capture === 'both') {
      target.write(chunk);
    }
  };
  child.stdout?.on('data', keep(process.stdout));
  child.stderr?.on('data', keep(process.stderr));

  let problem: string | undefined;
  const limit = setTimeout(() => {
    problem = `stopped after the limit of ${Math.round(options.limitMs / 1000)} s`;
    void stopGuarded(child);
  }, options.limitMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      problem = error.message;
      resolve(null);
    });
    child.once('close', (exitCode, signal) => {
      problem ??= signal === null ? undefined : `killed by ${signal}`;
      resolve(exitCode);
    });
  });
  clearTimeout(limit);
  return {
    code: problem === undefined ? (code ?? undefined) : undefined,
    ...(problem === undefined ? {} : { problem }),
    output,
  };
}

/** Runs and throws, with the output, unless the command ends with 0. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const outcome = await run(command, args, options);
  if (outcome.code !== 0) {
    const why = outcome.problem ?? `exit code ${outcome.code}`;
    throw new Error(`${command} ${args.join(' ')}: ${why}\n${outcome.output}`.trimEnd());
  }
  return outcome.output;
}

function guard(): void {
  if (guarded) {
    return;
  }
  guarded = true;
  process.once('exit', () => {
    for (const child of living) {
      signalGroup(child, 'SIGKILL');
    }
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      void Promise.all([...living].map((child) => stopGuarded(child, 3_000))).finally(() =>
        process.exit(code),
      );
    });
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Gone already is what we want; anything else is a mistake of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
