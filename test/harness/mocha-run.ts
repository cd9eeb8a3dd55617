// One Mocha run in a process of its own, with its counts.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from './processes';
import { projectRoot } from './project';
import { makeScratch, removeScratch } from './scratch';
import { readResults, type TestResults } from './test-results';

export interface MochaRun {
  readonly display: 'dot' | 'spec';
  readonly limitMs: number;
  readonly grep?: string;
  /** Files run at the same time, each in one of so many processes; default 1. */
  readonly jobs?: number;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How many files are worth running at the same time on this machine. */
export function atOnce(): number {
  return Math.min(availableParallelism(), 4);
}

/** Runs the files that match the patterns. Throws when Mocha did not get to its end. */
export async function runMocha(patterns: readonly string[], options: MochaRun): Promise<TestResults> {
  const scratch = await makeScratch('mocha');
  const file = join(scratch, 'result.json');
  try {
    const outcome = await run(
      process.execPath,
      [
        join(projectRoot, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        '--config',
        'test/.mocharc.json',
        '--reporter',
        join(projectRoot, 'test', 'harness', 'mocha-reporter.mjs'),
        '--reporter-option',
        `display=${options.display}`,
        '--reporter-option',
        `file=${file}`,
        ...(options.grep === undefined ? [] : ['--grep', options.grep]),
        ...(options.jobs === undefined || options.jobs < 2
          ? []
          : ['--parallel', '--jobs', String(options.jobs)]),
        ...patterns,
      ],
      {
        limitMs: options.limitMs,
        env: { ...process.env, ...options.env },
      },
    );
    const results = readResults(file);
    if (results === undefined || outcome.code === undefined) {
      throw new Error(`Mocha did not finish: ${outcome.problem ?? `exit code ${outcome.code}`}`);
    }
    return results;
  } finally {
    await removeScratch(scratch);
  }
}
