/**
 * The demonstration agent: an agent without a model that follows the session protocol for real, for newcomers to
 * watch and for tests to interrupt. An outsider: it knows Baton only by its files and its `baton` command.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createHooks, noHooks } from './demo-agent/hooks';
import { demoOptions, OptionError, usage } from './demo-agent/options';
import { createBaton, ProgramRefused } from './demo-agent/programs';
import { createScreen } from './demo-agent/screen';
import { runSession } from './demo-agent/session';

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) {
    await write(`${usage}\n`);
    return 0;
  }
  const options = demoOptions(argv, process.env, process.stdout.isTTY === true);
  return runSession({
    options,
    screen: createScreen(write, options.colour),
    baton: createBaton(options.cli, options.root),
    hooks:
      options.hooks === undefined ? noHooks : createHooks(options.hooks, options.sessionId, options.root),
    now: () => new Date(),
    pause: (ms) => pause(ms),
    die,
    waitForEnd,
  });
}

/** Resolves when the text has left the process: what was shown is not lost when the agent dies after it. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered before the next turn of the event loop; until then nothing more may happen.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

function waitForEnd(): Promise<never> {
  setInterval(() => undefined, 60_000);
  return new Promise<never>(() => undefined);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const foreseen = error instanceof OptionError || error instanceof ProgramRefused;
    const detail = error instanceof Error ? (foreseen ? error.message : error.stack) : String(error);
    process.stderr.write(`${detail}\n`);
    process.exitCode = error instanceof OptionError ? 2 : 1;
  },
);
