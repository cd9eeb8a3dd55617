import assert from 'node:assert/strict';
import { agentProfileSchema } from '../../../src/core/model/agent-profile';
import {
  probedProfile,
  probeEnvironment,
  probeFiles,
  probeSetUp,
  readStep,
  shellStep,
} from '../../../src/doctor/probe-profile';
import { builtInProfiles } from '../../support/agent-profiles';

const around = { home: '/private/home', workspace: '/private/ws', modelUrl: 'http://127.0.0.1:4711' };
const program = '/private/bin/program';

suite('the profile of a proof', () => {
  for (const profile of builtInProfiles) {
    const { probe } = profile;
    if (!probe) continue;
    const { id, label } = profile;

    test(`of ${label} is one that a person could have written, and differs only by the probe`, () => {
      const probed = agentProfileSchema.parse(probedProfile(profile, program, around));
      assert.deepEqual(probed.executables, [program]);
      assert.equal(probed.probe, undefined);
      const front = probe.args.length;
      assert.deepEqual(probed.args.slice(front), profile.args);
      assert.deepEqual(probed.headless?.args.slice(front), profile.headless?.args);
      assert.deepEqual(probed.headless?.resumeArgs?.slice(front), profile.headless?.resumeArgs);
      assert.deepEqual(probed.hooks, profile.hooks);
    });

    test(`of ${label} leads it to the model on loopback`, () => {
      const told = JSON.stringify([
        probedProfile(profile, program, around),
        probeFiles(id, probe, around),
        probeSetUp(id, probe, around),
      ]);
      assert.ok(!told.includes('{"ref":"modelUrl"}'), 'the launch does not know that address');
      const hosts = told.match(/https?:\/\/[^/"\\]+/g) ?? [];
      assert.deepEqual(new Set(hosts), new Set([around.modelUrl]));
    });

    test(`of ${label} says by which tools its model reads and runs, as they are`, () => {
      const path = `/ws/$& $1 "a" 'b'/packet.md`;
      assert.ok(JSON.stringify(readStep(probe, path)).includes(JSON.stringify(path).slice(1, -1)));
      const command = `echo '$&' "$HOME" $(true)`;
      assert.ok(JSON.stringify(shellStep(probe, command)).includes(JSON.stringify(command).slice(1, -1)));
    });
  }

  test('without a probe is the profile with its program', () => {
    const bare = { schema: 1, id: 'own', label: 'Own', executables: ['own'], args: [] } as const;
    const profile = agentProfileSchema.parse(bare);
    assert.deepEqual(probedProfile(profile, program, around), { ...profile, executables: [program] });
  });

  test('puts the address and the home into the environment, and leaves the rest to the launch', () => {
    const probe = agentProfileSchema.parse({
      ...{ schema: 1, id: 'own', label: 'Own', executables: ['own'], args: [] },
      probe: {
        env: { A: { join: [{ ref: 'modelUrl' }, '/v1'] }, B: { ref: 'home' }, C: { ref: 'workspace' } },
      },
    }).probe;
    assert.ok(probe);
    assert.deepEqual(Object.fromEntries(probeEnvironment(probe, around)), {
      A: { join: ['http://127.0.0.1:4711', '/v1'] },
      B: '/private/home',
      C: { ref: 'workspace' },
    });
  });
});
