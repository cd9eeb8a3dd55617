import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import type { QueueEntry } from '../../../../src/core/model/queue';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { closeSession, type ExitSeen } from '../../../../src/core/operations/close-session';
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { addToQueue } from '../../../../src/core/operations/queue-list';
import { queueOf } from '../../../../src/core/operations/queue-of';
import { dropDone } from '../../../../src/core/operations/queue-upkeep';
import { sweepSessions } from '../../../../src/core/operations/sweep-sessions';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { paths } from '../../../../src/core/store/paths';
import { root } from '../../../support/memory-workspace';
import { change, replaceText } from '../../../support/state-text';
import { task } from '../sessions/session-example';
import { agentPid, atWork, beside, startOn, statusOf } from './session-support';

const entries = async (workspace: BatonWorkspace) => (await queueOf(workspace).list()).entries;
const only = async (workspace: BatonWorkspace): Promise<QueueEntry> => {
  const all = await entries(workspace);
  assert.equal(all.length, 1);
  return all[0] ?? assert.fail();
};

const queued: readonly (readonly [string, ExitSeen, QueueEntry['reason'] | undefined])[] = [
  ['ended by itself before the task was done', { exitCode: 0, reason: 'process' }, 'exit'],
  ['failed', { exitCode: 1, reason: 'process' }, 'crash'],
  [
    'was ended by a signal that nobody sent',
    { exitCode: null, signal: 'SIGSEGV', reason: 'process' },
    'crash',
  ],
  ['was found gone', { exitCode: null, reason: 'vanished' }, 'interrupted'],
  ['went with its window', { exitCode: null, reason: 'shutdown' }, 'interrupted'],
  ['reached its usage limit', { exitCode: 1, reason: 'process', limit: { until: null } }, 'usage_limit'],
  ['was stopped by a person', { exitCode: 143, reason: 'user' }, undefined],
  ['was interrupted by a person', { exitCode: 130, reason: 'process' }, undefined],
  [
    'was interrupted by a person, by signal',
    { exitCode: null, signal: 'SIGINT', reason: 'process' },
    undefined,
  ],
];

suite('A session that ends', () => {
  for (const [how, exit, reason] of queued) {
    test(`and ${how} ${reason === undefined ? 'is not queued' : `is queued as ${reason}`}`, async () => {
      const { workspace, ports, session } = await atWork();
      ports.processes.running.delete(agentPid);
      await closeSession(workspace, session.id, exit);
      const found = (await entries(workspace)).map((entry) => entry.reason);
      assert.deepEqual(found, reason === undefined ? [] : [reason]);
    });
  }

  test('leaves an entry that says what, how it ended, and whose session it was', async () => {
    const { workspace, session } = await atWork();
    await workspace.store.update(
      task,
      change,
      replaceText('status: in_progress', 'status: in_progress\npriority: 1'),
    );
    await closeSession(workspace, session.id, { exitCode: 137, reason: 'process' });
    const { taskId, prompt, priority, attempts, lastError, nextRetryAt, metadata } = await only(workspace);
    assert.deepEqual(
      { taskId, prompt, priority, attempts, nextRetryAt },
      { taskId: '101', prompt: 'Resume #101: JWT Service', priority: 1, attempts: 0, nextRetryAt: null },
    );
    assert.equal(lastError, 'Ended with exit code 137 (killed) after 0 s');
    assert.deepEqual(metadata, { source: 'session', retry_count: 0, session: session.id });
  });

  test("waits for its provider's time", async () => {
    const { workspace, session } = await atWork();
    const until = '2026-11-21T12:00:00.000Z';
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'process', limit: { until } });
    const { reason, notBefore, lastError } = await only(workspace);
    assert.deepEqual([reason, notBefore, lastError], ['usage_limit', until, 'The usage limit was reached']);
  });

  test('gives a person who quit the agent a minute to go on by themselves', async () => {
    for (const [mode, expected] of [
      ['interactive', '2026-11-21T07:29:00.000Z'],
      ['headless', null],
    ] as const) {
      const { workspace, session } = await atWork({ mode });
      await closeSession(workspace, session.id, { exitCode: 0, reason: 'process' });
      assert.equal((await only(workspace)).nextRetryAt, expected, mode);
    }
  });

  test('is queued for any agent alike, but not when a person had started it by hand', async () => {
    for (const agent of ['demo', 'my-own']) {
      const { workspace, session } = await atWork({ agent });
      await closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
      assert.equal((await entries(workspace)).length, 1, agent);
    }
    const { workspace, session } = await atWork({ origin: 'external' });
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
    assert.deepEqual(await entries(workspace), []);
  });

  for (const status of ['completed', 'cancelled', 'blocked', 'needs_input']) {
    test(`is not queued when its task is ${status}`, async () => {
      const { workspace, session } = await atWork();
      await workspace.store.update(task, change, replaceText('status: in_progress', `status: ${status}`));
      await closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
      assert.deepEqual(await entries(workspace), []);
    });
  }

  test('is queued once, by however many windows that find it gone at once', async () => {
    const { workspace, ports } = await atWork();
    ports.processes.running.delete(agentPid);
    const windows = [workspace, await beside(ports), await beside(ports)];
    await Promise.all(windows.map((window) => sweepSessions(window)));
    await sweepSessions(workspace);
    assert.equal((await only(workspace)).reason, 'interrupted');
  });

  test('is queued by the next sweep when it could not be queued at once, and its task is released with that', async () => {
    const { workspace, ports, session } = await atWork();
    const link = ports.fs.link.bind(ports.fs);
    ports.fs.link = async (from, to) => {
      if (to === paths.queue(root)) throw new BatonError('io_failed', 'No space left');
      return link(from, to);
    };
    const closing = closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
    await assert.rejects(closing, (error) => isBatonError(error, 'io_failed'));
    assert.equal(await statusOf(workspace), 'in_progress');
    ports.fs.link = link;
    await sweepSessions(workspace);
    assert.equal((await only(workspace)).reason, 'crash');
    assert.equal(await statusOf(workspace), 'pending');
  });

  test('that a later look finds to be a person’s wish is taken out again', async () => {
    const { workspace, ports, session } = await atWork();
    ports.processes.running.delete(agentPid);
    await closeSession(workspace, session.id, { exitCode: null, reason: 'vanished' });
    assert.equal((await only(workspace)).reason, 'interrupted');
    await closeSession(workspace, session.id, { exitCode: 130, reason: 'process' });
    assert.deepEqual(await entries(workspace), []);
  });

  test('that a later look knows better about is corrected, without counting again', async () => {
    const { workspace, ports, session } = await atWork();
    ports.processes.running.delete(agentPid);
    await closeSession(workspace, session.id, { exitCode: null, reason: 'vanished' });
    await closeSession(workspace, session.id, { exitCode: 139, reason: 'process' });
    const { reason, attempts, lastError } = await only(workspace);
    assert.deepEqual([reason, attempts], ['crash', 0]);
    assert.match(lastError ?? '', /exit code 139 \(crashed\)/);
    await closeSession(workspace, session.id, { exitCode: 139, reason: 'process' });
    assert.equal((await only(workspace)).attempts, 0);
  });

  test('does not come back into the queue when it is told again after the entry was removed', async () => {
    const { workspace, session } = await atWork();
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
    await queueOf(workspace).remove((await only(workspace)).id);
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
    await sweepSessions(workspace);
    assert.deepEqual(await entries(workspace), []);
  });

  test('by a person leaves what they had queued themselves, and takes out what was queued for them', async () => {
    for (const [reason, left] of [
      ['manual', 1],
      ['crash', 0],
    ] as const) {
      const { workspace, session } = await atWork();
      await queueOf(workspace).add({ taskId: task, prompt: 'p', reason, source: 'test' });
      await closeSession(workspace, session.id, { exitCode: 143, reason: 'user' });
      assert.equal((await entries(workspace)).length, left, reason);
    }
  });

  test('by a person leaves what was queued for them, and then by themselves again', async () => {
    const { workspace, ports, session } = await atWork();
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
    await addToQueue(workspace, { task, prompt: undefined, priority: undefined });
    assert.equal((await only(workspace)).reason, 'crash', 'why it waits is still told');
    const own = await startOn(workspace, ports);
    await closeSession(workspace, own.id, { exitCode: 143, reason: 'user' });
    assert.equal((await entries(workspace)).length, 1);
  });
});

suite('The end of a run of the queue', () => {
  async function running() {
    const opened = await atWork({ trigger: 'automatic', mode: 'headless' });
    const { workspace, session } = opened;
    const queue = queueOf(workspace);
    const { id } = (await queue.add({ taskId: task, prompt: 'p', reason: 'crash', source: 'session' })).entry;
    // Claimed before the session began, as a run does it; here the session came first.
    const until = workspace.ports.clock.now().toISOString();
    const claim = { by: 'a run', until, rev: 1, session: session.id };
    const text = opened.ports.fs.text(paths.queue(root)) ?? '';
    opened.ports.fs.put(paths.queue(root), JSON.stringify([{ ...JSON.parse(text)[0], claim, claims: 1 }]));
    return { ...opened, id };
  }

  test('counts once, whoever closes its session, and whoever reports it later', async () => {
    const { workspace, session, id } = await running();
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'process' });
    const { attempts, claim, reason, lastError } = await only(workspace);
    assert.deepEqual([attempts, claim, reason], [1, null, 'crash']);
    assert.match(lastError ?? '', /exit code 1/);
    assert.equal(await queueOf(workspace).fail(id, 1, 'reported later'), undefined);
    assert.equal((await only(workspace)).attempts, 1);
  });

  test('counts no attempt when a usage limit ended it', async () => {
    const { workspace, session } = await running();
    const until = '2026-11-21T12:00:00.000Z';
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'process', limit: { until } });
    const { attempts, notBefore, claim } = await only(workspace);
    assert.deepEqual([attempts, notBefore, claim], [0, until, null]);
  });

  for (const reason of ['crash', 'manual'] as const) {
    test(`takes the entry out when a person stopped it, also one that was queued as ${reason}`, async () => {
      const { workspace, ports, session } = await running();
      const text = ports.fs.text(paths.queue(root)) ?? '';
      ports.fs.put(paths.queue(root), JSON.stringify([{ ...JSON.parse(text)[0], reason }]));
      await workspace.sessions.note(session.id, {
        stopRequestedAt: '2026-11-21T07:28:00Z',
        stopRequestedBy: 'person',
      });
      await closeSession(workspace, session.id, { exitCode: 143, reason: 'process' });
      assert.deepEqual(await entries(workspace), []);
    });
  }

  test('waits for a person after three', async () => {
    const { workspace, ports, session } = await running();
    let current = session;
    for (let run = 1; ; run++) {
      await closeSession(workspace, current.id, { exitCode: 1, reason: 'process' });
      const { attempts, deadAt, id } = await only(workspace);
      assert.equal(attempts, run);
      if (deadAt !== null) {
        assert.equal(run, 3);
        break;
      }
      const { rev } = await queueOf(workspace).claim(id, { by: 'a run', forMs: 60_000, early: true });
      current = await startOn(workspace, ports, { trigger: 'automatic', mode: 'headless' });
      await queueOf(workspace).started(id, rev, current.id);
    }
  });
});

suite('A task that is done', () => {
  async function queuedTask() {
    const opened = await atWork();
    await closeSession(opened.workspace, opened.session.id, { exitCode: 1, reason: 'process' });
    assert.equal((await entries(opened.workspace)).length, 1);
    return opened.workspace;
  }

  test('leaves the queue when it is completed', async () => {
    const workspace = await queuedTask();
    await finalizeTask(workspace, task, { summary: 'All of it', force: true, reason: 'a test' });
    assert.deepEqual(await entries(workspace), []);
  });

  test('leaves the queue when it is cancelled', async () => {
    const workspace = await queuedTask();
    await changeStatus(workspace, task, 'cancel', { reason: 'not wanted' });
    assert.deepEqual(await entries(workspace), []);
  });

  test('leaves the queue with the next look when a hand has completed it', async () => {
    const workspace = await queuedTask();
    await workspace.store.update(task, change, replaceText('status: pending', 'status: completed'));
    assert.deepEqual(await dropDone(workspace), [task]);
    assert.deepEqual(await entries(workspace), []);
    assert.deepEqual(await dropDone(workspace), []);
  });
});
