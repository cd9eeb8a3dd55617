// The command line of the editor tier, for developers: `npm run test:editor`.
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildExtension, runInBrowser, runInHost } from './editor-tier';
import { projectRoot } from './project';
import type { TestResults } from './test-results';

/** `npm run test:editor -- [host|browser|files...] [-g pattern] [--no-build]` */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { grep: { type: 'string', short: 'g' }, 'no-build': { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values['no-build'] !== true) {
    await buildExtension();
  }
  const files = positionals
    .filter((name) => name.endsWith('.ts'))
    .map((name) => relative(projectRoot, resolve(name)));
  const inBrowser = files.filter((name) => name.endsWith('.browser.test.ts'));
  const inHost = files.filter((name) => !inBrowser.includes(name));
  const all = positionals.length === 0;
  const runs: TestResults[] = [];
  if (all || inHost.length > 0 || positionals.includes('host')) {
    runs.push(await runInHost(inHost, values.grep));
  }
  if (all || inBrowser.length > 0 || positionals.includes('browser')) {
    runs.push(await runInBrowser(inBrowser, values.grep));
  }
  const failures = runs.flatMap((results) => results.failures);
  const passed = runs.reduce((sum, results) => sum + results.passed, 0);
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
