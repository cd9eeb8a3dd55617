// Workers that really do something: each changes what can be seen, and names it. requirements.md 2.3, tests 1 and 2.
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { noBackgroundChoice } from '../../../../src/core/model/background';
import { createTask } from '../../../../src/core/operations/create-task';
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { addToQueue } from '../../../../src/core/operations/queue-list';
import { queueOf } from '../../../../src/core/operations/queue-of';
import { runWorkers, type WorkersHost } from '../../../../src/core/operations/run-workers';
import { runJob } from '../../../../src/core/operations/scheduled-jobs';
import { workerMetrics } from '../../../../src/core/operations/worker-metrics';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { paths } from '../../../../src/core/store/paths';
import { memoryWorkspace, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';
import { completeForTest } from './background-deeds';
import { background, tickOptions } from './background-support';
import { agentPid, atWork } from './session-support';

const host: WorkersHost = {
  tick: { trusted: true, choice: noBackgroundChoice, profiles: [] },
  arm: () => ({ dispose: () => undefined }),
  warn: (message) => assert.fail(message),
};

async function executed(workspace: BatonWorkspace, own: WorkersHost = host) {
  const [result] = await runWorkers(workspace, ['execution'], own);
  assert.ok(result);
  return result;
}

suite('the execution worker', () => {
  test('gives a task back whose agent is gone, and names task and transition', async () => {
    const { ports, workspace, session } = await atWork();
    ports.processes.running.delete(agentPid);
    ports.clock.advance(3600_000);
    const { status, detail, evidence } = await executed(workspace);
    assert.equal(status, 'done');
    assert.equal(detail, 'Moved on: 1 of 1 tasks');
    const released = evidence.find((line) => line.includes('in_progress → pending'));
    assert.match(
      released ?? evidence.join('\n'),
      new RegExp(`^#${session.task}: Status .*\\(recoverOrphaned\\)`),
    );
    assert.equal((await workspace.store.find(session.task)).outline.status, 'pending');
  });

  test('takes what is done out of the queue, and refreshes inputs that are stale', async () => {
    const { workspace } = await background(['1']);
    await createTask(workspace, { id: '2', title: 'Two', dependsOn: ['1'], criteria: ['c'] });
    await completeForTest(workspace, '1');
    await addToQueue(workspace, { task: '2', prompt: undefined, priority: undefined });
    // By hand, in the files.
    const { path } = await workspace.store.find(taskId('1'));
    const { fs } = workspace.ports;
    const text = new TextDecoder().decode(await fs.read(path));
    await fs.remove(path);
    await fs.createExclusive(path, new TextEncoder().encode(text.replace('Done.', 'Done, and different.')), {
      sync: false,
    });
    const { evidence } = await executed(workspace);
    assert.match(evidence.join('\n'), /^#2: Chain input from #1 refreshed/m);
    const again = await executed(workspace);
    assert.equal(again.detail, 'Nothing was due');
  });

  test('says what it looked at where nothing was due, and starts nothing that the gate refuses', async () => {
    const own = await background(['1']);
    const started: string[] = [];
    const refusing = tickOptions(own, {
      choice: noBackgroundChoice,
      startRun: async (id) => started.push(id),
    });
    const { detail, evidence } = await executed(own.workspace, { ...host, tick: refusing });
    assert.deepEqual([detail, started], ['Nothing was due', []]);
    assert.deepEqual(evidence, ['Looked at 1 tasks and 1 queue entries: DEFERRED']);
    const allowing = tickOptions(own, { startRun: async (id) => started.push(id) });
    const allowed = await executed(own.workspace, { ...host, tick: allowing });
    assert.equal(started.length, 1);
    assert.match(allowed.evidence.join('\n'), /Started a run of .* for #1/);
  });

  test('leaves a held task alone when it looks for what may start', async () => {
    const own = await background(['1', '2']);
    const started: string[] = [];
    const { choice } = tickOptions(own);
    const tick = tickOptions(own, {
      choice: { ...choice, held: ['1'] },
      startRun: async (id) => started.push(id),
    });
    await executed(own.workspace, { ...host, tick });
    const { entries } = await queueOf(own.workspace).list();
    assert.deepEqual(
      started,
      entries.filter(({ taskId }) => taskId === '2').map(({ id }) => id),
    );
  });
});

suite('the workers together', () => {
  test('write no report where a link of the repository leads out of the folder', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put('/elsewhere/2026-11-21.md', 'A diary');
    ports.fs.putLink(`${root}/.baton/memory/reports`, '/elsewhere');
    const [status] = await runWorkers(workspace, ['status'], { ...host, warn: () => undefined });
    assert.equal(ports.fs.text('/elsewhere/2026-11-21.md'), 'A diary');
    assert.equal(status?.status, 'failed');
  });

  test('index, move on and report in one go, and are on record with what they showed', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(`${root}/docs/guide.md`, '# Guide\nHow it works.');
    await createTask(workspace, { id: '7', title: 'Seven', features: [{ id: 'f-1', description: 'a' }] });
    await completeForTest(workspace, '7');
    const results = await runWorkers(workspace, ['status', 'research', 'execution'], host);
    assert.deepEqual(
      results.map(({ worker, status }) => [worker, status]),
      [
        ['status', 'done'],
        ['research', 'done'],
        ['execution', 'done'],
      ],
    );
    assert.ok(results.every(({ evidence }) => evidence.length > 0));
    const [status, research] = results;
    assert.ok(research?.evidence.includes('Read docs/guide.md'), research?.evidence.join('\n'));
    const report = ports.fs.text(paths.statusReport(root, '2026-11-21')) ?? '';
    assert.match(report, /#7: Completed, chain output written/);
    assert.match(report, /#7: Feature f-1 passes/);
    assert.ok(status?.evidence.includes('.baton/memory/reports/2026-11-21.md'));
    const { records } = await workspace.store.changeLog.read();
    const runs = records.filter(({ record }) => record.type === 'worker.run');
    const figures = await workerMetrics(workspace, '2026-11-21T00:00:00Z');
    assert.deepEqual(
      figures.map(({ worker, runs: count, failures }) => [worker, count, failures]),
      [
        ['research', 1, 0],
        ['execution', 1, 0],
        ['status', 1, 0],
      ],
    );
    assert.deepEqual(
      runs.map(({ record }) => record.actor),
      ['tool', 'tool', 'tool'],
    );
  });

  test('that are more than may wait are refused, on record, and the others do their work', async () => {
    const { workspace } = await memoryWorkspace();
    const config = {
      ...workspace.config,
      workers: { ...workspace.config.workers, parallel: 1, queueLimit: 1 },
    };
    const results = await runWorkers({ ...workspace, config }, ['status', 'execution', 'research'], host);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['done', 'done', 'failed'],
    );
    assert.match(results[2]?.detail ?? '', /was not taken on: 1 jobs wait already/);
    const figures = await workerMetrics(workspace, '2026-11-21T00:00:00Z');
    assert.equal(figures.find(({ worker }) => worker === 'research')?.errorRate, 1);
  });

  test('answer switched_off where they are, and by the runtime as well; jobs are left out', async () => {
    for (const off of ['workers', 'agentRuntime'] as const) {
      const { workspace } = await memoryWorkspace({ acting: { off: [off] } });
      await assert.rejects(runWorkers(workspace, ['status'], host), (error) =>
        isBatonError(error, 'switched_off'),
      );
      assert.match(await runJob(workspace, { run: 'status' }), /^Left out: .*switched off/);
    }
  });

  test('research fails where memory is off, and its job is left out', async () => {
    const { workspace } = await memoryWorkspace({ acting: { off: ['memory'] } });
    const [result] = await runWorkers(workspace, ['research'], host);
    assert.deepEqual([result?.status, result?.detail], ['failed', 'Memory is switched off by a setting']);
    assert.match(await runJob(workspace, { run: 'research' }), /^Left out: Memory is switched off/);
  });

  test('as jobs by the clock say in one line what they did', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(`${root}/a.md`, 'words');
    assert.match(await runJob(workspace, { run: 'research' }), /^1 documents: 1 read/);
    await finalizeTask(workspace, (await createTask(workspace, { title: 'One' })).id, {
      ...{ summary: 'Done', force: true, reason: 'enough' },
    });
    assert.match(
      await runJob(workspace, { run: 'status' }),
      /^Wrote \.baton\/memory\/reports\/2026-11-21\.md/,
    );
  });
});
