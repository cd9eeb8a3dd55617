// Which tasks a task builds on: what is written, what is taken over from upstream, and what is refused with its reason.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { ChainGraph } from '../../../../src/core/chain/graph';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { createTask } from '../../../../src/core/operations/create-task';
import { setDependencies } from '../../../../src/core/operations/set-dependencies';
import { chainNode } from '../../../../src/core/operations/take-snapshot';
import { memoryWorkspace } from '../../../support/memory-workspace';

const completed = `---
status: completed
depends_on: []
---

# Task #1: Schema - State

## Chain Output

### Summary
Users table.
`;

suite('changing dependencies', () => {
  async function chain() {
    const made = await memoryWorkspace();
    for (const [id, dependsOn] of [
      ['1', []],
      ['2', ['1']],
      ['3', ['2']],
      ['4', []],
    ] as const) {
      await createTask(made.workspace, { title: `T${id}`, id, dependsOn: [...dependsOn] });
    }
    return made;
  }

  test('writes them in the order given, and nothing else of the file', async () => {
    const { workspace, ports } = await chain();
    const { path } = await workspace.store.find((await setDependencies(workspace, '4', ['#3', '1', '3'])).id);
    const text = ports.fs.text(path) ?? '';
    assert.match(text, /^depends_on: \["3", "1"\]$/m);
    const after = await setDependencies(workspace, '4', []);
    assert.deepEqual(after.dependsOn, []);
    assert.equal((ports.fs.text(path) ?? '').replace('depends_on: []', 'depends_on: ["3", "1"]'), text);
  });

  test('takes over what a completed upstream task has handed on', async () => {
    const { workspace, ports } = await chain();
    const { path } = await workspace.store.find((await createTask(workspace, { title: 'S', id: '9' })).id);
    ports.fs.put(path, completed.replace('#1:', '#9:'));
    const { path: own } = await setDependencies(workspace, '4', ['9']);
    assert.match(
      ports.fs.text(own) ?? '',
      /### From Task #9: Schema\n<!-- baton:input[^\n]*\n> Users table\./,
    );
  });

  test('refuses a circle with the way it goes, itself, and a task that does not exist', async () => {
    const { workspace, ports } = await chain();
    const { path } = await workspace.store.find((await workspace.store.tasks())[0]?.id ?? fail());
    const before = ports.fs.text(path);
    const why = async (id: string, upstream: readonly string[]) => {
      try {
        await setDependencies(workspace, id, upstream);
      } catch (error) {
        if (isBatonError(error)) return `${error.code}: ${error.message} ${error.hint ?? ''}`;
        throw error;
      }
      return 'taken';
    };
    assert.match(await why('1', ['3']), /^cycle: #1 cannot depend on #3, .*#1 feeds #2 feeds #3/);
    assert.match(await why('1', ['1']), /^cycle: #1 cannot depend on itself/);
    assert.match(await why('1', ['5']), /^not_found: There is no task #5/);
    assert.match(await why('7', ['1']), /^not_found/);
    assert.equal(ports.fs.text(path), before);
  });

  test('leaves a finished task as it is', async () => {
    const { workspace } = await chain();
    await changeStatus(workspace, '4', 'cancel', { reason: 'Not needed' });
    await assert.rejects(setDependencies(workspace, '4', ['1']), /is cancelled: it was built on what it had/);
  });

  test('keeps what was wrong before, so that one thing can be put right at a time', async () => {
    const { workspace, ports } = await chain();
    const { path } = await workspace.store.find((await createTask(workspace, { title: 'X', id: '8' })).id);
    ports.fs.put(path, (ports.fs.text(path) ?? '').replace('depends_on: []', 'depends_on: ["77", "1"]'));
    assert.deepEqual((await setDependencies(workspace, '8', ['77'])).dependsOn, ['77']);
  });

  test('never closes a circle, whatever is asked for', async () => {
    const ids = ['1', '2', '3', '4'];
    const wish = fc.tuple(fc.constantFrom(...ids), fc.subarray(ids));
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 8 }), async (wishes) => {
        const { workspace } = await chain();
        for (const [id, upstream] of wishes) {
          await setDependencies(workspace, id, upstream).catch((error: unknown) => {
            if (!isBatonError(error, 'cycle')) throw error;
          });
        }
        assert.deepEqual(new ChainGraph(workspace.store.tasks().map(chainNode)).cycles(), []);
      }),
      { numRuns: 30 },
    );
  });
});

function fail(): never {
  throw new Error('There is no task.');
}
