/** Recalled text is never taken in again. Issue 7. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryId } from '../../../../src/core/memory/memory-id';
import { recallLabel, withoutRecalled } from '../../../../src/core/memory/recalled-text';
import { testHasher } from '../../../support/memory-ports';

const id = memoryId(testHasher, 'x');
const label = recallLabel(id);
const carries = (text: string) => text.includes(label) || text.includes(`"id": "${id}"`);

const line = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'own words',
      '- a point',
      '  below it',
      '1. first',
      '',
      '> quoted',
      '>',
      '## Heading',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      `${label} recalled`,
      `- ${label} recalled`,
      `> ${label} recalled`,
      `"id": "${id}"`,
    ),
  },
);
const text = fc.array(line, { maxLength: 25 }).map((lines) => lines.join('\n'));

suite('what was recalled', () => {
  test('leaves no label behind, and a text without one as it is', () => {
    fc.assert(
      fc.property(text, (given) => {
        const own = withoutRecalled(given);
        assert.ok(!carries(own));
        if (!carries(given)) assert.equal(own, given);
      }),
    );
  });

  test('takes no line with it that stands in no block with a label', () => {
    const own = ['- Wrote the parser', '  with care', '', '**Next steps:**', '- Tests'];
    const pasted = [
      ...own.slice(0, 2),
      `- ${label} progress by an agent`,
      '  Tokens expire after 15 minutes',
      '',
      `> ${label} decision by a person, #7`,
      '>',
      '> Use RS256',
      ...own.slice(2),
    ];
    assert.equal(withoutRecalled(pasted.join('\n')), [...own.slice(0, 2), '', ...own.slice(2)].join('\n'));
  });

  test('goes with what the packet and the command line print, a paragraph and a whole quote', () => {
    const quote = `[${id}:3] title\n> line one\n>\n> line two`;
    assert.equal(
      withoutRecalled(`Mine.\n\n${quote}\n\nMine too.`),
      'Mine.\n\n> line one\n>\n> line two\n\nMine too.',
    );
    assert.equal(withoutRecalled(`Mine.\n\n> [${id}]\n> line one\n>\n> line two`), 'Mine.\n');
    assert.equal(withoutRecalled(`See ${id}, which says it all.`), `See ${id}, which says it all.`);
  });
});
