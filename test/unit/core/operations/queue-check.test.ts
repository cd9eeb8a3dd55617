// Requirements 002-11 … 002-19, and the runs that seeds/002 reports, with their JSON.
import assert from 'node:assert/strict';
import { noBackgroundChoice } from '../../../../src/core/model/background';
import type { DeferReason, QueueCheck } from '../../../../src/core/model/queue';
import { createTask } from '../../../../src/core/operations/create-task';
import { checkQueue, type QueueCheckOptions } from '../../../../src/core/operations/queue-check';
import { queueOf } from '../../../../src/core/operations/queue-of';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { paths } from '../../../../src/core/store/paths';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';
import { someEnd, startInput } from '../sessions/session-example';

const seedEntry = {
  prompt: 'Final test: verify VIP Lane protection is active',
  priority: 1,
  added_at: '2026-02-02T03:32:53Z',
  metadata: { source: 'manual', retry_count: 0 },
};

const options: QueueCheckOptions = {
  trusted: true,
  choice: { ...noBackgroundChoice, autoResume: true },
  profiles: [
    { id: 'flash', lane: 'economy' },
    { id: 'opus', lane: 'vip' },
  ],
};

interface Opened {
  readonly ports: TestPorts;
  readonly workspace: BatonWorkspace;
}

/** Two tasks, the first of them in the queue. */
async function withQueue(): Promise<Opened & { readonly id: string }> {
  const { ports, workspace } = await memoryWorkspace();
  await createTask(workspace, { title: 'JWT Service', id: '101' });
  await createTask(workspace, { title: 'Login', id: '102' });
  const added = await queueOf(workspace).add({
    ...{ taskId: taskId('101'), prompt: 'Resume #101: JWT Service', reason: 'crash', source: 'session' },
  });
  return { ports, workspace, id: added.entry.id };
}

async function withSessions({ workspace }: Opened, count: number, trigger: 'manual' | 'automatic') {
  for (let n = 1; n <= count; n++)
    await workspace.sessions.start({ ...startInput, task: taskId(`90${n}`), trigger });
}

const deferred = (reason: DeferReason, more: object = {}): unknown => ({
  status: 'DEFERRED',
  reason,
  pending_count: 1,
  active_sessions: 0,
  ...more,
});

suite('The runs of the deployment report', () => {
  test('test 2: the printed file is read as it is', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(paths.queue(root), JSON.stringify([seedEntry], null, 2));
    const { entries } = await queueOf(workspace).list();
    assert.deepEqual(
      entries.map(({ prompt, priority, added_at, metadata }) => ({ prompt, priority, added_at, metadata })),
      [seedEntry],
    );
  });

  test('test 3: six active sessions, and a limit of one: deferred, with exactly the printed JSON and lines', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(paths.queue(root), JSON.stringify([seedEntry], null, 2));
    ports.machine.now = { load1PerCore: 0.6, freeMemoryRatio: 0.5 };
    await withSessions({ ports, workspace }, 6, 'automatic');
    const check = await checkQueue(workspace, options);
    assert.equal(
      JSON.stringify(check),
      '{"status":"DEFERRED","reason":"concurrency_limit","pending_count":1,"active_sessions":6}',
    );
    assert.deepEqual(ports.log.lines.slice(-5), [
      'info: Loaded 1 pending task',
      'debug: System load: 60 %',
      'debug: Active background sessions: 6',
      'warn: Limit of background sessions reached (6/1)',
      'info: VIP lane protected: nothing new is started',
    ]);
    assert.equal((await queueOf(workspace).list()).entries.length, 1, 'it stays in the queue');
  });

  test('test 4: after its removal the file is []', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(paths.queue(root), JSON.stringify([seedEntry], null, 2));
    const [first] = (await queueOf(workspace).list()).entries;
    assert.equal((await queueOf(workspace).remove(first?.id ?? '')).left, 0);
    assert.equal(ports.fs.text(paths.queue(root)), '[]');
    assert.deepEqual(await checkQueue(workspace, options), {
      status: 'NO_TASKS',
      pending_count: 0,
      active_sessions: 0,
    });
  });
});

suite('A check of the queue', () => {
  test('recommends the next task with an agent of the economy lane', async () => {
    const { workspace, id } = await withQueue();
    assert.deepEqual(await checkQueue(workspace, options), {
      status: 'READY',
      pending_count: 1,
      active_sessions: 0,
      recommendation: { id, taskId: '101', prompt: 'Resume #101: JWT Service', agent: 'flash' },
    });
  });

  test('changes nothing', async () => {
    const { workspace, ports } = await withQueue();
    const before = new Map(ports.fs.paths().map((path) => [path, ports.fs.text(path)]));
    await checkQueue(workspace, options);
    assert.deepEqual(new Map(ports.fs.paths().map((path) => [path, ports.fs.text(path)])), before);
  });

  const reasons: readonly (readonly [DeferReason, Partial<QueueCheckOptions>, object?])[] = [
    ['untrusted', { trusted: false }],
    ['not_opted_in', { choice: noBackgroundChoice }],
    ['paused', { choice: { ...options.choice, pausedAt: '2026-11-21T07:00:00Z' } }],
    ['no_economy_profile', { profiles: [{ id: 'opus', lane: 'vip' }] }],
  ];
  for (const [reason, changes] of reasons) {
    test(`is deferred: ${reason}`, async () => {
      const { workspace } = await withQueue();
      assert.deepEqual(await checkQueue(workspace, { ...options, ...changes }), deferred(reason));
    });
  }

  test('is deferred while the breaker is open, until it lets one through', async () => {
    const { workspace, ports } = await withQueue();
    for (let n = 1; n <= 3; n++) {
      const one = await workspace.sessions.start({
        ...startInput,
        task: taskId(`90${n}`),
        trigger: 'automatic',
      });
      await workspace.sessions.end(one.id, { ...someEnd, at: '2026-11-21T07:28:00Z', exitCode: 1 });
    }
    const until = '2026-11-21T07:29:00.000Z';
    assert.deepEqual(await checkQueue(workspace, options), deferred('breaker_open', { retry_at: until }));
    ports.clock.advance(60_000);
    assert.equal((await checkQueue(workspace, options)).status, 'READY');
  });

  test("is deferred while a person's own session lives: they come first", async () => {
    const opened = await withQueue();
    await withSessions(opened, 1, 'manual');
    const check = await checkQueue(opened.workspace, options);
    assert.deepEqual(check, deferred('foreground_session', { active_sessions: 1 }));
    assert.ok(opened.ports.log.lines.includes('info: VIP lane protected: nothing new is started'));
  });

  test('counts sessions that live, not recent ones', async () => {
    const opened = await withQueue();
    await withSessions(opened, 1, 'automatic');
    assert.equal((await checkQueue(opened.workspace, options)).status, 'DEFERRED');
    opened.ports.clock.advance(3_600_000);
    assert.equal((await checkQueue(opened.workspace, options)).status, 'READY');
  });

  test('is deferred while the machine is busy', async () => {
    const { workspace, ports } = await withQueue();
    const retry = { retry_at: '2026-11-21T07:29:00.000Z' };
    ports.machine.now = { load1PerCore: 0.8, freeMemoryRatio: 0.5 };
    assert.deepEqual(await checkQueue(workspace, options), deferred('high_load', retry));
    ports.machine.now = { load1PerCore: 0.1, freeMemoryRatio: 0.01 };
    assert.deepEqual(await checkQueue(workspace, options), deferred('high_load', retry));
  });

  function holdLease(ports: TestPorts, changes: object = {}): void {
    const lease = {
      ...{ v: 1, token: 't', fence: 1, pid: 77, start: 'start-77', scope: 'this machine' },
      ...{ at: '2026-11-21T07:28:00Z', until: '2026-11-21T07:29:00Z', ...changes },
    };
    ports.fs.put(paths.schedulerLease(root), JSON.stringify(lease));
  }

  test('is locked while another process is the scheduler, but not by ourselves or the dead', async () => {
    const { workspace, ports } = await withQueue();
    ports.processes.running.set(77, 'start-77');
    holdLease(ports);
    assert.deepEqual(await checkQueue(workspace, options), {
      status: 'LOCKED',
      reason: 'Another Baton looks after the queue: process 77 since 2026-11-21T07:28:00Z',
      pending_count: 1,
      active_sessions: 0,
    });
    assert.equal((await checkQueue(workspace, { ...options, byHand: true })).status, 'READY');
    const { pid, start } = ports.processes.self;
    for (const free of [
      { pid, start },
      { start: 'another' },
      { token: null },
      { until: '2026-11-21T07:28:00Z' },
    ]) {
      holdLease(ports, free);
      assert.equal((await checkQueue(workspace, options)).status, 'READY', JSON.stringify(free));
    }
  });

  test('looks for agents only when nothing else stands against a start', async () => {
    const { workspace } = await withQueue();
    let asked = 0;
    const profiles = async () => {
      asked++;
      return [{ id: 'flash', lane: 'economy' as const }];
    };
    const closed = await checkQueue(workspace, { ...options, choice: noBackgroundChoice, profiles });
    assert.deepEqual([closed.status, asked], ['DEFERRED', 0]);
    assert.equal((await checkQueue(workspace, { ...options, profiles })).status, 'READY');
    assert.equal(asked, 1);
  });

  test('by hand recommends without trust and without opt-in', async () => {
    const { workspace } = await withQueue();
    const asked = { ...options, trusted: false, choice: noBackgroundChoice, byHand: true };
    assert.equal((await checkQueue(workspace, asked)).status, 'READY');
  });

  test('has no tasks, and says when the next falls due, while all of them wait', async () => {
    const { workspace, id } = await withQueue();
    const { rev } = await queueOf(workspace).claim(id, { by: 'a run', forMs: 1000 });
    const failed = await queueOf(workspace).fail(id, rev, 'no luck');
    assert.deepEqual(await checkQueue(workspace, options), {
      ...{ status: 'NO_TASKS', pending_count: 1, active_sessions: 0 },
      retry_at: failed?.nextRetryAt,
    });
  });

  test('has no tasks when all have failed for good', async () => {
    const { workspace, id } = await withQueue();
    for (let run = 1; run <= 3; run++) {
      const { rev } = await queueOf(workspace).claim(id, { by: 'a run', forMs: 1000, early: true });
      await queueOf(workspace).fail(id, rev, 'no luck');
    }
    assert.deepEqual(await checkQueue(workspace, options), {
      ...{ status: 'NO_TASKS', pending_count: 0, active_sessions: 0 },
    });
  });

  test('passes over what cannot be started: done, gone, waiting for a person, worked on, only a prompt', async () => {
    const { workspace, ports, id } = await withQueue();
    const text = (status: string) => `---\nstatus: ${status}\n---\n\n# Task #104: Done - State\n`;
    for (const status of ['completed', 'cancelled', 'blocked', 'needs_input']) {
      ports.fs.put(`${root}/task-states/task-104-state.md`, text(status));
      const own = JSON.parse(ports.fs.text(paths.queue(root)) ?? '');
      const first = (taskIdOrNull: string | null) => ({ prompt: 'x', priority: 0, taskId: taskIdOrNull });
      ports.fs.put(
        paths.queue(root),
        JSON.stringify([first('104'), first('nowhere'), first(null), ...own.slice(-1)]),
      );
      const check: QueueCheck = await checkQueue(await openMemory({ ...ports }), options);
      assert.equal(check.status === 'READY' && check.recommendation.id, id, status);
      assert.equal(check.pending_count, 4);
    }
    await workspace.sessions.start({ ...startInput, trigger: 'automatic' });
    const two = {
      ...workspace,
      config: { ...workspace.config, autoResume: { ...workspace.config.autoResume, maxBackground: 2 } },
    };
    assert.equal((await checkQueue(two, options)).status, 'NO_TASKS');
  });

  test('is an error, with its reason, when the file makes no sense, and leaves it as it is', async () => {
    const { workspace, ports } = await withQueue();
    ports.fs.put(paths.queue(root), '[{');
    const check = await checkQueue(workspace, options);
    assert.deepEqual([check.status, check.pending_count, check.active_sessions], ['ERROR', 0, 0]);
    assert.match(
      check.status === 'ERROR' ? check.reason : '',
      /^pending_tasks\.json cannot be used: it is not valid JSON/,
    );
    assert.equal(ports.fs.text(paths.queue(root)), '[{');
  });

  test('is an error, with its reason, when the disk fails', async () => {
    const { workspace, ports } = await withQueue();
    const read = ports.fs.read.bind(ports.fs);
    ports.fs.read = async (path) => {
      if (path === paths.queue(root)) throw new Error('EIO');
      return read(path);
    };
    assert.deepEqual(await checkQueue(workspace, options), {
      ...{ status: 'ERROR', reason: 'EIO', pending_count: 0, active_sessions: 0 },
    });
  });
});
