/** The Programs port in memory: what a program answers is what the test says. */
import type { ProgramAnswer, Programs } from '../../src/core/ports';

export class MemoryPrograms implements Programs {
  /** Answers by executable; one without an answer cannot be started. */
  readonly answers = new Map<string, ProgramAnswer>();
  /** What was run, in order: the executable and its arguments. */
  readonly runs: (readonly string[])[] = [];

  async run(executable: string, args: readonly string[]): Promise<ProgramAnswer | undefined> {
    this.runs.push([executable, ...args]);
    return this.answers.get(executable);
  }
}
