/** The Programs port on Node. */
import type { ProgramAnswer, Programs } from '../core/ports';
import { childProcess } from './slow-modules';

const maxPrinted = 64 * 1024;

export const nodePrograms: Programs = {
  run: (executable, args, { limitMs, cwd }) =>
    new Promise((resolve) => {
      const options = {
        timeout: limitMs,
        // One that does not listen to a polite signal must not keep the caller waiting.
        killSignal: 'SIGKILL',
        maxBuffer: maxPrinted,
        windowsHide: true,
        ...(cwd !== undefined && { cwd }),
      } as const;
      // A `.cmd` of Windows cannot be started without a shell: then it says so synchronously.
      try {
        const child = childProcess().execFile(executable, [...args], options, (error, stdout, stderr) =>
          resolve(answerOf(error, stdout, stderr)),
        );
        child.stdin?.end();
      } catch {
        resolve(undefined);
      }
    }),
};

function answerOf(error: Error | null, stdout: string, stderr: string): ProgramAnswer | undefined {
  const exitCode = error === null ? 0 : codeOf(error);
  return exitCode === undefined ? undefined : { exitCode, printed: `${stdout}\n${stderr}` };
}

/** Undefined for a signal, a limit that is over, or a program that never ran. */
function codeOf(error: Error): number | undefined {
  return 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
