/**
 * Runs the bundled command line and reads its JSON answer. For work that would keep the editor's extension host busy for
 * seconds, such as taking every file of a large workspace apart.
 */
import { execFile } from 'node:child_process';
import { BatonError, errorCodes } from '../core/base/baton-error';
import type { ShimTarget } from './command-shim';
import { withoutSession } from './without-session';

const usualLimitMs = 120_000;
const longestAnswer = 64 * 1024 * 1024;

export interface RunCliOptions {
  readonly limitMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The `data` of the answer. Throws the BatonError it was refused with, `io_failed` when there was no answer, or none in time.
 *
 * @param options.limitMs after which it is ended
 * @param options.env added to our own environment
 */
export async function runCli(
  target: ShimTarget,
  root: string,
  args: readonly string[],
  { limitMs = usualLimitMs, env = {} }: RunCliOptions = {},
): Promise<unknown> {
  // Before the words of the command, which may end its options with `--`.
  const output = await answerOf(target, ['--root', root, '--json', ...args], { limitMs, env });
  const answer = parsed(output);
  if (answer['ok'] === true) return answer['data'];
  const error = answer['error'];
  if (!isObject(error)) throw new BatonError('io_failed', 'The command line gave no answer');
  throw new BatonError(
    errorCodes.find((code) => code === error['code']) ?? 'io_failed',
    String(error['message']),
    typeof error['hint'] === 'string' ? { hint: error['hint'] } : {},
  );
}

/** Standard output, whatever the exit code: findings make it 1 and are an answer all the same. */
function answerOf(
  { node, nodeEnv, cli }: ShimTarget,
  args: readonly string[],
  { limitMs, env }: Required<RunCliOptions>,
): Promise<string> {
  const options = {
    // A window acts for its person, also one that was opened from an agent's terminal.
    env: { ...withoutSession(process.env), ...env, ...nodeEnv },
    timeout: limitMs,
    maxBuffer: longestAnswer,
    windowsHide: true,
  };
  return new Promise((resolve, reject) => {
    execFile(node, [cli, ...args], options, (error, stdout) => {
      if (stdout !== '' || error === null) resolve(stdout);
      else if (error.killed === true) reject(endedAfter(limitMs, error));
      else reject(new BatonError('io_failed', 'The command line could not be run', { cause: error }));
    });
  });
}

function endedAfter(limitMs: number, cause: Error): BatonError {
  const text = `The command line was ended, since it gave no answer within ${limitMs / 1000} s`;
  return new BatonError('io_failed', text, { cause });
}

function parsed(output: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(output);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new BatonError('io_failed', 'The command line gave no answer', { cause });
  }
  throw new BatonError('io_failed', 'The command line gave no answer');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
