// The one shape in which every kind of test run tells its outcome to the harness.
import { existsSync, readFileSync } from 'node:fs';

export interface TestResults {
  /** False while the run goes on: a run that dies half-way is then not taken for a short one. */
  readonly ended: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly TestFailure[];
}

/** The extension host has no terminal that we can see, so its runner also writes a line for each test that ended. */
export interface InHostResults extends TestResults {
  readonly lines: readonly string[];
}

export interface TestFailure {
  /** The suites' and the test's names, joined. */
  readonly title: string;
  readonly error: string;
}

/** Reads a result file; undefined when the run did not get as far as writing it. */
export function readResults<T extends TestResults = TestResults>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** The failures as a person wants to read them. */
export function describeFailures(failures: readonly TestFailure[]): string {
  return failures
    .map(({ title, error }, index) => `  ${index + 1}) ${title}\n${error.replace(/^/gm, '     ')}`)
    .join('\n\n');
}
