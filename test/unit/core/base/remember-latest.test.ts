import assert from 'node:assert/strict';
import { rememberLatest } from '../../../../src/core/base/remember-latest';

suite('a function that remembers its latest answer', () => {
  test('is asked once of a text, and again of another one, also where the answer is nothing', () => {
    const asked: string[] = [];
    const read = rememberLatest((text) => {
      asked.push(text);
      return text === '' ? undefined : { text };
    });
    const first = read('a');
    assert.equal(read(['', 'a'].join('')), first);
    assert.deepEqual(read('b'), { text: 'b' });
    assert.deepEqual(read('a'), first);
    assert.deepEqual([read(''), read('')], [undefined, undefined]);
    assert.deepEqual(asked, ['a', 'b', 'a', '']);
  });
});
