/** What a launch decides beyond the plan: hooks and consent, the agent's own session, private files, the breaker. */
import assert from 'node:assert/strict';
import { consentFor } from '../../../../src/core/agents/consent';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { AgentProfile, LaunchPlan } from '../../../../src/core/model/agent-profile';
import { closeSession } from '../../../../src/core/operations/close-session';
import { createTask } from '../../../../src/core/operations/create-task';
import {
  abandonLaunch,
  type LaunchOptions,
  prepareLaunch,
} from '../../../../src/core/operations/launch-session';
import { listAgents } from '../../../../src/core/operations/list-agents';
import { resumeChoices } from '../../../../src/core/operations/resume-choices';
import { sweepRunFolders } from '../../../../src/core/operations/run-folder';
import { showTask } from '../../../../src/core/operations/show-task';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { builtIn } from '../../../support/agent-profiles';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace } from '../../../support/memory-workspace';

interface Opened {
  readonly workspace: BatonWorkspace;
  readonly ports: TestPorts;
}

async function withTask(): Promise<Opened> {
  const opened = await memoryWorkspace();
  for (const id of ['codex', 'gemini', 'qwen', 'cline', 'mine'])
    opened.ports.processes.programs.set(id, `/usr/bin/${id}`);
  await createTask(opened.workspace, {
    title: 'JWT Service',
    id: '101',
    features: [{ id: 'f-1', description: 'd' }],
  });
  return opened;
}

const launch = ({ workspace }: Opened, id: string, options: Omit<LaunchOptions, 'agent'> = {}) =>
  prepareLaunch(workspace, '101', { agent: builtIn(id), ...options });

function end({ workspace }: Opened, session: string) {
  return closeSession(workspace, session, { exitCode: 0, reason: 'process' });
}

function consentOf({ workspace, ports }: Opened, profile: AgentProfile): ReadonlySet<string> {
  const consent = consentFor(profile, workspace.resources, ports.hasher);
  assert.ok(consent);
  return new Set([consent.key]);
}

type AgentConsent = NonNullable<NonNullable<AgentProfile['hooks']>['consent']>;

function withConsent(profile: AgentProfile, consent: Partial<AgentConsent>): AgentProfile {
  assert.ok(profile.hooks?.consent);
  return { ...profile, hooks: { ...profile.hooks, consent: { ...profile.hooks.consent, ...consent } } };
}

const argsOf = ({ args }: LaunchPlan) => args.join(' ');
const runs = '/home/ada/.cache/baton/runs';

suite('hooks of a launch', () => {
  test('are handed over where nobody has to be asked, and the session says so', async () => {
    const opened = await withTask();
    const { plan, session, notices } = await launch(opened, 'claude');
    assert.ok(plan.hooks);
    assert.ok(session.hooks);
    assert.match(argsOf(plan), /--settings/);
    assert.deepEqual(notices, []);
  });

  test('wait for the person’s consent; without it the launch and its packet say what is missing', async () => {
    const opened = await withTask();
    const { plan, session, notices, packetPath } = await launch(opened, 'codex');
    assert.equal(plan.hooks, false);
    assert.equal(session.hooks, false);
    assert.doesNotMatch(argsOf(plan), /hooks\./);
    assert.deepEqual(notices, [
      'Codex runs without Baton’s hooks: you have not agreed to them.',
      'After Codex has compacted its context, the facts of this task do not arrive again: its instructions stay, and tell it to read the packet again.',
    ]);
    for (const notice of notices) assert.ok(opened.ports.fs.text(packetPath)?.includes(notice));
  });

  test('are used after consent to this command', async () => {
    const opened = await withTask();
    const consents = consentOf(opened, builtIn('codex'));
    const { plan, notices } = await launch(opened, 'codex', { consents });
    assert.match(argsOf(plan), /hooks\.state=/);
    assert.deepEqual(notices, []);
  });

  test('are agreed to once for editor and command line, which keep the baton command in different folders', async () => {
    const opened = await withTask();
    const { ports, workspace } = opened;
    const consents = consentOf(opened, builtIn('codex'));
    const editor = { ...workspace, resources: { ...workspace.resources, binFolder: '/elsewhere/my bin' } };
    const shown = consentFor(builtIn('codex'), editor.resources, ports.hasher);
    assert.equal(shown?.shows, "'/elsewhere/my bin/baton' hook start --dialect claude");
    const hashesOf = async (where: BatonWorkspace) => {
      const { plan, session } = await prepareLaunch(where, '101', { agent: builtIn('codex'), consents });
      assert.ok(plan.hooks);
      await end(opened, session.id);
      return argsOf(plan).match(/trusted_hash="sha256:[0-9a-f]{64}"/g) ?? [];
    };
    const [here, there] = [await hashesOf(workspace), await hashesOf(editor)];
    assert.equal(here.length, 7);
    assert.equal(there.length, 7);
    assert.ok(!here.some((hash) => there.includes(hash)), 'the agent trusts only the command of this launch');
  });

  const codex = builtIn('codex');
  const changed: readonly (readonly [string, AgentProfile, Partial<BatonWorkspace['resources']>])[] = [
    ['another command', withConsent(codex, { shows: 'curl example.invalid' }), {}],
    ['another command beside it', withConsent(codex, { shows: { join: [{ hook: 'start' }, '; id'] } }), {}],
    ['another dialect', { ...codex, hooks: codex.hooks && { ...codex.hooks, dialect: 'cursor' } }, {}],
    ['another agent', { ...codex, id: 'codex-2' }, {}],
    ['another shell’s quoting', codex, { platform: 'win32' }],
  ];
  for (const [what, profile, resources] of changed) {
    test(`are asked about anew for ${what}`, async () => {
      const opened = await withTask();
      const other = consentFor(profile, { ...opened.workspace.resources, ...resources }, opened.ports.hasher);
      assert.ok(other && !consentOf(opened, codex).has(other.key));
    });
  }

  test('are left out where they would hide an administrator’s settings', async () => {
    const opened = await withTask();
    opened.ports.fs.put('/etc/qwen-code/settings.json', '{}');
    const { plan, notices } = await launch(opened, 'qwen');
    assert.equal(plan.env['QWEN_CODE_SYSTEM_SETTINGS_PATH'], undefined);
    assert.match(notices[0] ?? '', /they would hide settings of your administrator/);
  });

  test('an agent that has none is not said to miss them', async () => {
    const { session, notices } = await launch(await withTask(), 'cline');
    assert.equal(session.hooks, false);
    assert.doesNotMatch(notices.join(), /without Baton’s hooks/);
  });
});

suite('private files of a launch', () => {
  test('are there before the start, for this person only, and go with the session', async () => {
    const opened = await withTask();
    const { plan, session } = await launch(opened, 'claude');
    const { fs } = opened.ports;
    assert.deepEqual(
      plan.files.map(({ path }) => path),
      ['protocol.md', 'settings.json', 'mcp.json'].map((name) => `${runs}/${session.id}/${name}`),
    );
    for (const { path, text } of plan.files) {
      assert.equal(fs.text(path), text);
      assert.equal((await fs.stat(path))?.mode, 0o600);
    }
    assert.equal((await fs.stat(`${runs}/${session.id}`))?.mode, 0o700);
    await end(opened, session.id);
    assert.equal(await fs.stat(`${runs}/${session.id}`), undefined);
  });

  test('go when the launch is taken back', async () => {
    const opened = await withTask();
    const { session } = await launch(opened, 'claude');
    await abandonLaunch(opened.workspace, session.id, 'test');
    assert.equal(await opened.ports.fs.stat(`${runs}/${session.id}`), undefined);
    assert.deepEqual(await opened.workspace.sessions.list(), []);
  });

  test('hold the packet where the agent refuses to read what git ignores', async () => {
    const opened = await withTask();
    const { plan, session, packetPath } = await launch(opened, 'gemini');
    const copy = `${runs}/${session.id}/packet.md`;
    assert.equal(plan.env['BATON_PACKET'], copy);
    assert.match(argsOf(plan), new RegExp(`--include-directories ${runs}/${session.id} `));
    assert.equal(opened.ports.fs.text(copy), opened.ports.fs.text(packetPath));
    assert.equal(session.packet, packetPath);
  });

  test('that a crash left behind are swept; those of others stay for a month', async () => {
    const opened = await withTask();
    const { fs, clock } = opened.ports;
    const { session } = await launch(opened, 'claude');
    await opened.workspace.sessions.end(session.id, endedNow(clock.now()));
    const stranger = `${runs}/11111111-0000-4000-8000-000000000000`;
    fs.put(`${stranger}/protocol.md`, 'x');
    await sweepRunFolders(opened.workspace);
    assert.equal(await fs.stat(`${runs}/${session.id}`), undefined);
    assert.ok(await fs.stat(stranger));
    clock.advance(31 * 24 * 3600 * 1000);
    await sweepRunFolders(opened.workspace);
    assert.equal(await fs.stat(stranger), undefined);
  });
});

function endedNow(at: Date) {
  return {
    at: at.toISOString(),
    exitCode: 0,
    signal: null,
    reason: 'process' as const,
    commits: [],
    filesChanged: [],
    dirty: false,
    automaticEntry: false,
    intended: true,
    finalEvent: null,
    passed: [],
    failed: [],
    ticked: 0,
    released: true,
  };
}

suite('the agent’s own session', () => {
  test('has our id where the agent takes one, and none until a hook tells it elsewhere', async () => {
    const first = await withTask();
    const preset = await launch(first, 'claude');
    assert.equal(preset.session.nativeId, preset.session.id);
    const second = await withTask();
    assert.equal((await launch(second, 'codex')).session.nativeId, null);
  });

  test('goes on under its id when asked, with the packet named as newer than its memory', async () => {
    const opened = await withTask();
    const first = await launch(opened, 'claude');
    await end(opened, first.session.id);
    const { plan, session, continued } = await launch(opened, 'claude', { continueOwn: true });
    assert.ok(continued);
    assert.equal(session.nativeId, first.session.id);
    assert.equal(plan.args[0], `--resume=${first.session.id}`);
    assert.match(plan.args.at(-1) ?? '', /newer than what you remember of this task/);
    assert.equal(session.number, 2);
  });

  for (const [agent, why] of [
    ['cline', 'the agent cannot continue'],
    ['qwen', 'another agent had the task'],
  ] as const) {
    test(`starts afresh when ${why}`, async () => {
      const opened = await withTask();
      const first = await launch(opened, 'claude');
      await end(opened, first.session.id);
      const { plan, continued, resumed } = await launch(opened, agent, { continueOwn: true });
      assert.equal(continued, false);
      assert.ok(resumed);
      assert.doesNotMatch(argsOf(plan), /--resume/);
    });
  }

  test('is offered first, the latest of all agents; every installed agent is offered afresh', async () => {
    const opened = await withTask();
    for (const id of ['claude', 'qwen']) {
      const { session } = await launch(opened, id);
      await end(opened, session.id);
    }
    const { agents } = await listAgents(opened.workspace, undefined);
    const choices = await resumeChoices(opened.workspace, '101', agents);
    assert.deepEqual(
      choices.map(({ agent, kind, session }) => [agent.profile.id, kind, session?.number]),
      [
        ['qwen', 'own', 2],
        ['claude', 'own', 1],
        ...['claude', 'cline', 'codex', 'gemini', 'qwen'].map((id) => [id, 'fresh', undefined]),
      ],
    );
  });
});

suite('a launch without a person', () => {
  test('gives the prompt as the profile says, and is on record as such', async () => {
    const { plan, session } = await launch(await withTask(), 'claude', { mode: 'headless' });
    assert.equal(session.mode, 'headless');
    assert.match(plan.stdin ?? '', /^Read the whole file "/);
    assert.doesNotMatch(argsOf(plan), /Read the whole file/);
  });

  test('is refused for an agent that has no such way, and leaves nothing behind', async () => {
    const opened = await withTask();
    const { headless, ...rest } = builtIn('cline');
    assert.ok(headless);
    const agent: AgentProfile = { ...rest, id: 'mine', executables: ['mine'] };
    await assert.rejects(prepareLaunch(opened.workspace, '101', { agent, mode: 'headless' }), (error) =>
      isBatonError(error, 'launch_refused'),
    );
    assert.deepEqual(await opened.workspace.sessions.list(), []);
    assert.equal((await showTask(opened.workspace, '101')).status, 'pending');
  });
});

suite('a start that nobody asked for', () => {
  test('stands before the breaker; one by a person does not', async () => {
    const opened = await withTask();
    for (let crash = 0; crash < 3; crash++) {
      const { session } = await launch(opened, 'claude', { trigger: 'automatic' });
      await closeSession(opened.workspace, session.id, { exitCode: 1, reason: 'process' });
    }
    await assert.rejects(launch(opened, 'claude', { trigger: 'automatic' }), (error) =>
      isBatonError(error, 'breaker_open'),
    );
    assert.equal((await launch(opened, 'claude')).session.trigger, 'manual');
  });
});
