import assert from 'node:assert/strict';
import { taskRowText } from '../../../src/cli/task-row-text';
import { contentHash } from '../../../src/core/base/content-hash';
import { decodeUtf8 } from '../../../src/core/base/utf8';
import { defaultConfig } from '../../../src/core/model/config';
import { listTasks } from '../../../src/core/operations/list-tasks';
import { takeSnapshot } from '../../../src/core/operations/take-snapshot';
import type { BatonWorkspace } from '../../../src/core/operations/workspace';
import { TaskStore } from '../../../src/core/store/task-store';
import { taskOwnFormat, taskShape, taskText } from '../../../src/wire/task-shape';
import { generateTasks } from '../../bench/generate-tasks';
import { memoryWorkspace, root } from '../../support/memory-workspace';
import { stateText } from '../../support/state-text';

/** Enough for the cache to be worth it. */
const count = 220;
const yesterday = Date.parse('2026-11-20T00:00:00Z');

/** Generated tasks; two files for one id, and one that waits for itself. */
async function workspaceWithTasks(): Promise<BatonWorkspace> {
  const { workspace, ports } = await memoryWorkspace();
  for (const { text } of generateTasks(count)) {
    const id = /^# Task #(\d+)/m.exec(text)?.[1];
    ports.fs.put(`${root}/task-states/task-${id}-state.md`, text, yesterday);
  }
  ports.fs.put(`${root}/task-states/twin.md`, stateText('5'), yesterday);
  const circle = stateText('900').replace(/depends_on: .*\n|^---\n/, '---\ndepends_on: ["900"]\n');
  ports.fs.put(`${root}/task-states/task-900-state.md`, circle, yesterday);
  ports.clock.advance(60_000);
  return workspace;
}

/** What another process of the command line has of the same folder. */
function reopened(workspace: BatonWorkspace): BatonWorkspace {
  return {
    ...workspace,
    store: new TaskStore(workspace.ports, root, defaultConfig, { rowText: taskRowText }),
  };
}

const nothing = new Uint8Array(0);

suite('The text of a listed task', () => {
  test('it is `JSON.stringify` of its shape, from the files and from the cache', async () => {
    const workspace = await workspaceWithTasks();
    const { tasks } = await takeSnapshot(workspace);
    const expected = tasks.map((task) => JSON.stringify(taskShape(task)));
    for (const source of ['files', 'cache']) {
      const again = reopened(workspace);
      const listed = await listTasks(again);
      const texts = Array.from(listed, ({ ownText = nothing, standing }) => {
        const { kept, rest } = taskText(ownText, standing);
        return decodeUtf8(kept) + rest;
      });
      await again.store.settled();
      assert.deepEqual(texts, expected, source);
    }
    assert.equal(tasks.filter(({ fileProblem }) => fileProblem === 'duplicate_id').length, 1);
    assert.equal(tasks.filter(({ badges }) => badges.includes('cyclic')).length, 1);
  });

  test('its format goes up when the text of the same task changes', async () => {
    const workspace = reopened(await workspaceWithTasks());
    await workspace.store.refresh();
    const texts = workspace.store.rows().map(({ text = nothing }) => decodeUtf8(text));
    const seen = { format: taskOwnFormat, texts: contentHash(texts.join('\n')) };
    // Another hash with the same format: raise `taskOwnFormat`, then write both here.
    assert.deepEqual(seen, { format: 'task-1', texts: '50ff21b1ec1b14d6' });
  });
});
