import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isTaskId, type TaskId } from '../../../../src/core/model/task';
import { compareTaskIds, inTaskIdOrder } from '../../../../src/core/model/task-id-order';

suite('the order of task ids', () => {
  const ids = fc
    .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,5}$/)
    .filter((text): text is TaskId => isTaskId(text));

  test('is total: antisymmetric, transitive, and equal only for the same id', () => {
    fc.assert(
      fc.property(ids, ids, ids, (a, b, c) => {
        assert.equal(Math.sign(compareTaskIds(a, b)), -Math.sign(compareTaskIds(b, a)) + 0);
        assert.equal(compareTaskIds(a, b) === 0, a === b);
        if (compareTaskIds(a, b) < 0 && compareTaskIds(b, c) < 0) assert.ok(compareTaskIds(a, c) < 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('is what the collator says, also for plain numbers', () => {
    const collator = new Intl.Collator('en', { numeric: true });
    const number = fc.stringMatching(/^[0-9]{1,18}$/).filter((text): text is TaskId => isTaskId(text));
    fc.assert(
      fc.property(fc.oneof(number, ids), fc.oneof(number, ids), (a, b) => {
        const natural = Math.sign(collator.compare(a, b));
        if (natural !== 0) assert.equal(Math.sign(compareTaskIds(a, b)), natural);
      }),
      { numRuns: 2000 },
    );
  });

  test('a list is sorted by it, and equals stay as they came', () => {
    fc.assert(
      fc.property(fc.array(ids), (list) => {
        const items = list.map((id, place) => ({ id, place }));
        const sorted = [...items].sort((a, b) => compareTaskIds(a.id, b.id));
        assert.deepEqual(inTaskIdOrder(items), sorted);
      }),
    );
  });

  test('counts numbers inside ids', () => {
    const sorted = ['t-10.b', 't-9', '100', '20', 't-10.a']
      .map((text) => text as TaskId)
      .sort(compareTaskIds);
    assert.deepEqual(sorted, ['20', '100', 't-9', 't-10.a', 't-10.b']);
  });
});
