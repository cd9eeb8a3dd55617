import assert from 'node:assert/strict';
import { attentionModel } from '../../../src/vscode/views/attention-model';
import { chainsModel, taskNodeId } from '../../../src/vscode/views/chains-model';
import { changedRows, emptyTree, type TreeModel } from '../../../src/vscode/views/tree-node';
import { folder, l10n, progress, snapshot, task, taskId } from './support';

const epic = 'User Authentication System';
const schema = task('100', { status: 'completed', epic, title: 'Database Schema' });
const jwt = task('101', { badges: ['ready'], epic, title: 'JWT Service', ...progress(0, 2) });
const endpoints = task('102', { badges: ['waiting'], unmet: [taskId('101')], epic, title: 'Auth Endpoints' });
const chain = [['100', '101', '102']];

function tree(tasks = [schema, jwt, endpoints], chains = chain): TreeModel {
  return chainsModel([folder(snapshot(tasks, chains))], l10n);
}

suite('the Task Chains tree', () => {
  test('shows a chain by the epic its tasks share, upstream first, with how far it is', () => {
    const model = tree();
    assert.deepEqual(model.roots, ['chain:/project:100']);
    const root = model.nodes.get('chain:/project:100');
    assert.equal(root?.label, epic);
    assert.equal(root?.description, '1/3');
    assert.deepEqual(
      root?.children.map((id) => model.nodes.get(id)?.label),
      ['#100 Database Schema', '#101 JWT Service', '#102 Auth Endpoints'],
    );
  });

  test('names a chain after its first task when the epics differ', () => {
    const model = tree([schema, { ...jwt, epic: 'Other' }, endpoints]);
    assert.equal(model.nodes.get('chain:/project:100')?.label, 'Chain from Database Schema');
  });

  test('shows the task itself where a chain has only one', () => {
    const model = tree([jwt], [['101']]);
    assert.deepEqual(model.roots, [taskNodeId('/project', jwt.file)]);
  });

  test('collapses a chain that is over and keeps the others open', () => {
    const over = tree([schema, { ...jwt, status: 'cancelled' }], [['100', '101']]);
    assert.equal(over.nodes.get('chain:/project:100')?.collapse, 'collapsed');
    assert.equal(tree().nodes.get('chain:/project:100')?.collapse, 'expanded');
  });

  test('shows folders only when there are several', () => {
    const one = folder(snapshot([jwt]), 'one');
    const two = folder(snapshot([jwt]), 'two');
    assert.deepEqual(chainsModel([one], l10n).roots, [taskNodeId('/one', jwt.file)]);
    assert.deepEqual(chainsModel([one, two], l10n).roots, ['folder:/one', 'folder:/two']);
  });

  test('gives two files that claim one id a row each', () => {
    const twin = { ...jwt, file: 'task-states/copy.md', fileProblem: 'duplicate_id' as const };
    const model = tree([jwt, twin], [['101']]);
    assert.equal(model.nodes.size, 3);
    assert.equal(new Set(model.nodes.keys()).size, 3);
  });

  test('a row of a task knows the file that a click opens, so that nobody looks for it in ten thousand', () => {
    const { nodes } = tree();
    assert.deepEqual(
      [schema, jwt, endpoints].map(({ file }) => nodes.get(taskNodeId('/project', file))?.path),
      [schema.path, jwt.path, endpoints.path],
    );
    const blocked = { ...jwt, status: 'blocked' as const };
    const attention = attentionModel([folder(snapshot([blocked]))], { l10n, time: (utc) => utc });
    assert.deepEqual(
      [...attention.nodes.values()].map(({ path }) => path),
      [jwt.path],
    );
  });

  test('shows a task that stands in no chain', () => {
    assert.deepEqual(tree([jwt], []).roots, [taskNodeId('/project', jwt.file)]);
  });

  test('keeps the id of a row when its label, status and progress change', () => {
    const after = tree([
      schema,
      { ...jwt, title: 'Tokens', status: 'in_progress', ...progress(1, 2) },
      endpoints,
    ]);
    assert.deepEqual([...after.nodes.keys()], [...tree().nodes.keys()]);
  });

  test('lets every row find its parent', () => {
    const model = tree();
    for (const node of model.nodes.values()) {
      if (node.parent !== undefined) assert.ok(model.nodes.get(node.parent)?.children.includes(node.id));
      else assert.ok(model.roots.includes(node.id));
    }
  });
});

suite('rows to render again', () => {
  const row = taskNodeId('/project', jwt.file);

  test('nothing is rendered when nothing changed', () => {
    assert.deepEqual(changedRows(tree(), tree()), []);
  });

  test('only the task that changed is rendered', () => {
    assert.deepEqual(changedRows(tree(), tree([schema, { ...jwt, version: 'v2' }, endpoints])), [row]);
  });

  test('a chain that changed is rendered once, with the tasks below it', () => {
    const after = tree([schema, { ...jwt, status: 'completed', badges: [] }, endpoints]);
    assert.deepEqual(changedRows(tree(), after), ['chain:/project:100']);
  });

  test('a chain that got a task is rendered, the others are not', () => {
    const other = task('7');
    const before = chainsModel([folder(snapshot([schema, jwt, other], [['100', '101'], ['7']]))], l10n);
    const after = chainsModel(
      [folder(snapshot([schema, jwt, endpoints, other], [['100', '101', '102'], ['7']]))],
      l10n,
    );
    assert.deepEqual(changedRows(before, after), ['chain:/project:100']);
  });

  test('everything is rendered when rows come or go at the top', () => {
    assert.equal(changedRows(emptyTree, tree()), 'everything');
    assert.equal(changedRows(tree(), emptyTree), 'everything');
  });
});
