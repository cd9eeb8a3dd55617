import assert from 'node:assert/strict';
import { mapBounded } from '../../../../src/core/store/map-bounded';
import { nearIds } from '../../../../src/core/store/near-ids';
import { nextFreeId } from '../../../../src/core/store/next-free-id';
import { taskId } from '../../../support/state-text';

suite('The next free id', () => {
  test('it follows the highest whole number', () => {
    assert.equal(nextFreeId([]), '1');
    assert.equal(nextFreeId(['7', '100', '0041', 'auth'].map(taskId)), '101');
  });

  test('what is no whole number, or too long to count from, does not matter', () => {
    assert.equal(nextFreeId(['1.9', 'a7', '9'.repeat(16)].map(taskId)), '1');
  });
});

suite('Ids that were perhaps meant', () => {
  test('they are near, nearest first, three at most', () => {
    const known = ['101', '102', '110', '1O1', 'auth', 'auht', '999'].map(taskId);
    assert.deepEqual(nearIds('101', known), ['101', '1O1', '102']);
    assert.deepEqual(nearIds('AUTH', known), ['auth', 'auht']);
    assert.deepEqual(nearIds('database', known), []);
    assert.deepEqual(nearIds('7', known), []);
  });
});

suite('Mapping with a bound', () => {
  test('results keep their order and never more than the bound run at once', async () => {
    let running = 0;
    let most = 0;
    const results = await mapBounded([5, 1, 4, 2, 3], 2, async (turns) => {
      most = Math.max(most, ++running);
      for (let n = 0; n < turns; n++) await new Promise((resolve) => setImmediate(resolve));
      running--;
      return turns * 10;
    });
    assert.deepEqual(results, [50, 10, 40, 20, 30]);
    assert.equal(most, 2);
  });

  test('after a failure no further item is begun', async () => {
    const begun: number[] = [];
    const failing = mapBounded([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      await new Promise((resolve) => setImmediate(resolve));
      if (item === 1) throw new Error('first');
    });
    await assert.rejects(failing, /first/);
    assert.ok(begun.length <= 3);
  });
});
