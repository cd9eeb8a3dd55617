import assert from 'node:assert/strict';
import { agentProfileSchema } from '../../../src/core/model/agent-profile';
import { ModelServer } from '../../../src/doctor/model-server';
import { proveAgent } from '../../../src/doctor/prove-agent';
import type { Rig } from '../../../src/doctor/rig';

const profile = agentProfileSchema.parse({
  schema: 1,
  id: 'fake',
  label: 'Fake agent',
  executables: ['fake'],
  args: [{ ref: 'prompt' }],
  headless: { args: [], promptVia: 'stdin' },
  probe: { args: [] },
});
const tools = { node: '/node', nodeEnv: {}, cli: '/cli.js', path: '/bin' };

suite('the proof of one agent', () => {
  test('is told also where what it made cannot be cleared away, and says so', async () => {
    const nothing = { code: 3, signal: null, late: false, stdout: '', stderr: 'no licence' };
    const rig: Rig = {
      root: '/rig/project',
      home: '/rig/home',
      model: new ModelServer([]),
      baton: async () => nothing,
      json: async () => ({ task: { id: '1' } }),
      start: () => assert.fail('nothing is left running'),
      run: async () => nothing,
      close: async () => {
        throw new Error('EBUSY: /rig');
      },
    };
    const { results } = await proveAgent({ profile, executable: '/fake' }, tools, 1000, async () => rig);
    assert.deepEqual(
      results.map(({ claim, result }) => `${claim} ${result}`),
      ['starts failed', 'packet unproven', 'hooks unproven', 'resume unproven', 'mcp unproven'],
    );
    assert.match(
      results[0]?.detail ?? '',
      /exit code 3.*no licence\. Something of the proof was left behind: EBUSY/,
    );
  });
});
