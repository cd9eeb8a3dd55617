// The economy lane: what Baton may start by itself. Requirements 002-3, 002-13; regression test 3.3.7.
import assert from 'node:assert/strict';
import { consentFor } from '../../../../src/core/agents/consent';
import { economyProfile, requireEconomy } from '../../../../src/core/agents/economy';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { economyAgents } from '../../../../src/core/operations/economy-agents';
import { builtIn, builtInProfiles } from '../../../support/agent-profiles';
import { testHasher } from '../../../support/memory-ports';
import { launchIn } from './sample-launch';

const known = builtInProfiles.map((profile) => ({
  profile,
  executable: `/usr/bin/${profile.id}`,
  consent: undefined,
}));
const ids = (choice: readonly string[]) =>
  economyAgents(known, { agents: [...choice] }).map(({ profile }) => profile.id);

suite('the economy lane', () => {
  test('has a second, cheap profile of each agent whose data say how', () => {
    assert.deepEqual(ids([]), ['claude-economy', 'copilot-economy', 'gemini-economy']);
    const cheap = economyProfile(builtIn('claude'));
    assert.deepEqual(cheap?.headless?.args.slice(0, 3), ['--model', 'haiku', '-p']);
    assert.deepEqual(cheap?.headless?.resumeArgs?.slice(0, 2), ['--model', 'haiku']);
    assert.deepEqual([cheap?.lane, cheap?.label], ['economy', 'Claude Code (Haiku)']);
    assert.equal(economyProfile(builtIn('codex')), undefined);
  });

  test('follows the order that the person chose, and never takes another', () => {
    assert.deepEqual(ids(['gemini-economy', 'claude-economy']), ['gemini-economy', 'claude-economy']);
    assert.deepEqual(ids(['codex', 'claude', 'nobody']), []);
  });

  test('has the demonstration agent only where the person names it', () => {
    assert.ok(!ids([]).includes('demo'));
    assert.deepEqual(ids(['demo']), ['demo']);
  });

  test('has nothing that is not installed', () => {
    const absent = known.map((one) => ({ ...one, executable: undefined }));
    assert.deepEqual(economyAgents(absent, { agents: [] }), []);
  });

  test('asks for no consent of its own: its hooks are those of the agent it is made of', () => {
    const gemini = builtIn('gemini');
    const cheap = economyProfile(gemini);
    const { tools } = launchIn('/projects/shop');
    assert.ok(cheap);
    assert.deepEqual(consentFor(cheap, tools, testHasher), consentFor(gemini, tools, testHasher));
    assert.notEqual(consentFor(gemini, tools, testHasher), undefined);
  });

  test('is asserted on what is about to be started', () => {
    const cheap = economyProfile(builtIn('claude'));
    assert.ok(cheap);
    const plan = { agent: cheap.id, mode: 'headless' as const, args: ['--model', 'haiku', '-p'] };
    requireEconomy(cheap, plan);
    const refused = (over: Partial<typeof plan> | { mode: 'interactive' }, profile = cheap) =>
      assert.throws(
        () => requireEconomy(profile, { ...plan, ...over }),
        (error) => isBatonError(error, 'launch_refused'),
      );
    refused({ args: ['-p'] });
    refused({ args: ['--model', 'opus', '-p'] });
    refused({ mode: 'interactive' });
    refused({ agent: 'claude' });
    refused({}, { ...cheap, lane: 'vip' });
    refused({}, builtIn('claude'));
  });
});
