import assert from 'node:assert/strict';
import fc from 'fast-check';
import { headingSections } from '../../../../src/core/markdown/heading-sections';

const headings = (text: string) => headingSections(text).map(({ heading }) => heading);

suite('a text by its headings', () => {
  test('a section holds its sub-sections', () => {
    const [style, tests] = headingSections('## Style\n\nShort.\n\n### Names\nPlain.\n\n## Tests\nFirst.\n');
    assert.equal(style?.text, '## Style\n\nShort.\n\n### Names\nPlain.');
    assert.deepEqual([tests?.heading, tests?.line], ['Tests', 8]);
  });

  test('the only heading of level 1 is a title, and what stands below it stands for itself', () => {
    assert.deepEqual(headings('# Soul\nCareful.\n## Style\n### Names\n## Tests\n'), [
      'Soul',
      'Style',
      'Tests',
    ]);
  });

  test('several headings of level 1 are sections with all below them', () => {
    assert.deepEqual(headings('# Style\n## Examples\na\n# Tests\n## Examples\nb\n'), ['Style', 'Tests']);
  });

  test('a heading in a fence is none', () => {
    assert.deepEqual(headings('## Run\n```sh\n# not a heading\n```\n~~~\n## nor this\n~~~\n## Next\n'), [
      'Run',
      'Next',
    ]);
  });

  test('underlined headings are headings', () => {
    assert.deepEqual(headings('Style\n=====\na\n\nTests\n-----\nb\n'), ['Style', 'Tests']);
  });

  test('text above the first heading is a section without one', () => {
    const [first] = headingSections('\n\nBe kind.\n\n## Style\nShort.\n');
    assert.deepEqual([first?.heading, first?.text, first?.line], [undefined, 'Be kind.', 3]);
  });

  test('front matter is left out and is no underlined heading', () => {
    assert.deepEqual(headings('---\nname: x\n---\n## Style\na\n'), ['Style']);
  });

  test('a heading with nothing below it is empty', () => {
    assert.deepEqual(
      headingSections('# Soul\n\n## Style\na\n').map(({ isEmpty }) => isEmpty),
      [true, false],
    );
  });

  test('every line that is not blank stands in exactly one section, in order', () => {
    const line = fc.constantFrom(
      '# A',
      '## B',
      '### C',
      '###### D',
      'text',
      '',
      '```',
      '> q',
      '- i',
      '===',
      '---',
      '    x',
      '<!-- c',
      '-->',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        // A leading rule might be front matter, which is left out.
        const text = ['text', ...lines].join('\n');
        const words = (all: string) =>
          all
            .split('\n')
            .filter((one) => one.trim() !== '')
            .map((one) => one.trim());
        assert.deepEqual(
          words(
            headingSections(text)
              .map((one) => one.text)
              .join('\n'),
          ),
          words(text),
        );
      }),
    );
  });

  test('the line of a section is where its heading stands', () => {
    const text = 'a\n\n## B\nb\n## C\nc\n### D\n## E\n';
    for (const { heading, line, lineLength } of headingSections(text)) {
      const written = text.split('\n')[line - 1] ?? '';
      assert.equal(written, heading === undefined ? 'a' : `## ${heading}`);
      assert.equal(lineLength, written.length);
    }
  });
});
