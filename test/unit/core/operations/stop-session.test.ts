import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
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

  test('asks all that it has started, too, and ends by force what stays with what that has started since', async () => {
    const { workspace, ports, session } = await atWork();
    const { processes } = ports;
    for (const [pid, starter] of [
      [61, agentPid],
      [62, 61],
      [63, agentPid],
    ] as const) {
      processes.running.set(pid, `start-${pid}`);
      processes.starters.set(pid, starter);
    }
    processes.stubborn.add(62);
    processes.running.set(99, 'somebody else');
    const stopping = stopSession(workspace, session.id, { by: 'person', firmAfterMs: 5000 });
    while (processes.signals.length < 4) await ports.clock.delay(1);
    processes.running.set(64, 'start-64');
    processes.starters.set(64, 62);
    assert.equal((await stopping).how, 'firmly');
    assert.deepEqual(
      processes.signals.map(({ pid, how }) => `${how} ${pid}`),
      [
        ...[`terminate ${agentPid}`, 'terminate 61', 'terminate 63', 'terminate 62'],
        ...['kill 62', 'kill 64'],
      ],
    );
    assert.equal(processes.running.get(99), 'somebody else');
  });

  test('tells when the request is on record, with the program still there', async () => {
    const { workspace, ports, session } = await atWork();
    const { processes } = ports;
    processes.stubborn.add(agentPid);
    let seen: Promise<unknown> | undefined;
    const onRequested = () => {
      assert.equal(processes.running.has(agentPid), true);
      seen = recordOf(workspace, session.id).then(({ stopRequestedBy }) => stopRequestedBy);
    };
    const { how } = await stopSession(workspace, session.id, { ...byPerson, firmAfterMs: 1000, onRequested });
    assert.deepEqual([how, await seen], ['firmly', 'person']);
  });

  test('ends the program itself where the system does not list what it has started', async () => {
    const { workspace, ports, session } = await atWork();
    ports.processes.treeOf = async () => {
      throw new BatonError('io_failed', 'Cannot list the processes of this machine');
    };
    assert.equal((await stopSession(workspace, session.id, byPerson)).how, 'politely');
    assert.deepEqual(ports.processes.signals, [{ pid: agentPid, how: 'terminate' }]);
  });

  test('names what the system does not let it end, and has asked everything else', async () => {
    const { workspace, ports, session } = await atWork();
    const { processes } = ports;
    for (const pid of [61, 62]) {
      processes.running.set(pid, `start-${pid}`);
      processes.starters.set(pid, agentPid);
    }
    const signal = processes.signal.bind(processes);
    processes.signal = async (identity, how) => {
      if (identity.pid === 61) throw new BatonError('io_failed', 'Cannot signal process 61: not permitted');
      return signal(identity, how);
    };
    await refused(workspace, session.id, /^Process 61 does not end, not even when killed$/);
    assert.deepEqual(
      [...processes.running.keys()].filter((pid) => pid > 60 && pid < 70),
      [61],
    );
    assert.equal(processes.running.has(agentPid), false);
  });

  test('does not say that all has ended when that can no longer be told', async () => {
    const { workspace, ports, session } = await atWork();
    const { processes } = ports;
    processes.stubborn.add(agentPid);
    const isRunning = processes.isRunning.bind(processes);
    processes.isRunning = async (identity) =>
      processes.signals.length > 0 && identity.pid === agentPid ? undefined : isRunning(identity);
    await refused(workspace, session.id, new RegExp(`^Process ${agentPid} does not end`));
    assert.equal((await recordOf(workspace, session.id)).end, null);
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
