import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeUtf8 } from '../../../../src/core/base/utf8';
import { documentParts } from '../../../../src/core/workers/document-parts';

const shown = (text: string) =>
  documentParts(text).map(({ headings, text: part }) => [headings.join(' > '), part]);

suite('the parts of a document', () => {
  test('are what stands below each heading, with the headings that lead there', () => {
    assert.deepEqual(shown('Intro\n\n# Auth\nA\n## Tokens\nT\n### Rotation\nR\n# Data\nD\n'), [
      ['', 'Intro'],
      ['Auth', '# Auth\nA'],
      ['Auth > Tokens', '## Tokens\nT'],
      ['Auth > Tokens > Rotation', '### Rotation\nR'],
      ['Data', '# Data\nD'],
    ]);
  });

  test('leave out headings with nothing below, and keep deep headings with their part', () => {
    assert.deepEqual(shown('# Empty\n\n# Full\ntext\n#### Deep\nmore'), [
      ['Full', '# Full\ntext\n#### Deep\nmore'],
    ]);
  });

  test('are read at once, whatever a line is made of', () => {
    const gap = ' '.repeat(400_000);
    const [part] = documentParts(`# A${gap}B ##\ntext`);
    assert.ok(part?.headings[0] === `A${gap}B`);
    assert.equal(
      documentParts(`# A\n#${gap}\u2028\n${'`'.repeat(400_000)}\u2028\ntext`)[0]?.headings[0],
      'A',
    );
  });

  test('take a # within a fence for no heading, whatever the fence is made of', () => {
    for (const [open, close] of [
      ['```sh', '```'],
      ['~~~', '~~~~'],
      ['````', '````'],
    ]) {
      const text = `# One\n${open}\n# not a heading\n${close}\n# Two\ntwo`;
      assert.deepEqual(
        documentParts(text).map(({ headings }) => headings.join()),
        ['One', 'Two'],
        text,
      );
    }
  });

  test('with one heading twice are told apart by their number', () => {
    assert.deepEqual(
      documentParts('# A\none\n# A\ntwo').map(({ headings, occurrence }) => [headings.join(), occurrence]),
      [
        ['A', 1],
        ['A', 2],
      ],
    );
  });

  test('stay below what memory takes, and hold every word, however long a line is', () => {
    const words = fc.array(fc.constantFrom('word ', 'ä', '語', '😀', '\n', '# h\n', 'x'.repeat(30_000)), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(words, (pieces) => {
        const text = `# Title\nbody ${pieces.join('')}`;
        const parts = documentParts(text);
        for (const part of parts) assert.ok(encodeUtf8(part.text).length <= 65_536);
        const count = (all: string, one: string) => all.split(one).length;
        const joined = parts.map((part) => part.text).join('\n');
        for (const one of ['word', '語', '😀', 'x'])
          assert.equal(count(joined, one) - count('', one), count(text, one) - count('', one), one);
      }),
      { numRuns: 50 },
    );
  });

  test('of one very long list of headings stay bounded', () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `# H${index}\ntext`).join('\n');
    assert.ok(documentParts(text).length <= 510);
  });
});
