// `npm test`: every check of the project, one stage after the other, and at the end one line with the
// counts. `npm test -- unit lint` runs only the stages named.
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { runAgentTests } from './agents';
import { buildExtension, runInBrowser, runInHost, runOnFloor } from './editor-tier';
import { atOnce, runMocha } from './mocha-run';
import { mustRun, run } from './processes';
import { projectRoot } from './project';
import type { TestResults } from './test-results';

type Counts = Pick<TestResults, 'passed' | 'failed'>;

interface Stage {
  readonly name: string;
  readonly title: string;
  /** Stages whose failure makes this one pointless. */
  readonly needs?: readonly string[];
  /** Counts what it checked; throws when it could not even check. */
  readonly run: () => Promise<Counts>;
}

const minute = 60_000;

const stages: readonly Stage[] = [
  { name: 'types', title: 'Types', run: () => npmCheck('typecheck', 3 * minute) },
  { name: 'lint', title: 'Lint and format', run: () => npmCheck('lint', 2 * minute) },
  {
    name: 'build',
    title: 'Build',
    run: async () => {
      await buildExtension();
      return one;
    },
  },
  { name: 'package', title: 'Package', needs: ['build'], run: checkPackage },
  {
    name: 'unit',
    title: 'Unit tests',
    run: () => mochaStage('test/unit/**/*.test.ts', 10 * minute),
  },
  {
    name: 'e2e',
    title: 'End-to-end tests of the command line and the MCP server',
    needs: ['build'],
    run: () => mochaStage('test/e2e/**/*.test.ts', 12 * minute),
  },
  {
    name: 'continuity',
    title: 'Interrupted sessions of generated projects',
    needs: ['build'],
    run: () => mochaStage('test/continuity/**/*.test.ts', 6 * minute),
  },
  {
    name: 'agents',
    title: 'Real agents, without an editor',
    needs: ['build'],
    run: () => runAgentTests(),
  },
  {
    name: 'editor',
    title: 'Editor tests inside the extension host',
    needs: ['build'],
    run: () => runInHost(),
  },
  {
    name: 'floor',
    title: 'The oldest VS Code that the manifest promises',
    needs: ['build'],
    run: () => runOnFloor(),
  },
  {
    name: 'browser',
    title: 'Editor tests in front of the window',
    needs: ['build'],
    run: () => runInBrowser(),
  },
];

const one: Counts = { passed: 1, failed: 0 };

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No stage ${unknown.join(', ')}. There are: ${stages.map(({ name }) => name).join(', ')}.`,
    );
  }

  const failed: string[] = [];
  const total = { passed: 0, failed: 0 };
  for (const stage of stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const begun = performance.now();
    console.log(`\n=== ${stage.title} (${stage.name}) ===`);
    const counts = await outcome(stage, failed);
    total.passed += counts.passed;
    total.failed += counts.failed;
    if (counts.failed > 0) {
      failed.push(stage.name);
    }
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`--- ${stage.name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
  }
  console.log(failed.length === 0 ? '' : `\nFailed: ${failed.join(', ')}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

async function outcome(stage: Stage, failed: readonly string[]): Promise<Counts> {
  const missing = stage.needs?.find((name) => failed.includes(name));
  if (missing !== undefined) {
    console.log(`Not run: it needs the stage "${missing}".`);
    return { passed: 0, failed: 1 };
  }
  try {
    const counts = await stage.run();
    if (counts.passed + counts.failed === 0) {
      console.log('No test ran, which proves nothing.');
      return { passed: 0, failed: 1 };
    }
    return counts;
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1 };
  }
}

async function npmCheck(script: string, limitMs: number): Promise<Counts> {
  const { code, problem } = await run('npm', ['run', '--silent', script], { limitMs });
  if (problem !== undefined) {
    console.log(problem);
  }
  return code === 0 ? one : { passed: 0, failed: 1 };
}

/**
 * A warning would be shown to whoever publishes; a question would hang the release, since nobody answers it. What was
 * made is then installed and used.
 */
async function checkPackage(): Promise<Counts> {
  const output = await mustRun('npm', ['run', 'package'], { limitMs: 3 * minute, capture: 'both' });
  const complaints = output.split('\n').filter((line) => /^\s*WARNING|\[y\/N\]/.test(line));
  if (complaints.length > 0) {
    throw new Error(`vsce warns or asks:\n${complaints.join('\n')}`);
  }
  if (!existsSync(join(projectRoot, 'dist', 'baton.vsix'))) {
    throw new Error('vsce made no dist/baton.vsix.');
  }
  const tests = ['test/package/contents.test.ts'];
  // The editor of the browser tier is Linux's.
  if (process.platform === 'linux') tests.push('test/package/installed.test.ts');
  const { passed, failed } = await runMocha(tests, { display: 'spec', limitMs: 3 * minute });
  return { passed: one.passed + passed, failed };
}

/** Its files share nothing, so that several run at once. */
async function mochaStage(pattern: string, limitMs: number): Promise<Counts> {
  // Mocha itself fails with a riddle when a pattern matches nothing.
  return globSync(pattern).length === 0
    ? { passed: 0, failed: 0 }
    : runMocha([pattern], { display: 'dot', limitMs, jobs: atOnce() });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
