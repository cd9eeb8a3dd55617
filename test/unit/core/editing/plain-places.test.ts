// Where words are code: in every text the same as when each line is looked at alone, sign by sign.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeSpans, isInCodeSpan } from '../../../../src/core/editing/plain-places';

/** The same by one pattern over the whole text, which is slower. */
function spansByPattern(text: string, from: number, to: number) {
  const spans: { start: number; end: number }[] = [];
  let open: { start: number; run: string } | undefined;
  for (const { 0: run, index } of text.slice(from, to).matchAll(/`+|\n/g)) {
    if (run === '\n') open = undefined;
    else if (open === undefined) open = { start: from + index, run };
    else if (open.run === run) {
      spans.push({ start: open.start, end: from + index + run.length });
      open = undefined;
    }
  }
  return spans;
}

suite('code in sentences', () => {
  test('is a run of backticks and the next one of its length on the same line', () => {
    const text = 'a `b` ``c ` d`` e `\nf` g `h`';
    assert.deepEqual(
      codeSpans(text, 0).map(({ start, end }) => text.slice(start, end)),
      ['`b`', '``c ` d``', '` g `'],
    );
    assert.equal(isInCodeSpan(text, 3), true);
    assert.equal(isInCodeSpan(text, 0), false);
  });

  test('is found in any part of any text', () => {
    const texts = fc.array(fc.constantFrom('`', '``', '```', '\n', '\r\n', 'a', ' #1'), { maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.nat(20), fc.nat(60), (parts, from, length) => {
        const text = parts.join('');
        const to = Math.min(text.length, from + length);
        assert.deepEqual(codeSpans(text, from, to), spansByPattern(text, from, to));
      }),
      { numRuns: 1000 },
    );
  });
});
