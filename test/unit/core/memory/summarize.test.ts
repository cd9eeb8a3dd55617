// Summaries without a model: what they keep, and that they never say what no item says.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeUtf8 } from '../../../../src/core/base/utf8';
import { type SummarySource, summaryOf, summaryText } from '../../../../src/core/memory/summarize';
import { testHasher } from '../../../support/memory-ports';
import { exampleInput, idOf, ramTask } from '../../../support/ram-examples';

const source = (n: number, more: Partial<SummarySource> = {}): SummarySource => ({
  ...exampleInput(n),
  version: 1,
  ...more,
});

const progress = `**What I did:**
- Moved the token to a cookie
- Looked at three libraries
- Wrote the tests

**Issues encountered:**
- The clock of the build machine is late

**Next steps:**
- Rotate the keys
- Ask about the session length`;

suite('a summary of items', () => {
  test('is made at once, whatever a line of theirs is made of', () => {
    const text = summaryText([source(1, { title: 'Wide', text: `# A${' '.repeat(400_000)}B ##\nlast` })]);
    assert.deepEqual(
      text.split('\n').map((line) => line.trim().slice(0, 4).trim()),
      ['Wide', 'A', 'last'],
    );
  });

  test('keeps titles, decisions, next steps, headings, first and last lines, in the order of time', () => {
    const items = [
      source(3, {
        kind: 'note',
        detail: 'decision',
        title: 'Cookies, not headers',
        text: 'Cookies, not headers\nSince XSS',
      }),
      source(1, { title: 'Session 1', text: progress }),
      source(2, {
        kind: 'document',
        title: 'Guide',
        text: '# Tokens\nFirst\nmiddle\n```\n# no heading\n```\n## Keys\nlast',
      }),
    ];
    assert.equal(
      summaryText(items),
      [
        ...[
          'Session 1',
          '  Moved the token to a cookie',
          '  Rotate the keys',
          '  Ask about the session length',
        ],
        ...['Guide', '  Tokens', '  First', '  Keys', '  last'],
        ...['Cookies, not headers', '  Since XSS'],
      ].join('\n'),
    );
  });

  test('where there is no room keeps what matters most, of the newest first, and counts the rest', () => {
    const items = [1, 2, 3].map((n) => source(n, { title: `Session ${n}`, text: progress }));
    assert.equal(
      summaryText(items, 180),
      [
        ...['Session 1', 'Session 2', '  Rotate the keys'],
        ...['Session 3', '  Rotate the keys', '  Ask about the session length'],
        '(6 more lines: recall the items for their full text)',
      ].join('\n'),
    );
  });

  test('names the items and versions that it was made from, and the session where it is one', () => {
    const about = { task: ramTask, at: '2026-11-21T09:00:00Z' };
    const one = summaryOf(testHasher, [source(2), source(0), source(1)], about);
    assert.deepEqual(
      one.of,
      [0, 1, 2].map((n) => ({ id: idOf(n), version: 1 })),
    );
    assert.equal(one.session, 1);
    assert.equal(summaryOf(testHasher, [source(0), source(5)], about).session, null);
    const later = summaryOf(testHasher, [source(0), source(1), source(2, { version: 2 })], about);
    assert.notEqual(one.id, later.id, 'a new version is another summary');
  });
});

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '# Heading',
    '**Next steps:**',
    '- do this',
    'Decision: that',
    '```',
    '~~~~',
    '1. one',
    '',
    '**Bold** text',
  ),
);
const text = fc
  .array(line, { maxLength: 12 })
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\u2028').map((end) => lines.join(end)));
const itemsOf = fc
  .array(fc.record({ title: line, text, decided: fc.boolean(), minute: fc.integer({ min: 10, max: 12 }) }), {
    maxLength: 8,
  })
  .map((all) =>
    all.map(({ title, text: words, decided, minute }, n) =>
      source(n, {
        ...{ title, text: words, at: `2026-11-21T07:${minute}:00Z` },
        ...(decided && { kind: 'note', detail: 'decision' }),
      }),
    ),
  );

suite('every summary', () => {
  test('is the same to the byte for the same items, in whatever order they come', () => {
    const shuffled = itemsOf.chain((items) =>
      fc.tuple(
        fc.constant(items),
        fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([items, other]) => {
        assert.equal(summaryText(items), summaryText(other));
      }),
    );
  });

  test('stays within its bound', () => {
    fc.assert(
      fc.property(itemsOf, fc.integer({ min: 64, max: 600 }), (items, longest) => {
        assert.ok(encodeUtf8(summaryText(items, longest)).length <= longest);
      }),
    );
  });

  test('says nothing that no item says, at most less of it', () => {
    fc.assert(
      fc.property(itemsOf, fc.integer({ min: 64, max: 4096 }), (items, longest) => {
        const said = items.flatMap(({ title, text: words }) => [title, words]);
        const lines = summaryText(items, longest).split('\n');
        for (const shown of lines.filter((one) => one !== '')) {
          const words = shown.trim().replace(/…$/, '');
          const isCount = /^\(\d+ more lines?: /.test(words);
          assert.ok(isCount || said.some((one) => one.includes(words)), JSON.stringify(shown));
        }
      }),
    );
  });

  test('names every item whose title has room', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 }), (ns) => {
        const items = [...new Set(ns)].map((n) => source(n));
        const summary = summaryText(items);
        for (const { title } of items) assert.ok(summary.split('\n').includes(title));
      }),
    );
  });
});
