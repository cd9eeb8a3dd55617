import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { applyEdits } from '../../../../src/core/base/text-edit';
import { createTask } from '../../../../src/core/operations/create-task';
import { finalizeTask, previewFinalize } from '../../../../src/core/operations/finalize-task';
import type { OpenDocuments } from '../../../../src/core/ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';

const path = `${root}/task-states/task-101-state.md`;
const forced = { summary: 'Done', force: true, reason: 'enough' };

/** A task in a repository where git knows of one created file; its output section as given. */
async function withOutput(output: string) {
  const { ports, workspace } = await memoryWorkspace();
  ports.git.current = { head: 'a'.repeat(40), branch: 'main', dirty: false };
  ports.git.changes = [{ path: 'src/from-git.ts', change: 'created' }];
  await createTask(workspace, { title: 'JWT Service', id: '101' });
  const text = () => ports.fs.text(path) ?? '';
  ports.fs.put(path, text().replace(/\(Agent will finalize[^\n]*/, output));
  return { workspace, text };
}

suite('the files of a chain output', () => {
  test('a list that the agent wrote stays, also while the summary is still missing', async () => {
    const own = '### Files Created/Modified\n- `src/jwt.ts` - makes the tokens';
    const { workspace, text } = await withOutput(own);
    assert.deepEqual((await previewFinalize(workspace, '101')).draft.sections, {});
    await finalizeTask(workspace, '101', forced);
    assert.ok(text().includes('- `src/jwt.ts` - makes the tokens'), text());
    assert.ok(!text().includes('from-git'), text());
  });

  test('a list that is empty or only says that it will be filled comes from git', async () => {
    for (const own of ['### Files Created/Modified', '### Files Created/Modified\n(Filled in at the end)']) {
      const { workspace, text } = await withOutput(own);
      await finalizeTask(workspace, '101', forced);
      assert.ok(text().includes('### Files Created/Modified\n- `src/from-git.ts` (created)'), text());
    }
  });

  test('a list given under another spelling is the one that is written', async () => {
    for (const own of ['(Agent will finalize)', '### Files Created/Modified']) {
      const { workspace, text } = await withOutput(own);
      await finalizeTask(workspace, '101', { ...forced, sections: { 'Files created/modified': '- mine' } });
      assert.ok(text().includes('- mine'), text());
      assert.ok(!text().includes('from-git'), text());
    }
  });

  test('a part given twice is refused, and nothing is written', async () => {
    const { workspace, text } = await withOutput('### Notes\nold');
    const before = text();
    const sections = { Notes: 'one', 'notes:': 'two' };
    await assert.rejects(finalizeTask(workspace, '101', { ...forced, sections }), (error) =>
      isBatonError(error, 'invalid_input'),
    );
    assert.equal(text(), before);
  });
});

suite('finalizing what an editor has not saved yet', () => {
  test('counts a summary that was typed there, and completes the task there', async () => {
    const { ports, workspace: first } = await memoryWorkspace();
    await createTask(first, { title: 'JWT Service', id: '101' });
    let unsaved = (ports.fs.text(path) ?? '').replace(
      /\(Agent will finalize[^\n]*/,
      '### Summary\nTokens are signed.',
    );
    const documents: OpenDocuments = {
      dirtyText: (of) => (of === path ? unsaved : undefined),
      apply: async (_path, _base, edits) => {
        unsaved = applyEdits(unsaved, edits);
        return true;
      },
    };
    const workspace = await openMemory({ ...ports, documents });
    const { summaryMissing, draft } = await previewFinalize(workspace, '101');
    assert.deepEqual([summaryMissing, draft.summary], [false, 'Tokens are signed.']);
    await finalizeTask(workspace, '101', { force: true, reason: 'enough' });
    assert.match(unsaved, /^status: completed$/m);
  });
});
