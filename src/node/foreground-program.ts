/** Runs an agent in the foreground with this terminal, for the command line. No shell, so nothing is interpreted. */
import { spawn } from 'node:child_process';

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
  readonly onBeat: () => Promise<void>;
  readonly beatMs: number;
  /** Receives what `onBeat` throws; the program goes on. */
  readonly onBeatError: (error: unknown) => void;
}

/** Rejects when the program cannot be started; else resolves with how it ended. */
export async function runInForeground(
  program: ForegroundProgram,
): Promise<{ readonly exitCode: number | null; readonly signal: string | null }> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(program.env)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  const child = spawn(program.executable, [...program.args], {
    cwd: program.cwd,
    env,
    stdio: [inputOf(program), program.keepOutputFree ? process.stderr : 'inherit', 'inherit'],
  });
  // A program that ends before it has read its prompt tells so by its exit, not by our broken pipe.
  child.stdin?.on('error', () => {});
  child.stdin?.end(program.stdin);
  // Ctrl+C reaches the agent through the terminal; it decides, and we outlive it to record the end.
  const stay = () => {};
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', stay);
  process.on('SIGTERM', pass);
  process.on('SIGHUP', pass);
  const beat = setInterval(() => program.onBeat().catch(program.onBeatError), program.beatMs);
  try {
    const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    if (child.pid !== undefined) {
      // A program that dies before its start is written down is still awaited below.
      const [, end] = await Promise.all([program.onStart(child.pid), ended]);
      return end;
    }
    return await ended;
  } finally {
    clearInterval(beat);
    process.off('SIGINT', stay);
    process.off('SIGTERM', pass);
    process.off('SIGHUP', pass);
  }
}

/** An inherited pipe would be taken for part of the prompt by some agents, and waited for by others. */
function inputOf({ mode, stdin }: ForegroundProgram): 'pipe' | 'ignore' | 'inherit' {
  if (stdin !== undefined) return 'pipe';
  return mode === 'headless' ? 'ignore' : 'inherit';
}
