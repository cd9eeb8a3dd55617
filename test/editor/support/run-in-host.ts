// The entry that VS Code loads as `extensionTestsPath`: runs the bundled Mocha suites beside it inside
// the extension host and writes the outcome, test by test, where the harness reads it.
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InHostResults, TestFailure } from '../../harness/test-results';

// The names are in test/harness/editor-tier.ts, which sets them; importing it would drag the harness in here.
const resultFile = process.env['BATON_TEST_RESULT'];
const grep = process.env['BATON_TEST_GREP'];

/** Called by VS Code. Rejects when a test failed, which makes the exit code of a desktop run. */
export async function run(): Promise<void> {
  // Stack traces then name the test's own file.
  process.setSourceMapsEnabled(true);
  const lines: string[] = [];
  const failures: TestFailure[] = [];
  const fail = (title: string, error: unknown) => {
    failures.push({ title, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    lines.push(`FAILED ${title}`);
  };
  let passed = 0;
  const report = (ended: boolean) => write({ ended, passed, failed: failures.length, failures, lines });

  report(false);
  try {
    const mocha = await loadSuites();
    await new Promise<void>((resolve) => {
      mocha
        .run(() => resolve())
        .on('pass', (test) => {
          passed += 1;
          lines.push(`ok ${test.fullTitle()}`);
        })
        .on('fail', (test, error) => fail(test.fullTitle(), error))
        .on('test end', () => report(false));
    });
  } catch (error) {
    fail('the in-host test files load', error);
  }
  report(true);
  if (failures.length > 0) {
    throw new Error(`${failures.length} in-host tests failed`);
  }
}

async function loadSuites(): Promise<Mocha> {
  // Mocha is an ES module, and it stays outside the bundle.
  const { default: MochaRunner } = await import('mocha');
  const mocha = new MochaRunner({
    ui: 'tdd',
    timeout: 60_000,
    reporter: 'spec',
    color: false,
    forbidOnly: true,
    forbidPending: true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.js')) {
      mocha.addFile(join(__dirname, name));
    }
  }
  await mocha.loadFilesAsync();
  return mocha;
}

/** In one step, so that whoever watches the file never reads half of it. */
function write(results: InHostResults): void {
  if (resultFile === undefined) {
    return;
  }
  writeFileSync(`${resultFile}.part`, JSON.stringify(results));
  renameSync(`${resultFile}.part`, resultFile);
}
