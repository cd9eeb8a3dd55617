/** A question to whoever sits at the terminal. */
import { readlinePromises } from './slow-modules';

/** Somebody can read a question and answer it; an answer on standard output for a program stays untouched. */
export function personAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** @returns true for `y` and `yes` only; false when the input ends */
export async function askPerson(question: string): Promise<boolean> {
  const lines = readlinePromises().createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Closed by Ctrl+C or by the end of the input, the question is never answered.
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const asked = lines.question(`${question} [y/N] `).catch(() => '');
    const answer = await Promise.race([asked, ended]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
