import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { closeSession } from '../../../../src/core/operations/close-session';
import { stopSession } from '../../../../src/core/operations/stop-session';
import { MemoryProcesses } from '../../../support/memory-processes';
import { openMemory } from '../../../support/memory-workspace';
import { agentPid, atWork, beside, logged, recordOf, statusOf } from './session-support';

const byPerson = { by: 'person' } as const;

suite('stopping an agent', () => {
  test('asks it to end, closes the session as intended, and releases the task', async () => {
    const { workspace, ports, session } = await atWork();
    const stopped = await stopSession(workspace, session.id, byPerson);
    assert.equal(stopped.how, 'politely');
    assert.deepEqual(ports.processes.signals, [{ pid: agentPid, how: 'terminate' }]);
    assert.deepEqual([stopped.session.end?.reason, stopped.session.end?.intended], ['user', true]);
    assert.equal(await statusOf(workspace), 'pending');
    assert.ok((await logged(workspace)).includes('session.stop'));
  });

  test('ends it by force when it ignores that for the interval', async () => {
    const { workspace, ports, session } = await atWork();
    ports.processes.stubborn.add(agentPid);
    const from = ports.clock.now().getTime();
    const stopped = await stopSession(workspace, session.id, { by: 'baton', firmAfterMs: 5000 });
    assert.equal(stopped.how, 'firmly');
    assert.deepEqual(
      ports.processes.signals.map(({ how }) => how),
      ['terminate', 'kill'],
    );
    assert.ok(ports.clock.now().getTime() - from >= 5000);
    assert.deepEqual([stopped.session.end?.reason, stopped.session.end?.intended], ['extension', true]);
  });

  test('leaves the exact exit to whoever watches the program, also from another window', async () => {
    const { workspace, ports, session } = await atWork();
    const window = await beside(ports);
    const watching = (async () => {
      while (ports.processes.running.has(agentPid)) await ports.clock.delay(1);
      await closeSession(window, session.id, { exitCode: 143, signal: null, reason: 'process' });
    })();
    const stopped = await stopSession(workspace, session.id, byPerson);
    await watching;
    const { end } = stopped.session;
    assert.deepEqual([end?.exitCode, end?.reason, end?.intended], [143, 'user', true]);
  });

  test('closes the session of a program that is gone already', async () => {
    const { workspace, ports, session } = await atWork();
    ports.processes.running.delete(agentPid);
    const stopped = await stopSession(workspace, session.id, byPerson);
    assert.equal(stopped.how, 'gone');
    assert.equal(stopped.session.end?.reason, 'user');
    assert.deepEqual(ports.processes.signals, []);
  });

  test('never signals another program that got its pid', async () => {
    const { workspace, ports, session } = await atWork();
    ports.processes.running.set(agentPid, 'start of somebody else');
    await stopSession(workspace, session.id, byPerson);
    assert.deepEqual(ports.processes.signals, []);
    assert.equal(ports.processes.running.get(agentPid), 'start of somebody else');
  });

  test('does nothing to a session that has ended', async () => {
    const { workspace, session } = await atWork();
    await closeSession(workspace, session.id, { exitCode: 0, reason: 'process' });
    const before = await recordOf(workspace, session.id);
    const log = await logged(workspace);
    assert.deepEqual(await stopSession(workspace, session.id, byPerson), { session: before, how: 'gone' });
    assert.deepEqual(await logged(workspace), log);
  });

  test('is refused for an agent started by hand, for one without a program yet, and from elsewhere', async () => {
    const external = await atWork({ origin: 'external' });
    await refused(external.workspace, external.session.id, /started by hand/);
    const early = await atWork({}, 'acknowledged');
    await refused(early.workspace, early.session.id, /has no program yet/);
    const { ports, session } = await atWork();
    const elsewhere = await openMemory({ ...ports, processes: new MemoryProcesses({ scope: 'elsewhere' }) });
    await refused(elsewhere, session.id, /cannot be reached from here/);
    assert.equal((await recordOf(elsewhere, session.id)).stopRequestedAt, null);
  });
});

async function refused(workspace: Parameters<typeof stopSession>[0], id: string, why: RegExp) {
  await assert.rejects(stopSession(workspace, id, byPerson), (error: unknown) => {
    assert.ok(isBatonError(error, 'guard_failed'));
    assert.match(error.message, why);
    assert.ok(error.hint);
    return true;
  });
}
