// The real agents under test: the versions their profiles were verified with, from npm, each installed into a folder of
// its own in the cache and reused from there.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentProfile } from '../../src/core/model/agent-profile';
import type { InstalledAgent } from '../../src/doctor/rig';
import { builtInProfiles } from '../support/agent-profiles';
import { runMocha } from './mocha-run';
import { run } from './processes';
import { cacheDir } from './project';
import type { TestResults } from './test-results';

/** Installed for every run of the tests: the smallest two, 250 MB together. */
const always = ['qwen', 'gemini'];
/** Tested in every run where an earlier `npm run test:agents` left them in the cache. */
const whenCached = ['claude', 'codex'];

/** Set to the ids of the agents that the tests are to be made for, with commas; else all that are in the cache. */
const chosenVariable = 'BATON_TEST_AGENTS';

interface PackagedAgent {
  readonly profile: AgentProfile;
  /** Name in the npm registry. */
  readonly package: string;
  readonly folder: string;
  readonly executable: string;
}

/** Those that can be tested: npm has them, and their profile says how to run them without their own service. */
function packagedAgents(): readonly PackagedAgent[] {
  return builtInProfiles.flatMap((profile) => {
    const name = /^npm install --global (\S+)@latest$/.exec(profile.install)?.[1];
    const [program] = profile.executables;
    if (profile.probe === undefined || name === undefined || typeof program !== 'string') return [];
    const folder = join(cacheDir, 'agents', profile.id);
    const file = process.platform === 'win32' ? `${program}.cmd` : program;
    return [{ profile, package: name, folder, executable: join(folder, 'node_modules', '.bin', file) }];
  });
}

/** The agents to make tests for. Sync, since Mocha wants to know its tests when it loads a file. */
export function agentsUnderTest(): readonly InstalledAgent[] {
  const chosen = process.env[chosenVariable]?.split(',');
  return packagedAgents()
    .filter((agent) => isCached(agent) && (chosen?.includes(agent.profile.id) ?? true))
    .map(({ profile, executable }) => ({ profile, executable }));
}

/** In the version of the profile: another one would test something else than what is written there. */
function isCached({ profile, package: name, folder, executable }: PackagedAgent): boolean {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(executable) || !existsSync(manifest)) return false;
  const installed: { readonly version?: unknown } = JSON.parse(readFileSync(manifest, 'utf8'));
  return installed.version === profile.testedWith;
}

/** Makes sure that the smallest agents are in the cache. */
export async function installSmallestAgents(): Promise<void> {
  await install(packagedAgents().filter(({ profile }) => always.includes(profile.id)));
}

/** `npm run test:agents` installs and tests all that can be; every other run those that are small, or there. */
export async function runAgentTests(): Promise<TestResults> {
  const all = packagedAgents();
  if (process.env['npm_lifecycle_event'] === 'test:agents') {
    const missing = all.filter((agent) => !isCached(agent));
    if (missing.length > 0)
      console.log(`All ${all.length} agents together take about 2 GB in .cache/agents.`);
    await install(missing);
    return test(all);
  }
  await installSmallestAgents();
  const tested = all.filter(
    (agent) =>
      always.includes(agent.profile.id) || (whenCached.includes(agent.profile.id) && isCached(agent)),
  );
  const others = all.filter((agent) => !tested.includes(agent));
  console.log(
    `Agents: ${named(tested)}. Not in this run: ${named(others)}; "npm run test:agents" installs and tests all ${all.length} (about 2 GB).`,
  );
  return test(tested);
}

function test(agents: readonly PackagedAgent[]): Promise<TestResults> {
  const env = { [chosenVariable]: agents.map(({ profile }) => profile.id).join(',') };
  const limitMs = (3 + 2 * agents.length) * 60_000;
  return runMocha(['test/agents/**/*.test.ts'], { display: 'spec', limitMs, env });
}

function named(agents: readonly PackagedAgent[]): string {
  return agents.map(({ profile }) => profile.id).join(', ');
}

async function install(agents: readonly PackagedAgent[]): Promise<void> {
  for (const agent of agents) {
    if (!isCached(agent)) await installOne(agent);
  }
}

/** Aside first, so that an installation that was interrupted is never taken for one that is complete. */
async function installOne(agent: PackagedAgent): Promise<void> {
  const { profile, package: name, folder } = agent;
  const wanted = `${name}@${profile.testedWith}`;
  console.log(`Installing ${wanted} from npm into the cache (once) ...`);
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(join(dirname(folder), 'installing-'));
  try {
    await writeFile(join(staging, 'package.json'), '{ "private": true }\n');
    // The harness runs under the pinned Node: with an old one npm would silently choose an old version of some agents.
    const args = ['install', '--save-exact', '--no-audit', '--no-fund', '--fetch-retries=1', wanted];
    const { code, problem, output } = await run('npm', args, {
      cwd: staging,
      limitMs: 10 * 60_000,
      capture: true,
    });
    if (code !== 0) {
      const why = problem ?? `npm ended with ${code}`;
      throw new Error(`${wanted} could not be installed: ${why}.\n${unreachable(output)}${output.trim()}`);
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    await rename(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  }
  if (!isCached(agent))
    throw new Error(`npm installed ${wanted}, but its program is not at ${agent.executable}.`);
}

function unreachable(output: string): string {
  return /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|network/i.test(output)
    ? 'The npm registry cannot be reached, and the tests of real agents need it once.\n'
    : '';
}
