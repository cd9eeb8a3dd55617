// agent.status and agent.control: what they change, and for whom. Requirements 001-15, 001-16.
import assert from 'node:assert/strict';
import { type ErrorCode, isBatonError } from '../../../../src/core/base/baton-error';
import {
  type BackgroundChange,
  type BackgroundChoice,
  noBackgroundChoice,
} from '../../../../src/core/model/background';
import {
  type ChoiceKeeper,
  type ControlRequest,
  controlAgents,
} from '../../../../src/core/operations/agent-control';
import { agentStatus } from '../../../../src/core/operations/agent-status';
import { createTask } from '../../../../src/core/operations/create-task';
import { prepareLaunch } from '../../../../src/core/operations/launch-session';
import { addToQueue } from '../../../../src/core/operations/queue-list';
import { offEnvironment, switchesIn } from '../../../../src/core/operations/switches';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { builtIn } from '../../../support/agent-profiles';
import { memoryWorkspace, openMemory } from '../../../support/memory-workspace';
import { agentPid, atWork } from './session-support';

class Choices implements ChoiceKeeper {
  choice: BackgroundChoice = noBackgroundChoice;

  async read(): Promise<BackgroundChoice> {
    return this.choice;
  }

  async change(_root: string, change: BackgroundChange): Promise<BackgroundChoice> {
    const made = typeof change === 'function' ? change(this.choice) : change;
    this.choice = { ...this.choice, ...made };
    return this.choice;
  }
}

const refused = (code: ErrorCode) => (error: unknown) => isBatonError(error, code);

suite('controlling agents', () => {
  const controlling = (workspace: BatonWorkspace, choices: Choices) => (request: ControlRequest) =>
    controlAgents(workspace, request, choices);

  test('pauses and resumes all that starts by itself, and says whether anything changed', async () => {
    const { workspace } = await atWork();
    const choices = new Choices();
    const control = controlling(workspace, choices);
    const steps = [
      [await control({ action: 'state' }), false, null],
      [await control({ action: 'pause' }), true, '2026-11-21T07:28:00.000Z'],
      [await control({ action: 'pause' }), false, '2026-11-21T07:28:00.000Z'],
      [await control({ action: 'resume' }), true, null],
      [await control({ action: 'resume' }), false, null],
    ] as const;
    for (const [{ changed, status }, expected, pausedAt] of steps) {
      assert.deepEqual([changed, status.pausedAt], [expected, pausedAt]);
    }
  });

  test('ends a pause that the person set only when they have agreed, whoever else has paused before or since', async () => {
    const { workspace } = await atWork();
    const choices = new Choices();
    const control = controlling(workspace, choices);
    const byPerson = { pausedAt: '2026-11-21T07:00:00.000Z' };
    await choices.change('', byPerson);
    await assert.rejects(control({ action: 'resume' }), refused('consent_needed'));
    assert.equal((await control({ action: 'pause' })).changed, false);
    await assert.rejects(control({ action: 'resume' }), refused('consent_needed'));
    assert.equal(choices.choice.pausedAt, byPerson.pausedAt);
    assert.equal((await control({ action: 'resume', confirmed: true })).status.pausedAt, null);
    await control({ action: 'pause' });
    await choices.change('', byPerson);
    await assert.rejects(control({ action: 'resume' }), refused('consent_needed'));
  });

  test('holds one task by its id or its session, ends nothing, and lets it go on again', async () => {
    const { ports, workspace, session } = await atWork();
    const choices = new Choices();
    const control = controlling(workspace, choices);
    const held = await control({ action: 'pause', target: session.id });
    assert.deepEqual([held.task, held.status.held], ['101', ['101']]);
    assert.equal(ports.processes.running.has(agentPid), true);
    assert.equal(
      (await control({ action: 'state', target: '#101' })).text,
      'Nothing is started by itself on #101',
    );
    await control({ action: 'resume', target: '101' });
    assert.deepEqual(choices.choice.held, []);
    await assert.rejects(control({ action: 'pause', target: '404' }), refused('not_found'));
  });

  test('holds every task that is paused at once with others', async () => {
    const { workspace } = await atWork();
    const choices = new Choices();
    const more = [1, 2, 3].map(() => createTask(workspace, { title: 'One more' }));
    const ids = (await Promise.all(more)).map(({ id }) => id);
    const control = controlling(workspace, choices);
    await Promise.all(ids.map((target) => control({ action: 'pause', target })));
    assert.deepEqual(new Set(choices.choice.held), new Set(ids));
    await Promise.all(ids.map((target) => control({ action: 'resume', target })));
    assert.deepEqual(choices.choice.held, []);
  });

  test('ends an agent only when a person has agreed, and its task is given back', async () => {
    const { ports, workspace, session } = await atWork();
    const control = controlling(workspace, new Choices());
    await assert.rejects(control({ action: 'cancel', target: '101' }), refused('consent_needed'));
    await assert.rejects(control({ action: 'cancel', confirmed: true }), refused('usage'));
    assert.equal(ports.processes.running.has(agentPid), true);
    const done = await control({ action: 'cancel', target: '101', confirmed: true });
    assert.equal(done.changed, true);
    assert.equal((await workspace.sessions.get(session.id))?.end?.reason, 'user');
    assert.deepEqual(done.status.agents, []);
    assert.equal(ports.processes.running.has(agentPid), false);
  });

  test('is not for an agent at work, which may look', async () => {
    const { ports, session } = await atWork();
    const agent = await openMemory(ports, { actor: 'agent', session: session.id });
    const control = controlling(agent, new Choices());
    for (const action of ['pause', 'resume', 'cancel'] as const)
      await assert.rejects(control({ action, target: '101', confirmed: true }), refused('guard_failed'));
    assert.equal((await control({ action: 'state' })).status.agents.length, 1);
  });

  test('tells who is at work, what waits, and what is switched off', async () => {
    const { workspace } = await atWork();
    await addToQueue(workspace, { task: '101', prompt: undefined, priority: undefined });
    const status = await agentStatus(workspace, noBackgroundChoice);
    assert.deepEqual(
      status.agents.map(({ view, title }) => [view.session.task, view.liveness, title]),
      [['101', 'live', 'JWT Service']],
    );
    assert.equal(status.queue.running, 1);
    assert.deepEqual(status.switches, { agentRuntime: true, memory: true, workers: true });
    const off = { ...workspace, acting: { ...workspace.acting, off: switchesIn('memory, unknown') } };
    assert.deepEqual((await agentStatus(off, noBackgroundChoice)).switches, {
      ...{ agentRuntime: true, memory: false, workers: true },
    });
  });
});

suite('the switches', () => {
  test('reach another process as a variable, and nothing is set where nothing is off', () => {
    assert.deepEqual(offEnvironment([]), {});
    assert.deepEqual(switchesIn(offEnvironment(['memory', 'workers'])['BATON_OFF']), ['memory', 'workers']);
    assert.deepEqual(switchesIn(undefined), []);
  });

  test('reach an agent that is launched, and nothing is added where nothing is off', async () => {
    for (const off of [[], ['memory']] as const) {
      const { workspace } = await memoryWorkspace({ acting: { off } });
      const { id } = await createTask(workspace, { title: 'One', criteria: ['c'] });
      const { plan } = await prepareLaunch(workspace, id, { agent: builtIn('claude') });
      assert.equal(plan.env['BATON_OFF'], off[0]);
    }
  });
});
