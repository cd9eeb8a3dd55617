import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lineMargin, linesText, partsToRead } from '../../../../src/core/agents/packet-parts';

const texts = fc
  .array(fc.string({ maxLength: 60 }), { maxLength: 60 })
  .map((lines) => `${lines.join('\n')}\n`);

suite('the parts in which a packet is read', () => {
  test('hold every line once and in order; none is longer than the limit unless it is one line', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 400 }), (text, most) => {
        const parts = partsToRead(text, most);
        const lines = text.replace(/\n$/, '').split('\n');
        const size = (some: readonly string[]) =>
          some.reduce((sum, line) => sum + lineMargin + line.length + 1, 0);
        assert.equal(parts.length === 0, size(lines) <= most || lines.length === 1);
        if (parts.length === 0) return;
        const read = parts.map(({ from, to }) => lines.slice(from - 1, to));
        assert.deepEqual(read.flat(), lines);
        for (const part of read) {
          assert.ok(part.length > 0);
          assert.ok(part.length === 1 || size(part) <= most);
        }
      }),
    );
  });

  test('are none for a text that is shown whole, or where there is no limit', () => {
    assert.deepEqual(partsToRead('a\nb\n', 20), []);
    assert.deepEqual(partsToRead('a\nb\n'.repeat(9000), undefined), []);
    assert.equal(linesText(partsToRead('a\nb\nc\n', 20)), '1-2, 3-3');
  });
});
