import assert from 'node:assert/strict';
import fc from 'fast-check';
import { estimateTokens, tokenQuarters } from '../../../../src/core/protocol/token-estimate';

const wholeText = fc.string({ unit: 'grapheme' });

suite('token estimate', () => {
  const table: readonly (readonly [string, string, number])[] = [
    ['nothing', '', 0],
    ['four letters', 'task', 1],
    ['a fifth letter', 'tasks', 2],
    ['a line of prose, at four characters a token', 'one two three four ', 5],
    ['code, dense in marks', '{};()[]', 4],
    ['Chinese, one token a character', '任务状态', 4],
    ['Korean and Japanese alike', '작업とは', 4],
    ['Cyrillic, half a token a letter', 'задача', 3],
    ['an emoji, two tokens', '🎉', 2],
  ];
  for (const [what, text, tokens] of table) {
    test(`counts ${what}`, () => assert.equal(estimateTokens(text), tokens));
  }

  test('quarters of two texts add up to the quarters of both', () => {
    fc.assert(
      fc.property(
        wholeText,
        wholeText,
        (a, b) => tokenQuarters(a + b) === tokenQuarters(a) + tokenQuarters(b),
      ),
    );
  });

  test('no text costs less than four characters a token, nor more than one a character', () => {
    fc.assert(
      fc.property(wholeText, (text) => {
        const quarters = tokenQuarters(text);
        return quarters >= text.length && quarters <= text.length * 4;
      }),
    );
  });
});
