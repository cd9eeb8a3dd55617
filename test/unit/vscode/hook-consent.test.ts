// Hooks that answer a question of safety: asked once, remembered for exactly what was shown, and taken back.
import assert from 'node:assert/strict';
import type { Consent } from '../../../src/core/agents/consent';
import { verifyConsentKey } from '../../../src/core/evidence/verify-command';
import { agentProfileSchema } from '../../../src/core/model/agent-profile';
import type { KnownAgent } from '../../../src/core/operations/list-agents';
import { nodeHasher } from '../../../src/node/node-ports';
import { type HookAnswer, HookConsent } from '../../../src/vscode/hook-consent';
import { memento } from './support';

function agent(shows: string | undefined, id = 'asking'): KnownAgent {
  const hooks = { supply: 'a flag', dialect: 'claude', events: ['start'] };
  const profile = agentProfileSchema.parse({
    ...{ schema: 1, id, label: 'Asking Agent', executables: ['asking'], args: [], hooks },
  });
  const consent: Consent | undefined =
    shows === undefined ? undefined : { key: `${id}:${shows}`, question: 'Trust it?', shows, files: [] };
  return { profile, executable: '/bin/asking', consent };
}

/** A consent with what it asked and set up; `answers` are given one after the other. */
function consents(...answers: (HookAnswer | Error)[]) {
  const agreed = new Set<string>();
  const asked: string[] = [];
  const setUps: string[] = [];
  const consent = new HookConsent(
    {
      read: async () => new Set(agreed),
      add: async (key) => void agreed.add(key),
      remove: async (key) => void agreed.delete(key),
      setUp: async ({ profile }) => {
        if (profile.id === 'refusing') throw new Error('its program failed');
        setUps.push(profile.id);
      },
    },
    memento(),
    async (label, { shows }) => {
      asked.push(`${label}: ${shows}`);
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
      return answer;
    },
  );
  return { consent, agreed, asked, setUps };
}

suite('consent to hooks', () => {
  test('is not asked of an agent whose hooks need none', async () => {
    const { consent, asked } = consents();
    assert.deepEqual([...(await consent.settle(agent(undefined)))], []);
    assert.deepEqual(asked, []);
    assert.equal(consent.standing(agent(undefined), new Set()), 'free');
  });

  test('is asked once with the exact command, set up, and then used', async () => {
    const { consent, asked, setUps } = consents('use');
    const one = agent('baton hook start');
    assert.equal(consent.standing(one, await consent.agreed()), 'open');
    for (let launch = 0; launch < 3; launch++) {
      assert.deepEqual([...(await consent.settle(one))], ['asking:baton hook start']);
    }
    assert.deepEqual(asked, ['Asking Agent: baton hook start']);
    assert.deepEqual(setUps, ['asking']);
    assert.equal(consent.standing(one, await consent.agreed()), 'agreed');
  });

  test('is asked anew when the command changes', async () => {
    const { consent, asked } = consents('use', 'use');
    await consent.settle(agent('one command'));
    await consent.settle(agent('another command'));
    assert.equal(asked.length, 2);
  });

  test('that is declined is remembered too, and the agent is launched without', async () => {
    const { consent, asked } = consents('without');
    const one = agent('baton hook start');
    for (let launch = 0; launch < 2; launch++) assert.deepEqual([...(await consent.settle(one))], []);
    assert.equal(asked.length, 1);
    assert.equal(consent.standing(one, await consent.agreed()), 'declined');
  });

  test('remembers nothing of a launch that was given up, or whose set-up failed', async () => {
    const given = consents(new Error('given up'));
    await assert.rejects(given.consent.settle(agent('x')), /given up/);
    assert.equal(given.consent.standing(agent('x'), await given.consent.agreed()), 'open');
    const failed = consents('use');
    await assert.rejects(failed.consent.settle(agent('x', 'refusing')), /its program failed/);
    assert.deepEqual([...failed.agreed], []);
  });

  test('is asked again once it is forgotten, whatever the answer was', async () => {
    for (const answer of ['use', 'without'] as const) {
      const { consent, asked } = consents(answer, answer);
      await consent.settle(agent('x'));
      const [given, ...more] = await consent.answers();
      assert.deepEqual(given, { key: 'asking:x', agent: 'asking', answer });
      assert.deepEqual(more, []);
      assert.ok(given);
      await consent.forget(given);
      assert.deepEqual(await consent.answers(), []);
      await consent.settle(agent('x'));
      assert.equal(asked.length, 2);
    }
  });

  test('is not mixed up with consents to commands that verify features, which are forgotten together', async () => {
    const { consent, agreed } = consents('use');
    await consent.settle(agent('x'));
    const key = verifyConsentKey(nodeHasher, '/project', 'npm test');
    agreed.add(key);
    assert.deepEqual(
      (await consent.answers()).map((given) => given.agent),
      ['asking'],
    );
    assert.deepEqual(await consent.commandKeys(), [key]);
    await consent.forgetCommands();
    assert.deepEqual([...agreed], ['asking:x']);
  });
});
