import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { createTask } from '../../../../src/core/operations/create-task';
import { tickCriterion } from '../../../../src/core/operations/tick-criterion';
import { memoryWorkspace, root } from '../../../support/memory-workspace';
import { stateText } from '../../../support/state-text';

const file = `${root}/task-states/task-101-state.md`;

async function withCriteria() {
  const opened = await memoryWorkspace();
  await createTask(opened.workspace, { title: 'JWT', id: '101', criteria: ['Login works', 'Logout works'] });
  return { ...opened, text: () => opened.ports.fs.text(file) ?? '' };
}

suite('ticking a criterion', () => {
  test('the one that was seen at its place is ticked', async () => {
    const { workspace, text } = await withCriteria();
    const task = await tickCriterion(workspace, '101', 1, true, 'Logout works');
    assert.deepEqual(task.criteria, { done: 1, total: 2 });
    assert.match(text(), /- \[ \] Login works\n- \[x\] Logout works/);
  });

  test('is no failure where the upstream task is there twice', async () => {
    const { workspace, ports, text } = await withCriteria();
    for (const name of ['one', 'two']) ports.fs.put(`${root}/task-states/${name}.md`, stateText('100'));
    ports.fs.put(file, text().replace('depends_on: []', 'depends_on: ["100"]'));
    const task = await tickCriterion(workspace, '101', 0, true);
    assert.deepEqual([task.criteria.done, task.unmet], [1, ['100']]);
  });

  test('when another one stands there now, the tick is refused and nothing is written', async () => {
    const { workspace, ports, text } = await withCriteria();
    ports.fs.put(file, text().replace('- [ ] Login works\n', ''));
    const before = text();
    await assert.rejects(tickCriterion(workspace, '101', 0, true, 'Login works'), (error: unknown) => {
      assert.ok(isBatonError(error, 'conflict'));
      assert.match(error.message, /Logout works/);
      return true;
    });
    assert.equal(text(), before);
  });
});
