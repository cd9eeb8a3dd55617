import assert from 'node:assert/strict';
import { checkHealth } from '../../../../src/core/operations/check-health';
import { createTask } from '../../../../src/core/operations/create-task';
import { wasUncleanStop } from '../../../../src/core/operations/unclean-stop';
import { brokenStates } from './broken-states';
import { healthyWorkspace } from './health-workspace';

const unclean = new Set(['session_vanished', 'lock_orphaned', 'leftover_temporary', 'unfinished_change']);

suite('an unclean stop', () => {
  test('a workspace that was left in order shows none, also after changes', async () => {
    const workspace = healthyWorkspace();
    assert.equal(await wasUncleanStop(await workspace.open()), false);
    await createTask(await workspace.open(), { title: 'One', criteria: ['c'] });
    assert.equal(await wasUncleanStop(await workspace.open()), false);
  });

  for (const { rule, what, plant } of brokenStates.filter((state) => unclean.has(state.rule))) {
    test(`is seen by ${what}`, async () => {
      const workspace = healthyWorkspace();
      await plant(workspace);
      assert.equal(await wasUncleanStop(await workspace.open()), true, rule);
    });
  }

  test('a live session, a lock that is held and a write in progress are none', async () => {
    const workspace = healthyWorkspace();
    const { pid, start, scope } = workspace.ports.processes.self;
    const owner = { v: 1, token: 'alive', pid, start, scope, at: '2026-11-21T07:28:00.000Z' };
    workspace.put('.baton/locks/task-101.lock', JSON.stringify(owner));
    const now = workspace.ports.clock.now().getTime();
    workspace.ports.fs.put('/project/task-states/.task-101-state.md.1.baton-tmp', 'half', now);
    const opened = await workspace.open();
    assert.equal(await wasUncleanStop(opened), false);
    assert.deepEqual((await checkHealth(opened)).findings, []);
  });

  test('a lock of another machine is not judged', async () => {
    const workspace = healthyWorkspace();
    const owner = {
      v: 1,
      token: 'far',
      pid: 7,
      start: 's',
      scope: 'elsewhere',
      at: '2026-11-21T07:28:00.000Z',
    };
    workspace.put('.baton/locks/task-101.lock', JSON.stringify(owner));
    assert.equal(await wasUncleanStop(await workspace.open()), false);
  });
});
