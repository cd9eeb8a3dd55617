// Files of a later version: what this one does not know is no reason to lose what it does. Requirements 001-11, 001-72.
import assert from 'node:assert/strict';
import { backgroundChoiceSchema } from '../../../../src/core/model/background';
import { configSchema } from '../../../../src/core/model/config';
import { createTask } from '../../../../src/core/operations/create-task';
import { addToQueue } from '../../../../src/core/operations/queue-list';
import { queueOf } from '../../../../src/core/operations/queue-of';
import { readSchedulerState } from '../../../../src/core/scheduler/scheduler-state';
import { crc32 } from '../../../../src/core/store/crc32';
import { paths } from '../../../../src/core/store/paths';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { atWork } from '../operations/session-support';

const later = { from2031: { a: [1] } };

suite('files of a later version', () => {
  test('keep their settings and choices here, without those that are unknown', () => {
    const config = configSchema.parse({ memory: { maxItems: 99, ...later }, ...later });
    assert.equal(config.memory.maxItems, 99);
    const choice = backgroundChoiceSchema.parse({ autoResume: true, held: ['1'], ...later });
    assert.deepEqual([choice.autoResume, choice.held], [true, ['1']]);
  });

  test('are read as sessions and scheduler state', async () => {
    const { ports, session } = await atWork();
    const path = `${paths.sessions(root)}/${session.id}.json`;
    ports.fs.put(path, JSON.stringify({ ...JSON.parse(ports.fs.text(path) ?? ''), ...later }));
    ports.fs.put(
      paths.schedulerState(root),
      JSON.stringify({ v: 1, fence: 3, occurrences: ['7'], ...later }),
    );
    const workspace = await openMemory(ports);
    assert.equal((await workspace.sessions.get(session.id))?.task, session.task);
    assert.deepEqual((await readSchedulerState(ports.fs, root)).occurrences, ['7']);
  });

  test('are read as queue, and keep what is unknown when the queue is changed', async () => {
    const { ports, workspace } = await memoryWorkspace();
    for (const id of ['1', '2']) await createTask(workspace, { id, title: id });
    await addToQueue(workspace, { task: '1', prompt: undefined, priority: undefined });
    const path = paths.queue(root);
    const held: unknown = JSON.parse(ports.fs.text(path) ?? '');
    assert.ok(Array.isArray(held));
    ports.fs.put(path, JSON.stringify(held.map((entry) => ({ ...entry, ...later }))));
    await addToQueue(workspace, { task: '2', prompt: undefined, priority: undefined });
    assert.equal((await queueOf(workspace).list()).entries.length, 2);
    assert.match(ports.fs.text(path) ?? '', /from2031/);
  });

  test('are read as change log, with records of kinds and fields that are unknown', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await createTask(workspace, { id: '1', title: 'One' });
    const path = `${paths.memory(root)}/WAL-2026-11-21.log`;
    const record = {
      ...{
        v: 1,
        seq: 2,
        type: 'galaxy.align',
        task: '1',
        actor: 'agent',
        session: null,
        path: 'x',
        via: 'event',
      },
      ...{ new: later, before: null, after: '', edits: [], time: '2026-11-21T07:28:00.000Z', ...later },
    };
    const body = JSON.stringify(record);
    const line = `${body.slice(0, -1)},"crc":"${crc32(new TextEncoder().encode(body))}"}\n`;
    ports.fs.put(path, `${ports.fs.text(path)}${line}`);
    const report = await workspace.store.changeLog.verify();
    assert.deepEqual([report.records, report.lastSeq, report.damaged], [2, 2, []]);
    const next = await createTask(await openMemory(ports), { title: 'Two' });
    assert.equal(next.title, 'Two');
  });
});
