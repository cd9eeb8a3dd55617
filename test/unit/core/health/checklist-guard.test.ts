import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { ChecklistGuard, guardBreach } from '../../../../src/core/health/checklist-guard';
import { addFeature } from '../../../../src/core/operations/add-feature';
import { checkHealth } from '../../../../src/core/operations/check-health';
import { createTask } from '../../../../src/core/operations/create-task';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { passFeature } from '../../../../src/core/operations/pass-feature';
import { taskId } from '../../../support/state-text';
import { type HealthWorkspace, healthyWorkspace, jwtFile, root } from './health-workspace';

const file = 'task-states/task-102-state.md';

async function created(workspace: HealthWorkspace): Promise<void> {
  const features = [
    { id: 'a', description: 'first' },
    { id: 'b', description: 'second' },
  ];
  await createTask(await workspace.open(), { title: 'Guarded', features });
}

async function rules(workspace: HealthWorkspace) {
  const { findings } = await checkHealth(await workspace.open());
  return findings.map(({ rule }) => rule).filter((rule) => rule === 'checklist_guard');
}

const feature = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  description: fc.string({ maxLength: 4 }),
  steps: fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }),
});

suite('the checklist guard', () => {
  test('features are remembered when they are created and added', async () => {
    const workspace = healthyWorkspace();
    await created(workspace);
    await addFeature(await workspace.open(), '102', { id: 'c', description: 'third' });
    const guarded = await new ChecklistGuard(workspace.ports, root).recorded(taskId('102'));
    assert.deepEqual(
      guarded.map(({ id, description }) => [id, description]),
      [
        ['a', 'first'],
        ['b', 'second'],
        ['c', 'third'],
      ],
    );
  });

  test('nothing is remembered where a link of the repository leads out of the folder', async () => {
    const { ports } = healthyWorkspace();
    ports.fs.put('/elsewhere/x', '');
    ports.fs.putLink(`${root}/.baton/memory/checklists`, '/elsewhere');
    const recorded = new ChecklistGuard(ports, root).record(taskId('101'), [
      { id: 'a', description: 'first', steps: [] },
    ]);
    await assert.rejects(recorded, (error) => isBatonError(error, 'untrusted'));
    assert.deepEqual(await ports.fs.list('/elsewhere'), [{ name: 'x', kind: 'file' }]);
  });

  test('features of a file from elsewhere are remembered at first sight', async () => {
    const workspace = healthyWorkspace();
    assert.deepEqual(await rules(workspace), []);
    workspace.edit(jwtFile, 'verifies a token', 'verifies nothing');
    assert.deepEqual(await rules(workspace), ['checklist_guard']);
  });

  test('passing a feature breaches nothing', async () => {
    const workspace = healthyWorkspace();
    await created(workspace);
    await passFeature(await workspace.open(), '102', 'a');
    assert.deepEqual(await rules(workspace), []);
  });

  test('what was removed and reworded comes back as it was, and only that', async () => {
    const workspace = healthyWorkspace();
    await created(workspace);
    const before = workspace.text(file) ?? '';
    workspace.edit(file, '"description": "first"', '"description": "whatever"');
    assert.deepEqual(await rules(workspace), ['checklist_guard']);
    await fixHealth(await workspace.open(), 'checklist_guard');
    assert.equal(workspace.text(file), before);
  });

  test('what is recorded of a feature never changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(feature, { maxLength: 4 }), { maxLength: 4 }), async (sights) => {
        const { ports } = healthyWorkspace();
        const guard = new ChecklistGuard(ports, root);
        const first = new Map<string, string>();
        for (const sight of sights) {
          for (const { id, description } of sight) if (!first.has(id)) first.set(id, description);
          await guard.record(taskId('9'), sight);
        }
        const recorded = await guard.recorded(taskId('9'));
        assert.deepEqual(new Map(recorded.map(({ id, description }) => [id, description])), first);
        assert.deepEqual(guardBreach(recorded, recorded), { removed: [], reworded: [] });
      }),
      { numRuns: 50 },
    );
  });

  test('a memory that was tampered with guards nothing, and breaks nothing', async () => {
    const workspace = healthyWorkspace();
    await created(workspace);
    workspace.edit('.baton/memory/checklists/102.json', '"first"', '"forged"');
    assert.deepEqual(await rules(workspace), []);
    workspace.put('.baton/memory/checklists/102.json', '{');
    assert.deepEqual(await rules(workspace), []);
  });
});
