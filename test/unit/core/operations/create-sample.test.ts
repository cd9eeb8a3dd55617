import assert from 'node:assert/strict';
import { pathMentions } from '../../../../src/core/editing/path-mentions';
import { readTaskText } from '../../../../src/core/editing/task-text';
import { createSample } from '../../../../src/core/operations/create-sample';
import { takeSnapshot } from '../../../../src/core/operations/take-snapshot';
import { memoryWorkspace } from '../../../support/memory-workspace';

suite('the sample chain', () => {
  test('names no file that is not there, so that a newcomer meets no warning', async () => {
    const { workspace } = await memoryWorkspace();
    await createSample(workspace);
    const { tasks } = await takeSnapshot(workspace);
    assert.equal(tasks.length, 3);
    for (const { id } of tasks) {
      const { text, document } = await workspace.store.read(id);
      assert.deepEqual(document.problems, [], id);
      assert.deepEqual(pathMentions(readTaskText(text)), [], id);
    }
  });
});
