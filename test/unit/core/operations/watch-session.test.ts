/** A launch whose start could not be written down: the program runs, and the record must come to say so. */
import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { closeSession } from '../../../../src/core/operations/close-session';
import { prepareLaunch } from '../../../../src/core/operations/launch-session';
import { beatWatched } from '../../../../src/core/operations/watch-session';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { builtIn } from '../../../support/agent-profiles';
import { task } from '../sessions/session-example';
import { agentPid, atWork, beside, recordOf, startOn, statusOf, withTask } from './session-support';

async function launched() {
  const opened = await withTask();
  opened.ports.processes.running.set(agentPid, 'start-4242');
  const { session } = await prepareLaunch(opened.workspace, task, { agent: builtIn('claude') });
  return { ...opened, session };
}

suite('whoever watches a launched program', () => {
  test('writes its process and the start of the task down with a beat, where that failed at the start', async () => {
    const { workspace, session } = await launched();
    await beatWatched(workspace, session.id, agentPid);
    const { pid, pidStart } = await recordOf(workspace, session.id);
    assert.deepEqual([pid, pidStart], [agentPid, 'start-4242']);
    assert.equal(await statusOf(workspace), 'in_progress');
  });

  test('starts the task also where only that had failed', async () => {
    const { workspace, session } = await launched();
    await workspace.sessions.attachProcess(session.id, agentPid);
    await beatWatched(workspace, session.id, agentPid);
    assert.equal(await statusOf(workspace), 'in_progress');
  });

  test('renews the lease while the start still cannot be written down', async () => {
    const { workspace, ports, session } = await launched();
    ports.clock.advance(30_000);
    const full = { ...workspace, store: failingUpdates(workspace.store) };
    await assert.rejects(beatWatched(full, session.id, agentPid), (error) =>
      isBatonError(error, 'io_failed'),
    );
    const { beatAt, pid } = await recordOf(workspace, session.id);
    assert.deepEqual([beatAt, pid], [ports.clock.now().toISOString(), agentPid]);
    assert.equal(await statusOf(workspace), 'acknowledged');
  });

  test('changes nothing of a task that went on, or of a session that is over', async () => {
    const { workspace, session } = await atWork();
    await beatWatched(workspace, session.id, 99);
    assert.equal((await recordOf(workspace, session.id)).pid, agentPid);
    await closeSession(workspace, session.id, { exitCode: 0, reason: 'process' });
    const ended = await recordOf(workspace, session.id);
    await beatWatched(workspace, session.id, 99);
    assert.deepEqual(await recordOf(workspace, session.id), ended);
    assert.equal(await statusOf(workspace), 'pending');
  });
});

suite('a launch beside another one', () => {
  const again = (workspace: Parameters<typeof prepareLaunch>[0]) =>
    prepareLaunch(workspace, task, { agent: builtIn('claude') });

  test('whose launcher died before its process was known is told until when that holds, and what to do', async () => {
    const { ports, session } = await launched();
    const { ttlMs, graceMs } = defaultIntervals;
    const until = new Date(Date.parse(session.startedAt) + ttlMs + graceMs)
      .toISOString()
      .replace('.000Z', 'Z');
    const other = await beside(ports);
    await assert.rejects(again(other), (error) => {
      assert.ok(isBatonError(error, 'session_live'));
      assert.deepEqual(error.details, [
        'No process of it is known here: whoever launched it may be starting it just now, or has failed before.',
        `It holds the task until ${until}, unless it is heard of before.`,
      ]);
      assert.equal(error.hint, `If it runs, wait until it ends. If it does not, try again after ${until}.`);
      return true;
    });
    ports.clock.advance(ttlMs + graceMs);
    const { session: second } = await again(other);
    assert.equal(second.number, 2);
  });

  test('whose process is seen to run is told how to stop it', async () => {
    const { workspace, session } = await atWork();
    await assert.rejects(again(workspace), (error) => {
      assert.ok(isBatonError(error, 'session_live'));
      assert.equal(error.hint, `Wait until it ends, or stop it: baton session stop ${session.id}`);
      return true;
    });
  });

  test('is not refused because the shell still names a session of the task that is over', async () => {
    const { ports, workspace, session } = await atWork();
    await closeSession(workspace, session.id, { exitCode: 0, reason: 'process' });
    const shell = await beside(ports, { actor: 'agent', session: session.id });
    const { session: second } = await again(shell);
    await beatWatched(shell, second.id, agentPid);
    assert.deepEqual([second.number, await statusOf(workspace)], [2, 'in_progress']);
  });

  test('nor because the session it names was replaced', async () => {
    const { ports, workspace, session } = await atWork();
    await closeSession(workspace, session.id, { exitCode: 0, reason: 'process' });
    const followed = await startOn(workspace, ports);
    await closeSession(workspace, followed.id, { exitCode: 0, reason: 'process' });
    const shell = await beside(ports, { actor: 'agent', session: session.id });
    assert.equal((await again(shell)).session.number, 3);
  });
});

function failingUpdates<T extends object>(store: T): T {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'update') return () => Promise.reject(new BatonError('io_failed', 'The disk is full'));
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
