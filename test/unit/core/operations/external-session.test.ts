/** Agents that a person started by hand: first-class, and never stopped or restarted by Baton. Requirement 004-25. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { blockTask } from '../../../../src/core/operations/block-task';
import { beginExternal, endExternal } from '../../../../src/core/operations/external-session';
import { findSession } from '../../../../src/core/operations/find-session';
import { sweepSessions } from '../../../../src/core/operations/sweep-sessions';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { task } from '../sessions/session-example';
import { agentPid, atWork, recordOf, statusOf, withTask } from './session-support';

const { ttlMs, graceMs } = defaultIntervals;

async function withAgent() {
  const opened = await withTask();
  opened.ports.processes.running.set(agentPid, 'start-4242');
  return opened;
}

function refused(work: Promise<unknown>, code: Parameters<typeof isBatonError>[1]): Promise<void> {
  return assert.rejects(work, (error) => isBatonError(error, code));
}

suite('a session started by hand', () => {
  test('takes the task, starts it, and has a packet and a process like any other', async () => {
    const { workspace, ports } = await withAgent();
    const begun = await beginExternal(workspace, `#${task}`, { agent: 'vim', pid: agentPid });
    const { origin, agent, number, pid, pidStart, packet } = begun;
    assert.deepEqual([origin, agent, number, pid, pidStart], ['external', 'vim', 1, agentPid, 'start-4242']);
    assert.match(ports.fs.text(packet ?? '') ?? '', /JWT Service/);
    assert.equal(await statusOf(workspace), 'in_progress');
    assert.deepEqual(await recordOf(workspace, begun.id), begun);
  });

  test('holds the task: nobody else may start on it', async () => {
    const { workspace } = await withAgent();
    await beginExternal(workspace, task, { pid: agentPid });
    await refused(beginExternal(workspace, task, { agent: 'codex' }), 'session_live');
  });

  test('is found again by the agent’s own id, so that a hook begins it once', async () => {
    const { workspace } = await withAgent();
    const first = await beginExternal(workspace, task, { nativeId: 'native-1' });
    assert.deepEqual(await beginExternal(workspace, task, { nativeId: 'native-1' }), first);
    await refused(beginExternal(workspace, task, { nativeId: 'native-2' }), 'session_live');
  });

  test('ends when the agent says so, as intended and documented, and the task is released', async () => {
    const { workspace } = await withAgent();
    const { id } = await beginExternal(workspace, task, { pid: agentPid });
    const closed = await endExternal(workspace, id, {});
    assert.equal(closed.task.status, 'pending');
    const { end } = await recordOf(workspace, id);
    assert.deepEqual([end?.exitCode, end?.reason, end?.intended], [null, 'process', true]);
    await endExternal(workspace, id, { exitCode: 1 });
    assert.deepEqual((await recordOf(workspace, id)).end, end, 'ending it twice changes nothing');
  });

  test('keeps the exit code it is told', async () => {
    const { workspace } = await withAgent();
    const { id } = await beginExternal(workspace, task, {});
    await endExternal(workspace, id, { exitCode: 2 });
    const { end } = await recordOf(workspace, id);
    assert.deepEqual([end?.exitCode, end?.intended], [2, false]);
  });

  test('ends with its process, at the next look', async () => {
    const { workspace, ports } = await withAgent();
    await beginExternal(workspace, task, { pid: agentPid });
    ports.processes.running.delete(agentPid);
    assert.equal((await sweepSessions(workspace)).length, 1);
    assert.equal(await statusOf(workspace), 'pending');
  });

  test('without a process lives by its signs: commands keep it, silence ends it', async () => {
    const { workspace, ports } = await withAgent();
    const { id } = await beginExternal(workspace, task, {});
    for (let n = 0; n < 5; n++) {
      ports.clock.advance(ttlMs);
      await workspace.sessions.active(id);
      assert.deepEqual(await sweepSessions(workspace), []);
    }
    ports.clock.advance(ttlMs + graceMs);
    assert.equal((await sweepSessions(workspace)).length, 1);
  });

  test('begins also in a shell whose environment still names a session that is over', async () => {
    const { workspace } = await withAgent();
    const first = await beginExternal(workspace, task, {});
    const shell: BatonWorkspace = { ...workspace, acting: { ...workspace.acting, session: first.id } };
    await endExternal(shell, first.id, {});
    assert.equal((await beginExternal(shell, task, {})).number, 2);
  });

  test('takes nothing when the task is blocked, the process is not there, or there is no such task', async () => {
    const { workspace } = await withAgent();
    await refused(beginExternal(workspace, task, { pid: 9999 }), 'invalid_input');
    await refused(beginExternal(workspace, '999', {}), 'not_found');
    await blockTask(workspace, task, 'waiting');
    await refused(beginExternal(workspace, task, {}), 'transition_refused');
    assert.deepEqual(await workspace.sessions.list(), []);
    assert.equal(await statusOf(workspace), 'blocked');
  });

  test('that cannot begin for want of its packet leaves the task as it was, free for the next', async () => {
    const { workspace } = await withAgent();
    const resources = { ...workspace.resources, protocolFolder: '/nowhere' };
    await assert.rejects(beginExternal({ ...workspace, resources }, task, { pid: agentPid }));
    assert.deepEqual(await workspace.sessions.list(), []);
    assert.equal(await statusOf(workspace), 'pending');
    await beginExternal(workspace, task, { pid: agentPid });
    assert.equal(await statusOf(workspace), 'in_progress');
  });

  test('is another thing than one that Baton launched, which ends with its program', async () => {
    const { workspace, session } = await atWork();
    await refused(endExternal(workspace, session.id, {}), 'guard_failed');
    assert.equal((await recordOf(workspace, session.id)).end, null);
  });
});

suite('finding a session', () => {
  test('by its id, or by its task with or without #: the one that has not ended', async () => {
    const { workspace } = await withAgent();
    const first = await beginExternal(workspace, task, {});
    await endExternal(workspace, first.id, {});
    const second = await beginExternal(workspace, task, {});
    for (const words of [second.id, task, `#${task}`]) {
      assert.equal((await findSession(workspace, words)).id, second.id);
    }
    assert.equal((await findSession(workspace, first.id)).id, first.id);
    await refused(findSession(workspace, '999'), 'not_found');
  });
});
