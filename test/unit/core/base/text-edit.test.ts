import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits, type TextEdit } from '../../../../src/core/base/text-edit';

/** A text and edits that do not overlap: the text is cut at sorted places, and every other piece is replaced. */
const edited = fc
  .tuple(
    fc.string({ unit: 'binary' }),
    fc.array(fc.nat(), { maxLength: 8 }),
    fc.array(fc.string(), { minLength: 4 }),
  )
  .map(([text, places, texts]) => {
    const cuts = places.map((place) => place % (text.length + 1)).sort((a, b) => a - b);
    const edits: TextEdit[] = [];
    for (let at = 0; at + 1 < cuts.length; at += 2) {
      edits.push({ start: cuts[at] ?? 0, end: cuts[at + 1] ?? 0, text: texts[at / 2] ?? '' });
    }
    return { text, edits };
  });

suite('applying edits', () => {
  test('no edits, or edits that put back what was there, change nothing', () => {
    fc.assert(
      fc.property(edited, ({ text, edits }) => {
        assert.equal(applyEdits(text, []), text);
        const same = edits.map((edit) => ({ ...edit, text: text.slice(edit.start, edit.end) }));
        assert.equal(applyEdits(text, same), text);
      }),
    );
  });

  test('everything outside the ranges stays, and the new texts stand in their places', () => {
    fc.assert(
      fc.property(edited, ({ text, edits }) => {
        let expected = text;
        // From the end, so that offsets before it still fit. Ranges that only touch are done in order.
        for (const edit of [...edits].reverse()) {
          expected = expected.slice(0, edit.start) + edit.text + expected.slice(edit.end);
        }
        assert.equal(applyEdits(text, edits), expected);
      }),
    );
  });

  test('the order in which edits of different places are given does not matter', () => {
    const edits = [
      { start: 5, end: 5, text: '!' },
      { start: 0, end: 1, text: 'J' },
      { start: 2, end: 4, text: '--' },
    ];
    assert.equal(applyEdits('hello', edits), 'Je--o!');
    assert.equal(applyEdits('hello', edits.toReversed()), 'Je--o!');
  });

  test('insertions at one place keep their order', () => {
    const edits = [
      { start: 1, end: 1, text: 'x' },
      { start: 1, end: 1, text: 'y' },
    ];
    assert.equal(applyEdits('ab', edits), 'axyb');
  });

  test('an insertion goes before a replacement that starts at its place', () => {
    const edits = [
      { start: 1, end: 2, text: 'B' },
      { start: 1, end: 1, text: '+' },
    ];
    assert.equal(applyEdits('abc', edits), 'a+Bc');
  });

  for (const [what, edits] of [
    ['overlapping', [range(0, 3), range(2, 4)]],
    ['reversed', [range(3, 2)]],
    ['beyond the end', [range(0, 6)]],
    ['before the start', [range(-1, 1)]],
  ] as const) {
    test(`ranges that are ${what} are a bug and throw`, () => {
      assert.throws(() => applyEdits('hello', edits), RangeError);
    });
  }
});

function range(start: number, end: number): TextEdit {
  return { start, end, text: '' };
}
