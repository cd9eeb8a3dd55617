import assert from 'node:assert/strict';
import type { Criterion, Feature, TaskDocument } from '../../../src/core/model/task';
import type { TaskWhole } from '../../../src/core/operations/task-view';
import { chainsModel, checklistRows, taskNodeId } from '../../../src/vscode/views/chains-model';
import type { TreeNode } from '../../../src/vscode/views/tree-node';
import { folder, l10n, progress, snapshot, task } from './support';

const range = { start: 0, end: 0 };

function feature(id: string, passes: boolean): Feature {
  const rest = {
    testedAt: undefined,
    category: undefined,
    steps: [],
    verify: undefined,
    evidence: undefined,
  };
  return { id, description: `does ${id}`, passes, range, ...rest };
}

function criterion(text: string, done: boolean): Criterion {
  return { text, done, range };
}

/** Only the two lists are read; the rest of a document is not made up for it. */
function whole(featureList: readonly Feature[], criteriaList: readonly Criterion[]): TaskWhole {
  const document: Pick<TaskDocument, 'featureList' | 'criteriaList'> = { featureList, criteriaList };
  return { ...task('101'), staleInputs: [], document: document as TaskDocument };
}

function parentRow(): TreeNode {
  const one = task('101', progress(0, 2));
  const node = chainsModel([folder(snapshot([one]))], l10n).nodes.get(taskNodeId('/project', one.file));
  assert.ok(node);
  return node;
}

suite('the checklist below a task', () => {
  test('stands under two headings when there are features and acceptance criteria', () => {
    const rows = checklistRows(
      parentRow(),
      whole([feature('jwt-1', true), feature('jwt-2', false)], [criterion('works', false)]),
      l10n,
    );
    const headings = rows.roots.map((id) => rows.nodes.get(id));
    assert.deepEqual(
      headings.map((node) => [node?.label, node?.description]),
      [
        ['Features', '1/2'],
        ['Acceptance Criteria', '0/1'],
      ],
    );
    assert.deepEqual(
      headings.flatMap((node) => node?.children ?? []).map((id) => rows.nodes.get(id)?.checked),
      [true, false, false],
    );
  });

  test('stands directly below the task when there is only one kind', () => {
    const rows = checklistRows(parentRow(), whole([], [criterion('works', true)]), l10n);
    assert.deepEqual(
      rows.roots.map((id) => rows.nodes.get(id)?.label),
      ['works'],
    );
    assert.equal(rows.nodes.get(rows.roots[0] ?? '')?.parent, parentRow().id);
  });

  test('says of each row which box of the file it ticks', () => {
    const rows = checklistRows(
      parentRow(),
      whole([feature('jwt-1', false)], [criterion('works', false)]),
      l10n,
    );
    const targets = [...rows.nodes.values()].flatMap(({ target }) => target ?? []);
    assert.deepEqual(targets, [
      { kind: 'feature', id: 'jwt-1' },
      { kind: 'criterion', index: 0, text: 'works' },
    ]);
  });

  test('gives two features with one id a row each', () => {
    const rows = checklistRows(parentRow(), whole([feature('a', false), feature('a', true)], []), l10n);
    assert.equal(new Set(rows.roots).size, 2);
  });
});
