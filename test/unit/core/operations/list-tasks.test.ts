import assert from 'node:assert/strict';
import { createTask } from '../../../../src/core/operations/create-task';
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { listTasks } from '../../../../src/core/operations/list-tasks';
import { takeSnapshot } from '../../../../src/core/operations/take-snapshot';
import { memoryWorkspace, root } from '../../../support/memory-workspace';
import { stateText } from '../../../support/state-text';

suite('listing tasks', () => {
  test('the list is the tasks of a snapshot: done, fed, waiting, in a circle and without an upstream task', async () => {
    const { workspace, ports } = await memoryWorkspace();
    await createTask(workspace, { title: 'Database Schema', id: '100' });
    await createTask(workspace, { title: 'JWT Service', id: '101', dependsOn: ['100'] });
    await createTask(workspace, { title: 'Auth Endpoints', id: '102', dependsOn: ['101'] });
    await createTask(workspace, { title: 'Alone', id: '20' });
    await finalizeTask(workspace, '100', { summary: 'Done', force: true, reason: 'enough' });
    for (const [id, upstream] of [
      ['200', '201'],
      ['201', '200'],
      ['202', '999'],
    ] as const) {
      const text = `---\nstatus: pending\ndepends_on: ["${upstream}"]\n---\n\n${stateText(id).replace(/^---\n[\s\S]*?\n---\n/, '')}`;
      ports.fs.put(`${root}/task-states/task-${id}-state.md`, text);
    }
    const listed = Array.from(await listTasks(workspace), (task) => task.view());
    assert.deepEqual(listed, (await takeSnapshot(workspace)).tasks);
    assert.deepEqual(
      listed.map(({ id, badges }) => [id, badges]),
      [
        ['20', ['ready']],
        ['100', []],
        ['101', ['ready']],
        ['102', ['waiting']],
        ['200', ['waiting', 'cyclic']],
        ['201', ['waiting', 'cyclic']],
        ['202', ['waiting', 'dangling']],
      ],
    );
  });

  test('an empty workspace has an empty list', async () => {
    assert.deepEqual([...(await listTasks((await memoryWorkspace()).workspace))], []);
  });
});
