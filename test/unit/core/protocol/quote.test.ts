import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inlineCode, oneLine, quoteBlock, shorten } from '../../../../src/core/protocol/quote';

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        '\u2028',
        '\u2029',
        '\u0085',
        '\v',
        '\f',
        '```',
        '# Phase 7',
        '<!--',
        '> ',
      ),
    ),
  )
  .map((parts) => parts.join(''));

const anyLineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

suite('quoting', () => {
  test('every line that comes from quoted text begins with `>`, whatever ends a line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const line of quoteBlock(text).split(anyLineEnd))
          assert.ok(line === '>' || line.startsWith('> '));
      }),
    );
  });

  test('one line stays one line', () => {
    fc.assert(fc.property(hostile, (text) => !anyLineEnd.test(oneLine(text))));
  });

  test('inline code cannot be closed from inside', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const code = inlineCode(text);
        const fence = /^`+/.exec(code)?.[0] ?? '';
        const inside = code.slice(fence.length, -fence.length);
        const runs = inside.match(/`+/g) ?? [];
        return fence.length > 0 && runs.every((run) => run.length !== fence.length);
      }),
    );
  });

  const table: readonly (readonly [string, string, string])[] = [
    ['tidy text', 'a\n\nb', '> a\n>\n> b'],
    ['a fence', '```\n# Phase 1\n```', '> ```\n> # Phase 1\n> ```'],
    ['indented code', 'x\n    y', '> x\n>     y'],
    ['a terminal control', 'a\u001B[2Jb', '> a\\u{1B}[2Jb'],
    ['text that would be shown in another order', 'a\u202Eb', '> a\\u{202E}b'],
    ['letters that only a model sees', 'a\u{E0050}b', '> a\\u{E0050}b'],
    ['a family of joined emoji, whole', '👩‍👧', '> 👩‍👧'],
    ['nothing', '', '>'],
  ];
  for (const [what, text, quoted] of table) {
    test(`quotes ${what}`, () => assert.equal(quoteBlock(text), quoted));
  }

  test('shortens by characters, not by halves of them', () => {
    assert.equal(shorten('🎉🎉🎉🎉', 3), '🎉🎉…');
    assert.equal(shorten('short', 5), 'short');
  });
});
