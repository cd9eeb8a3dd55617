/** Runs an agent in the foreground with this terminal, for the command line. No shell, so nothing is interpreted. */
import { PassedSignals } from './passed-signals';
import { childProcess } from './slow-modules';

export interface ForegroundProgram {
  readonly executable: string;
  readonly args: readonly string[];
  /** Added to our own environment; null takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly cwd: string;
  /** Without a person at the terminal: it gets no standard input but `stdin`. */
  readonly mode: 'interactive' | 'headless';
  /** Sent on standard input, which then ends. */
  readonly stdin?: string;
  /** Standard output belongs to our own answer (`--json`): what the program prints goes to standard error. */
  readonly keepOutputFree: boolean;
  readonly onStart: (pid: number) => Promise<void>;
  readonly onBeat: (pid: number) => Promise<void>;
  readonly beatMs: number;
  /** When we are asked to end: milliseconds until what does not end of the program and all it has started is ended. */
  readonly firmMs: number;
  /** Receives what `onStart` and `onBeat` throw, and a signal that does not reach it; the program goes on. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Rejects when the program cannot be started; else resolves with how it ended.
 *
 * **Invariant:** a program that runs is watched to its end, whatever its callers fail at meanwhile.
 */
export async function runInForeground(
  program: ForegroundProgram,
): Promise<{ readonly exitCode: number | null; readonly signal: string | null }> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(program.env)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  const child = childProcess().spawn(program.executable, [...program.args], {
    cwd: program.cwd,
    env,
    stdio: [inputOf(program), program.keepOutputFree ? process.stderr : 'inherit', 'inherit'],
  });
  // A program that ends before it has read its prompt tells so by its exit, not by our broken pipe.
  child.stdin?.on('error', () => {});
  child.stdin?.end(program.stdin);
  // Ctrl+C reaches the agent through the terminal; it decides, and we outlive it to record the end.
  const stay = () => {};
  const signals = new PassedSignals(child, program);
  process.on('SIGINT', stay);
  process.on('SIGTERM', signals.pass);
  process.on('SIGHUP', signals.pass);
  let beat: ReturnType<typeof setInterval> | undefined;
  try {
    const { pid } = child;
    const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
      child.on('error', pid === undefined ? reject : program.onTrouble);
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    if (pid === undefined) return await ended;
    beat = setInterval(() => program.onBeat(pid).catch(program.onTrouble), program.beatMs);
    // The end of a program that dies before its start is written down waits for that.
    const [end] = await Promise.all([ended, program.onStart(pid).catch(program.onTrouble)]);
    await signals.settled();
    return end;
  } finally {
    clearInterval(beat);
    process.off('SIGINT', stay);
    process.off('SIGTERM', signals.pass);
    process.off('SIGHUP', signals.pass);
  }
}

/** An inherited pipe would be taken for part of the prompt by some agents, and waited for by others. */
function inputOf({ mode, stdin }: ForegroundProgram): 'pipe' | 'ignore' | 'inherit' {
  if (stdin !== undefined) return 'pipe';
  return mode === 'headless' ? 'ignore' : 'inherit';
}
