/** The proof of an agent proves what it says: it fails where the agent does not do what was promised. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { type AgentProfileInput, agentProfileSchema } from '../../src/core/model/agent-profile';
import { proveAgent } from '../../src/doctor/prove-agent';
import { openRig, type RigTools } from '../../src/doctor/rig';
import { runningIn } from '../agents/support/running-in';
import { withRepository } from './support/with-repository';

const tools: RigTools = {
  node: process.execPath,
  nodeEnv: {},
  cli: resolve(import.meta.dirname, '../../dist/cli.js'),
  path: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
};
const program = resolve(import.meta.dirname, 'support/fake-agent.mjs');

type Flaw = 'none' | 'deaf' | 'blind' | 'forgetful' | 'alone' | 'mute' | 'stuck';

/** An agent that is this very Node with a small program. */
function fakeAgent(flaw: Flaw, more: Partial<AgentProfileInput> = {}) {
  const hooked = { if: 'hooks', args: ['--start-hook', { hook: 'start' }] } as const;
  const served = ['--mcp', { file: 'mcp' }] as const;
  const server = { command: { ref: 'node' }, args: [{ ref: 'batonCli' }, 'mcp'] };
  const profile = agentProfileSchema.parse({
    schema: 1,
    id: 'fake',
    label: 'Fake agent',
    executables: ['fake'],
    args: [{ ref: 'prompt' }],
    headless: {
      args: [{ join: ['--session=', { ref: 'sessionId' }] }, ...served, hooked],
      resumeArgs: [{ join: ['--resume=', { ref: 'nativeSessionId' }] }, ...served, hooked],
      promptVia: 'stdin',
    },
    sessionIdFrom: 'preset',
    files: { mcp: { path: 'mcp.json', json: { mcpServers: { baton: server } } } },
    mcp: { supply: 'a file of the launch' },
    hooks: { supply: 'an argument of the launch', dialect: 'claude', events: ['start'] },
    probe: {
      args: [program, `--flaw=${flaw}`],
      env: { FAKE_MODEL: { ref: 'modelUrl' } },
      readTool: { name: 'read', arguments: { path: '$path' } },
      mcpTools: [{ name: 'baton_task_show', arguments: {} }],
    },
    ...more,
  } satisfies AgentProfileInput);
  return { profile, executable: process.execPath };
}

async function provenOf(
  agent: ReturnType<typeof fakeAgent>,
  limitMs?: number,
): Promise<Readonly<Record<string, string>>> {
  const { results } = await proveAgent(agent, tools, limitMs);
  return Object.fromEntries(results.map(({ claim, result }) => [claim, result]));
}

const allProven = { starts: 'proven', packet: 'proven', hooks: 'proven', resume: 'proven', mcp: 'proven' };
const notStarted = {
  ...{ starts: 'failed', packet: 'unproven', hooks: 'unproven', resume: 'unproven', mcp: 'unproven' },
};

suite('the proof of an agent', () => {
  test('proves all of an agent that does as it should', async () => {
    assert.deepEqual(await provenOf(fakeAgent('none')), allProven);
  });

  test('fails for hooks that are handed over and not run', async () => {
    assert.deepEqual(await provenOf(fakeAgent('deaf')), { ...allProven, hooks: 'failed' });
  });

  test('fails for a packet whose text does not arrive', async () => {
    assert.deepEqual(await provenOf(fakeAgent('blind')), { ...allProven, packet: 'failed' });
  });

  test('fails for a session that begins anew when it should go on', async () => {
    assert.deepEqual(await provenOf(fakeAgent('forgetful')), { ...allProven, resume: 'failed' });
  });

  test('fails for an MCP server that was handed over and whose tools are not there', async () => {
    assert.deepEqual(await provenOf(fakeAgent('alone')), { ...allProven, mcp: 'failed' });
  });

  test('fails for an agent that never asks its model', async () => {
    assert.deepEqual(await provenOf(fakeAgent('mute')), notStarted);
  });

  test('ends an agent that does not end by itself, within its limit', async () => {
    assert.deepEqual(await provenOf(fakeAgent('stuck'), 5000), notStarted);
  });

  test('counts the preparation of the agent into its limit', async () => {
    const { profile } = fakeAgent('none');
    assert.ok(profile.probe);
    const hanging = [['-e', 'setInterval(() => {}, 1000)']];
    const agent = fakeAgent('none', { probe: { ...profile.probe, setUp: hanging } });
    const { results } = await proveAgent(agent, tools, 3000);
    assert.match(results[0]?.detail ?? '', /preparation of Fake agent took too long/);
  });

  test('says of what it cannot try that it did not', async () => {
    const { profile, executable } = fakeAgent('none');
    const { hooks: _, probe, headless, ...bare } = profile;
    assert.ok(probe && headless);
    const { readTool: _tool, mcpTools: _tools, ...handless } = probe;
    const { resumeArgs: _args, ...once } = headless;
    const agent = { profile: { ...bare, headless: once, probe: { ...handless, mcpTools: [] } }, executable };
    const unproven = { packet: 'unproven', hooks: 'unproven', resume: 'unproven', mcp: 'unproven' };
    assert.deepEqual(await provenOf(agent), { ...allProven, ...unproven });
    assert.deepEqual(await provenOf({ profile: bare, executable }), { ...notStarted, starts: 'unproven' });
  });
});

suite('what Baton knows of agents', () => {
  test('is told outside a workspace folder too: which there are, and what can be proven of one', () =>
    withRepository(async (repository) => {
      const { data } = await repository.json(['agents']);
      const demo = data.agents.find(({ id }: { readonly id: string }) => id === 'demo');
      assert.equal(demo.installed, true);
      const proven = await repository.json(['agents', 'doctor', 'demo']);
      assert.deepEqual(
        proven.data?.agents.map(({ id }: { readonly id: string }) => id),
        ['demo'],
        JSON.stringify(proven.error),
      );
      assert.ok((await repository.json(['agents', 'trust', 'claude'])).ok);
      assert.equal((await repository.json(['task', 'list'])).error.code, 'not_initialized');
    }));
});

suite('the surroundings of a proof', () => {
  test('are gone with all that was started when it is over', async () => {
    const rig = await openRig([fakeAgent('none')], tools);
    const daemon = `const child = require('node:child_process').spawn(process.execPath,
      ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }); child.unref(); console.log(child.pid)`;
    const { stdout } = await rig.run(process.execPath, ['-e', daemon]);
    assert.deepEqual(await runningIn(rig.home), process.platform === 'linux' ? [Number(stdout)] : []);
    await rig.close();
    assert.deepEqual(await runningIn(rig.home), []);
    assert.equal(existsSync(rig.home), false);
  });

  test('hold nothing of the environment but where programs are', async () => {
    process.env['BATON_TASK_ID'] = '7';
    process.env['SOME_API_KEY'] = 'secret';
    const rig = await openRig([], tools);
    try {
      const { stdout } = await rig.run(process.execPath, ['-p', 'JSON.stringify(process.env)']);
      assert.doesNotMatch(stdout, /BATON_TASK_ID|SOME_API_KEY|secret/);
      assert.equal(JSON.parse(stdout).HOME, rig.home);
    } finally {
      delete process.env['BATON_TASK_ID'];
      delete process.env['SOME_API_KEY'];
      await rig.close();
    }
  });
});
