import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentHash } from '../../../../src/core/base/content-hash';

suite('content hash', () => {
  test('is sixteen hex digits, the same every time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.match(contentHash(text), /^[0-9a-f]{16}$/);
        assert.equal(contentHash(text), contentHash(text));
      }),
    );
  });

  test('stays what it is: hashes written into state files must keep their meaning', () => {
    assert.deepEqual(['', 'a', 'Users table created', 'Größe 🚀'].map(contentHash), [
      '488bdcb81aee8d83',
      '501c2ba782c97901',
      '6ca49254061c7457',
      '0cf16a2aa8ae0c94',
    ]);
  });

  test('changes with any one character', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, place) => {
        const at = place % text.length;
        const other = text[at] === 'x' ? 'y' : 'x';
        assert.notEqual(contentHash(text.slice(0, at) + other + text.slice(at + 1)), contentHash(text));
      }),
    );
  });

  test('does not collide over a hundred thousand similar texts', () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, n) => contentHash(`Output of task ${n}`)));
    assert.equal(hashes.size, 100_000);
  });
});
