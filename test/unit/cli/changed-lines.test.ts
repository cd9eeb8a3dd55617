import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedLines } from '../../../src/cli/changed-lines';

suite('the lines that change', () => {
  test('are shown, and nothing around them', () => {
    assert.deepEqual(changedLines('1\nkey\n3\n', '1\nkey\nthree\n'), ['- 3', '+ three']);
    assert.deepEqual(changedLines('', 'new\n'), ['+ new']);
    assert.deepEqual(changedLines('a\r\n', 'a\r\nb\r\n'), ['+ b']);
    assert.deepEqual(changedLines('same', 'same'), []);
  });

  test('hold every line that is in one text only', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'))
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = changedLines(before, after);
        const count = (of: string, mark: string) =>
          of.split('\n').length - 1 - lines.filter((one) => one[0] === mark).length;
        assert.equal(
          count(before, '-'),
          count(after, '+'),
          'as many lines are left as they are on both sides',
        );
      }),
    );
  });
});
