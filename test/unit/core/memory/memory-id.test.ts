/** Ids of what is remembered. Requirements 001-26, 001-67. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryId, memoryRef } from '../../../../src/core/memory/memory-id';
import { isMemoryId } from '../../../../src/core/model/memory';
import { testHasher } from '../../../support/memory-ports';

const parts = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 6 });

suite('an id of memory', () => {
  test('is the same for the same parts, and well-formed, whatever they are', () => {
    fc.assert(
      fc.property(parts, (about) => {
        const id = memoryId(testHasher, ...about);
        assert.ok(isMemoryId(id), id);
        assert.equal(memoryId(testHasher, ...about), id);
      }),
    );
  });

  test('is another one for other parts, also where their letters joined are the same', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(memoryId(testHasher, ...one) === memoryId(testHasher, ...other), same);
      }),
    );
    assert.notEqual(memoryId(testHasher, 'ab', 'c'), memoryId(testHasher, 'a', 'bc'));
    assert.notEqual(memoryId(testHasher, 1), memoryId(testHasher, '1'));
  });

  test('does not tell what it is about', () => {
    const ids = new Set(Array.from({ length: 2000 }, (_, at) => memoryId(testHasher, 'progress', '101', at)));
    assert.equal(ids.size, 2000);
    assert.ok(![...ids].some((id) => id.includes('101')));
  });

  test('stays what it is from version to version of Baton', () => {
    assert.equal(memoryId(testHasher, 'output', '101'), 'm-uwochi52bvjzc6wi');
  });

  test('is read with and without a version, and nothing else is', () => {
    const id = memoryId(testHasher, 'x');
    assert.deepEqual(memoryRef(` ${id} `), { id, version: undefined });
    assert.deepEqual(memoryRef(`${id}:12`), { id, version: 12 });
    for (const odd of ['', 'm-', `${id}:`, `${id}:x`, `${id}x`, 'jwt tokens', id.toUpperCase()]) {
      assert.equal(memoryRef(odd), undefined, odd);
    }
  });
});
