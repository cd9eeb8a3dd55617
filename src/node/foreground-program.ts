/** Runs an agent in the foreground with this terminal, for the command line. No shell, so nothing is interpreted. */
import { spawn } from 'node:child_process';

export interface ForegroundProgram {
  readonly executable: string;
  readonly args: readonly string[];
  /** Added to our own environment; null takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly cwd: string;
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
    stdio: ['inherit', program.keepOutputFree ? process.stderr : 'inherit', 'inherit'],
  });
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
