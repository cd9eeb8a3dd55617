// One pass of the scheduler, on a fake clock. What the seed's origin got wrong is in requirements.md, sections 1.2 and 3.2.
import assert from 'node:assert/strict';
import { BatonError } from '../../../../src/core/base/baton-error';
import { isTaskId } from '../../../../src/core/model/task';
import type { NudgeLedger } from '../../../../src/core/nudges/nudge-ledger';
import { createTask } from '../../../../src/core/operations/create-task';
import { dispositionOf, recordSkippedNudge } from '../../../../src/core/operations/nudge-agent';
import { openNudgeLedger } from '../../../../src/core/operations/nudges';
import { queueOf } from '../../../../src/core/operations/queue-of';
import { runEntry } from '../../../../src/core/operations/run-entry';
import { runJob } from '../../../../src/core/operations/scheduled-jobs';
import { startFacts } from '../../../../src/core/operations/session-start';
import { type JobRunner, tick } from '../../../../src/core/operations/tick';
import { SchedulerLease } from '../../../../src/core/scheduler/scheduler-lease';
import { readSchedulerState } from '../../../../src/core/scheduler/scheduler-state';
import { paths } from '../../../../src/core/store/paths';
import { nextCronTime } from '../../../../src/node/next-cron-time';
import { root } from '../../../support/memory-workspace';
import { agentsThat, type Background, background, job, tickOptions } from './background-support';

const jobs: JobRunner = { next: (cron, after) => nextCronTime(cron, after, 'UTC'), run: runJob };
const hour = 3600_000;

/** A session of a person's own, in a terminal, that lives. */
async function atWork({ workspace, ports }: Background, id: string): Promise<string> {
  assert.ok(isTaskId(id));
  const facts = await startFacts(workspace, await workspace.store.read(id));
  const session = await workspace.sessions.start({ ...facts, agent: 'claude', origin: 'managed' });
  ports.processes.running.set(4242, 'start-4242');
  await workspace.sessions.attachProcess(session.id, 4242);
  return session.id;
}

const daily = { recurs: 'daily' as const, due: '2026-11-20' };

function completeByHand({ ports }: Background, id: string): void {
  const path = `${root}/task-states/task-${id}-state.md`;
  ports.fs.put(path, (ports.fs.text(path) ?? '').replace('status: pending', 'status: completed'));
}

/** As the editor's command does: what is not sent is on record. */
async function tellIfItWaits({ workspace, ports }: Background, ledger: NudgeLedger, id: string) {
  const session = await workspace.sessions.heard(id, { event: 'tool' });
  assert.equal(dispositionOf(session, ports.clock.now()), 'busy');
  await recordSkippedNudge(ledger, session, 'busy');
}

suite('a tick', () => {
  test('that finds nothing new writes nothing, and asks for no other', async () => {
    const own = await background([]);
    await tick(own.workspace, tickOptions(own));
    const state = (path: string) => own.ports.fs.text(path);
    const before = own.ports.fs.paths().map((path) => [path, state(path)]);
    own.ports.clock.advance(hour);
    const report = await tick(own.workspace, tickOptions(own));
    assert.deepEqual([report.did, report.nextAt, report.check.status], [[], undefined, 'NO_TASKS']);
    // The lease changes hands; nothing else does.
    const lease = paths.schedulerLease(root);
    const others = (all: readonly (readonly (string | undefined)[])[]) =>
      all.filter(([path]) => path !== lease);
    assert.deepEqual(others(own.ports.fs.paths().map((path) => [path, state(path)])), others(before));
  });

  test('starts one run of what is due, and not a second before the first could claim', async () => {
    const own = await background(['1', '2']);
    const started: string[] = [];
    const options = tickOptions(own, { startRun: async (id) => started.push(id) });
    const first = await tick(own.workspace, options);
    assert.equal(first.started, started[0]);
    own.ports.clock.advance(1000);
    const second = await tick(own.workspace, options);
    assert.deepEqual([started.length, second.started], [1, undefined]);
    own.ports.clock.advance(15_000);
    await tick(own.workspace, options);
    assert.equal(started.length, 2, 'a run that never claimed is started again');
  });

  test('that cannot start a run tells so once, and tries again after the interval', async () => {
    const own = await background();
    const startRun = () => Promise.reject(new BatonError('io_failed', 'no more processes'));
    const options = tickOptions(own, { startRun });
    const report = await tick(own.workspace, options);
    assert.deepEqual(report.did, [{ kind: 'failed', text: 'a run: no more processes' }]);
    assert.equal(report.nextAt, new Date(own.ports.clock.now().getTime() + 30_000).toISOString());
    own.ports.clock.advance(30_000);
    await tick(own.workspace, options);
    const { history } = await readSchedulerState(own.ports.fs, root);
    assert.equal(history.filter(({ kind }) => kind === 'failed').length, 1);
  });

  test('without somebody to start runs only recommends', async () => {
    const own = await background();
    const report = await tick(own.workspace, tickOptions(own));
    assert.equal(report.check.status, 'READY');
    assert.equal(report.started, undefined);
  });

  test('of two at once one acts, and the other is told so', async () => {
    const own = await background();
    const other = await own.beside(2001);
    const watching = new SchedulerLease(own.ports, root);
    await tick(own.workspace, tickOptions(own, { lease: watching, keepLease: true }));
    const started: string[] = [];
    const report = await tick(other, tickOptions(own, { startRun: async (id) => started.push(id) }));
    assert.deepEqual([report.check.status, report.did, started], ['LOCKED', [], []]);
    assert.notEqual(report.nextAt, undefined);
    await watching.release();
    assert.equal((await tick(other, tickOptions(own))).check.status, 'READY');
  });

  test('closes what died, gives back what it had claimed, and starts it again in its turn', async () => {
    const own = await background();
    const { host } = agentsThat(own);
    const runner = await own.beside(3000);
    const dying: typeof host.run = async (plan) => {
      own.ports.processes.running.set(7000, 'start-7000');
      await plan.onStart(7000);
      own.ports.processes.running.delete(7000);
      own.ports.processes.running.delete(3000);
      throw new Deaf();
    };
    // Killed: nothing of what would follow is done.
    await assert.rejects(
      runEntry({ ...runner, sessions: mute(runner.sessions) }, undefined, { ...host, run: dying }),
    );
    const report = await tick(own.workspace, tickOptions(own));
    assert.ok(
      report.did.some(({ kind }) => kind === 'session'),
      JSON.stringify(report.did),
    );
    const { entries } = await queueOf(own.workspace).list();
    assert.deepEqual(
      entries.map(({ claim, attempts }) => [claim, attempts]),
      [[null, 1]],
    );
    assert.ok(report.nextAt !== undefined && Date.parse(report.nextAt) > own.ports.clock.now().getTime());
  });

  test('makes the next occurrence of what was completed by hand, once, also when somebody deletes it', async () => {
    const own = await background([]);
    const { workspace, ports } = own;
    const recurrence = { recurs: 'daily' as const, due: '2026-11-20' };
    await createTask(workspace, { title: 'Stand-up', id: 'standup', recurrence });
    const path = `${root}/task-states/task-standup-state.md`;
    const text = ports.fs.text(path) ?? '';
    ports.fs.put(path, text.replace('status: pending', 'status: completed'));
    const report = await tick(workspace, tickOptions(own));
    assert.deepEqual(
      report.did.map(({ kind, text: words }) => [kind, words]),
      [['occurrence', 'Created the next occurrence #standup-2026-11-22']],
    );
    await ports.fs.remove(`${root}/task-states/task-standup-2026-11-22-state.md`);
    ports.clock.advance(48 * hour);
    assert.deepEqual((await tick(workspace, tickOptions(own))).did, []);
  });

  test('makes an occurrence with the next tick where the disk kept it from being made', async () => {
    const own = await background([]);
    const { workspace, ports } = own;
    await createTask(workspace, { title: 'Stand-up', id: 'standup', recurrence: daily });
    completeByHand(own, 'standup');
    const link = ports.fs.link.bind(ports.fs);
    ports.fs.link = async (from, to) => {
      if (to.endsWith('-state.md')) throw new BatonError('io_failed', 'the disk is full');
      return link(from, to);
    };
    const failed = await tick(workspace, tickOptions(own));
    assert.deepEqual(failed.did, [{ kind: 'failed', text: 'recurring tasks: the disk is full' }]);
    ports.fs.link = link;
    const report = await tick(workspace, tickOptions(own));
    assert.deepEqual(report.did, [
      { kind: 'occurrence', text: 'Created the next occurrence #standup-2026-11-22' },
    ]);
  });

  test('takes a series for nobody else of the same beginning', async () => {
    const own = await background([]);
    const { workspace } = own;
    await createTask(workspace, { title: 'Backup', id: 'backup', recurrence: daily });
    const recurrence = { recurs: 'monthly' as const, due: '2026-12-31' };
    await createTask(workspace, { title: 'Backup of the database', id: 'backup-db', recurrence });
    completeByHand(own, 'backup');
    const { did } = await tick(workspace, tickOptions(own));
    assert.deepEqual(did, [{ kind: 'occurrence', text: 'Created the next occurrence #backup-2026-11-22' }]);
  });

  test('lets a series rest that ended long ago', async () => {
    const own = await background([]);
    const { workspace, ports } = own;
    const recurrence = { recurs: 'daily' as const, due: '2026-08-01' };
    await createTask(workspace, { title: 'Stand-up', id: 'standup', recurrence });
    const path = `${root}/task-states/task-standup-state.md`;
    ports.fs.put(path, (ports.fs.text(path) ?? '').replace('status: pending', 'status: completed'));
    assert.deepEqual((await tick(workspace, tickOptions(own))).did, []);
  });

  test('takes out of the queue what was completed by hand in its file', async () => {
    const own = await background();
    const path = `${root}/task-states/task-1-state.md`;
    const text = own.ports.fs.text(path) ?? '';
    own.ports.fs.put(path, text.replace('status: pending', 'status: completed'));
    const report = await tick(own.workspace, tickOptions(own));
    assert.equal(report.check.status, 'NO_TASKS');
    assert.deepEqual((await queueOf(own.workspace).list()).entries, []);
  });
});

suite('scheduled jobs', () => {
  const config = {
    heartbeat: { jobs: [job('pace', '0 * * * *', 'velocity'), job('tidy', '30 9 * * *', 'cleanup')] },
  };

  test('run at their times and not before, each with its result on record', async () => {
    const own = await background([], config);
    const options = tickOptions(own, { jobs });
    const first = await tick(own.workspace, options);
    assert.deepEqual([first.did, first.nextAt], [[], '2026-11-21T08:00:00.000Z']);
    own.ports.clock.setWall('2026-11-21T08:00:00.000Z');
    const second = await tick(own.workspace, options);
    assert.equal(second.did.length, 1);
    assert.equal(second.nextAt, '2026-11-21T09:00:00.000Z');
    const state = await readSchedulerState(own.ports.fs, root);
    assert.deepEqual([state.jobs['pace']?.runs, state.jobs['pace']?.lastOk], [1, true]);
    const { records } = await own.workspace.store.changeLog.read();
    const logged = records.filter(({ record }) => record.type === 'job.run').map(({ record }) => record.new);
    assert.deepEqual(logged, [
      {
        job: 'pace',
        run: 'velocity',
        ok: true,
        result: 'Finished in the last 7 days: 0 tasks and 0 features; in the last 14: 0 tasks and 0 features',
      },
    ]);
  });

  test('that were missed during sleep are made up for once', async () => {
    const own = await background([], config);
    const options = tickOptions(own, { jobs });
    await tick(own.workspace, options);
    own.ports.clock.setWall('2026-11-28T12:00:00.000Z');
    const report = await tick(own.workspace, options);
    assert.deepEqual(
      report.did.map(({ kind }) => kind),
      ['job', 'job'],
    );
    assert.deepEqual((await tick(own.workspace, options)).did, []);
    const state = await readSchedulerState(own.ports.fs, root);
    assert.equal(state.jobs['pace']?.runs, 1);
  });

  test('run while an agent is busy for hours; nothing is typed or started, and that is on record', async () => {
    const own = await background(['1', '2'], config);
    const session = await atWork(own, '1');
    const started: string[] = [];
    const options = tickOptions(own, { jobs, startRun: async (id) => started.push(id) });
    const ledger = openNudgeLedger(own.workspace);
    for (let n = 0; n < 8 * 30; n++) {
      await tick(own.workspace, options);
      // Once an hour somebody wants to tell the agent something; its hooks say that it works.
      if (n % 30 === 0) await tellIfItWaits(own, ledger, session);
      own.ports.clock.advance(120_000);
    }
    const state = await readSchedulerState(own.ports.fs, root);
    assert.equal(state.jobs['pace']?.runs, 8);
    assert.equal(state.jobs['tidy']?.runs, 1);
    assert.deepEqual([started, own.ports.processes.signals], [[], []]);
    assert.equal((await own.workspace.sessions.get(session))?.end, null);
    const deferred = state.history.filter(({ kind }) => kind === 'deferred');
    assert.ok(deferred.length > 0 && deferred.length < 12, `${deferred.length} entries for one reason`);
    assert.ok(deferred.every(({ text }) => text === 'Nothing started: foreground_session'));
    const skips = (await ledger.skips()).map(({ task, session: of, reason }) => [task, of, reason]);
    assert.deepEqual(skips, Array(8).fill(['1', session, 'busy']));
  });

  test('do not run in a folder that is not trusted', async () => {
    const own = await background([], config);
    const report = await tick(own.workspace, tickOptions(own, { jobs, trusted: false }));
    assert.deepEqual([report.nextAt, report.did], [undefined, []]);
  });

  test('that fail, or have no expression that reads, are told and keep nothing else from running', async () => {
    const bad = {
      heartbeat: { jobs: [job('odd', 'every day', 'health'), job('pace', '0 * * * *', 'velocity')] },
    };
    const own = await background(['1'], bad);
    const failing: JobRunner = { ...jobs, run: () => Promise.reject(new Error('no room')) };
    const options = tickOptions(own, { jobs: failing });
    const first = await tick(own.workspace, options);
    assert.deepEqual(
      first.did.map(({ kind, text }) => [kind, text]),
      [['failed', 'Job odd: "every day" is no cron expression']],
    );
    own.ports.clock.setWall('2026-11-21T08:00:00.000Z');
    const second = await tick(own.workspace, options);
    assert.equal(second.check.status, 'READY');
    const { jobs: states } = await readSchedulerState(own.ports.fs, root);
    assert.deepEqual(
      [states['pace']?.lastOk, states['pace']?.lastResult, states['pace']?.failures],
      [false, 'no room', 1],
    );
    assert.equal(states['odd']?.nextAt, null);
  });
});

class Deaf extends Error {}

/** Sessions of a process that is dead: what it would write now is not written. */
function mute(sessions: Background['workspace']['sessions']): Background['workspace']['sessions'] {
  return new Proxy(sessions, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'discard') return () => Promise.reject(new Deaf());
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
