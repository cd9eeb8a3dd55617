/** What the demonstration agent shows: plain lines, a little colour in a terminal, everything out before it dies. */
import type { Step } from './steps';

export interface Screen {
  step(step: Step): Promise<void>;
  /** A line of detail below the step. */
  say(line: string): Promise<void>;
  /** Output of a program, dimmed and indented. */
  show(output: string, limit?: number): Promise<void>;
  title(line: string): Promise<void>;
}

export function createScreen(write: (text: string) => Promise<void>, colour: boolean): Screen {
  const paint = (code: string, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  let phase = '';
  return {
    async step(step) {
      if (step.phase !== phase) await write(`\n${paint('1;36', step.phase)}\n`);
      phase = step.phase;
      await write(`${paint('36', String(step.number).padStart(3))}  ${step.title}\n`);
    },
    async say(line) {
      await write(`     ${printable(line)}\n`);
    },
    async show(output, limit = 10) {
      const lines = output.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines.slice(0, limit)) await write(`     ${paint('2', printable(line))}\n`);
      if (lines.length > limit) await write(`     ${paint('2', `… ${lines.length - limit} more`)}\n`);
    },
    async title(line) {
      await write(`${paint('1', printable(line))}\n`);
    },
  };
}

/** Task text and program output may hold terminal controls; a person watches this screen. */
function printable(line: string): string {
  return line.replace(/(?!\t)\p{Cc}/gu, '·');
}
