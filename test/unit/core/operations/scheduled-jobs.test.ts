// What scheduled jobs do, each by what is on disk afterwards.
import assert from 'node:assert/strict';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { createTask } from '../../../../src/core/operations/create-task';
import { runEntry } from '../../../../src/core/operations/run-entry';
import { runJob } from '../../../../src/core/operations/scheduled-jobs';
import { paths } from '../../../../src/core/store/paths';
import { root } from '../../../support/memory-workspace';
import { completeForTest } from './background-deeds';
import { agentsThat, background } from './background-support';

const day = 86_400_000;

suite('a scheduled job', () => {
  test('velocity counts what was finished lately', async () => {
    const { workspace } = await background(['1', '2']);
    await changeStatus(workspace, '1', 'acknowledge');
    await changeStatus(workspace, '1', 'start');
    await completeForTest(workspace, '1');
    assert.equal(
      await runJob(workspace, { run: 'velocity' }),
      'Finished in the last 7 days: 1 task and 1 feature; in the last 14: 1 task and 1 feature',
    );
  });

  test('recurring makes what is missing, and nothing when nothing is', async () => {
    const { workspace, ports } = await background([]);
    const recurrence = { recurs: 'weekly' as const, due: '2026-11-16' };
    await createTask(workspace, { title: 'Review', id: 'review', recurrence });
    const path = `${root}/task-states/task-review-state.md`;
    ports.fs.put(path, (ports.fs.text(path) ?? '').replace('status: pending', 'status: completed'));
    assert.equal(await runJob(workspace, { run: 'recurring' }), 'Created #review-2026-11-23');
    assert.equal(
      await runJob(workspace, { run: 'recurring' }),
      'Every completed recurring task has its next occurrence',
    );
  });

  test('cleanup removes what is old, and nothing of a session that lives', async () => {
    const own = await background(['1', '2']);
    const { workspace, ports } = own;
    const { host } = agentsThat(own);
    const ended = await runEntry(workspace, undefined, host);
    assert.ok(ended.ran);
    const log = `${paths.runLogs(root)}/${ended.session.id}.log`;
    ports.fs.put(log, 'what it printed');
    ports.fs.put(`${paths.memory(root)}/.journal.jsonl.1.baton-tmp`, 'half');
    assert.equal(await runJob(workspace, { run: 'cleanup' }), 'Nothing to remove');
    ports.clock.advance(31 * day);
    const live = `${paths.packets(root)}/00000000-live-4000-8000-000000000000.md`;
    ports.fs.put(live, 'a packet of today');
    assert.equal(
      await runJob(workspace, { run: 'cleanup' }),
      'Removed 1 startup packet, 1 log of a run, 1 half-written file',
    );
    assert.equal(ports.fs.text(log), undefined);
    assert.equal(ports.fs.text(live), 'a packet of today');
    assert.ok(ports.fs.text(`${paths.sessions(root)}/${ended.session.id}.json`) !== undefined);
  });

  test('health leaves its whole report in a file, and fixes nothing', async () => {
    const { workspace, ports } = await background([]);
    await createTask(workspace, { title: 'Broken', id: '1', dependsOn: [] });
    const path = `${root}/task-states/task-1-state.md`;
    const broken = (ports.fs.text(path) ?? '').replace('depends_on: []', 'depends_on: ["404"]');
    ports.fs.put(path, broken);
    const result = await runJob(workspace, { run: 'health' });
    assert.match(
      result,
      /^\d+ errors?, \d+ warnings?, \d+ hints?; \d+ can be fixed by `baton health --fix`$/,
    );
    const report: unknown = JSON.parse(ports.fs.text(paths.healthReport(root)) ?? '');
    assert.ok(JSON.stringify(report).includes('404'));
    assert.equal(ports.fs.text(path), broken);
  });
});
