/**
 * The exact launch plan of every built-in profile, in every way it can be launched. Fixtures are what an agent really
 * gets; `UPDATE=1` rewrites them.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { economyProfile } from '../../../../src/core/agents/economy';
import {
  canContinue,
  type Launch,
  launchPlan,
  scrubbedVariables,
} from '../../../../src/core/agents/launch-plan';
import type { AgentProfile } from '../../../../src/core/model/agent-profile';
import { builtInProfiles } from '../../../support/agent-profiles';
import { launchIn } from './sample-launch';

const folder = resolve(import.meta.dirname, '../../../fixtures/launch-plans');
const root = '/projects/shop';
const own = '5b0c2a77-0d1e-4c55-8f0e-2f6d1d1a9b01';

function waysOf(profile: AgentProfile): readonly (readonly [string, Partial<Launch>])[] {
  const continued: Partial<Launch> = { resume: true, sessionNumber: 2, nativeSessionId: own };
  const headless: Partial<Launch> = { mode: 'headless' };
  return [
    ['fresh', {}],
    ...(profile.hooks ? ([['fresh, without hooks', { hooks: false }]] as const) : []),
    ['fresh, after a session of another agent', { resume: true, sessionNumber: 2 }],
    ...(profile.readsAtMost === undefined
      ? []
      : ([['fresh, with a long packet', { packetText: `${'x'.repeat(99)}\n`.repeat(150) }]] as const)),
    ...(canContinue(profile, 'interactive') ? ([['its own session goes on', continued]] as const) : []),
    ...(profile.headless ? ([['headless', headless]] as const) : []),
    ...(canContinue(profile, 'headless')
      ? ([['headless, its own session goes on', { ...continued, ...headless }]] as const)
      : []),
  ];
}

/** What is taken away is the same in all plans, and would drown the rest. */
function planOf(profile: AgentProfile, over: Partial<Launch>) {
  const packetIn =
    profile.packetIn === 'runFolder' ? { packet: '/home/ada/.cache/baton/runs/s/packet.md' } : {};
  const plan = launchPlan(profile, launchIn(root, { ...packetIn, ...over }));
  const kept = Object.entries(plan.env).filter(([, value]) => value !== null);
  return { ...plan, env: Object.fromEntries(kept) };
}

/** Those of the economy lane that are made of others are launched, too. */
const profiles = builtInProfiles.flatMap((profile) => {
  const cheap = economyProfile(profile);
  return cheap === undefined || cheap === profile ? [profile] : [profile, cheap];
});

suite('the launch plan of', () => {
  for (const profile of profiles) {
    test(`${profile.id} is exactly this, in every way it can be launched`, () => {
      const plans = Object.fromEntries(waysOf(profile).map(([way, over]) => [way, planOf(profile, over)]));
      const path = resolve(folder, `${profile.id}.json`);
      if (process.env['UPDATE'] === '1') {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, `${JSON.stringify(plans, null, 2)}\n`);
      }
      assert.ok(existsSync(path), `${path} is missing: run with UPDATE=1 and look at what it holds`);
      assert.deepEqual(JSON.parse(JSON.stringify(plans)), JSON.parse(readFileSync(path, 'utf8')));
    });

    test(`${profile.id} loses the marks of every agent, and keeps no other variable than its own`, () => {
      const { env } = launchPlan(profile, launchIn(root));
      const taken = Object.keys(env).filter((name) => env[name] === null);
      const marks = builtInProfiles.flatMap(({ childMarkers }) => childMarkers);
      const given = [...Object.keys(profile.env), ...Object.keys(profile.hookEnv)];
      const expected = [...scrubbedVariables, ...marks, ...profile.envUnset];
      assert.deepEqual(taken.sort(), [...new Set(expected)].filter((name) => !given.includes(name)).sort());
    });
  }

  test('no fixture is left of a profile that is gone', () => {
    assert.deepEqual(readdirSync(folder).sort(), profiles.map(({ id }) => `${id}.json`).sort());
  });
});
