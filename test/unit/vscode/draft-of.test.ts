import assert from 'node:assert/strict';
import { draftOf } from '../../../src/vscode/commands/draft-of';
import { taskId } from './support';

suite('the draft of a row', () => {
  const draft = { key: 'investigate:1:0:x', about: taskId('1'), title: 'T', rationale: 'R', criteria: [] };
  const copies = ['/project', '/copy'].map((root) => ({ root, background: { drafts: [draft] } }));

  test('is the one of its own folder, where two folders are copies of one project', () => {
    const row = (root: string) => ({ id: 'r', ref: { root, task: taskId('1') }, draft: draft.key });
    assert.equal(draftOf(copies, row('/copy'))?.folder.root, '/copy');
    assert.equal(draftOf(copies, row('/project'))?.folder.root, '/project');
    assert.equal(draftOf(copies, row('/elsewhere')), undefined);
  });

  test('is nothing where none is on offer', () => {
    assert.equal(draftOf(copies, { draft: 'other' }), undefined);
    for (const odd of [undefined, null, 7, {}, { draft: undefined }])
      assert.equal(draftOf(copies, odd), undefined);
  });
});
