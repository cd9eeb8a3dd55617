/** How a hook of an agent runs: within bounds, and never to the agent's harm. */
import { readInput } from './read-input';

/** How long an agent may be kept waiting for what it writes to a hook, and for the hook in all. */
const input = { maxBytes: 1024 * 1024, deadlineMs: 1_500 };
const deadlineMs = 4_000;

/** What the agent wrote to standard input. Never throws. */
export function hookInput(): Promise<string> {
  return readInput(process.stdin, input);
}

/**
 * Prints the answer and ends the process. A hook fails open: whatever goes wrong, the agent hears nothing and goes on,
 * with exit code 0, since some agents take any other for an order.
 *
 * @param verbose tells on standard error what went wrong
 */
export async function failOpen(answer: () => Promise<string>, verbose = false): Promise<void> {
  const leave = (error?: unknown) => {
    if (verbose && error !== undefined) process.stderr.write(`${String(error)}\n`);
    process.exit(0);
  };
  process.on('uncaughtException', leave);
  setTimeout(leave, deadlineMs, 'The hook took too long');
  try {
    const text = await answer();
    if (text !== '') await new Promise((written) => process.stdout.write(text, written));
    leave();
  } catch (error) {
    leave(error);
  }
}
