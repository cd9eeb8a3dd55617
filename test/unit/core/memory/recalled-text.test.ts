/** Recalled text is never taken in again. Issue 7. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { recallText } from '../../../../src/cli/memory-text';
import { style } from '../../../../src/cli/text';
import { memoryId } from '../../../../src/core/memory/memory-id';
import { recallLabel, withoutRecalled } from '../../../../src/core/memory/recalled-text';
import { memoryInput } from '../../../support/memory-items';
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

  test('goes with a whole answer of the command line, whatever stands in the item', () => {
    const item = { ...memoryInput('a'), version: 1, current: true, storedAt: '2026-11-21T12:00:00Z' };
    const place = { path: item.source.path, anchor: null, line: 7 };
    const about = { item, isWhole: false, summaries: [], holdsNow: item, place };
    fc.assert(
      fc.property(text, (told) => {
        const answer = { recalled: [{ ...about, text: told }], mode: 'sqlite', notice: undefined } as const;
        const printed = recallText(answer, style(false));
        assert.equal(withoutRecalled(`Mine.\n\n${printed}\n\nMine too.`), 'Mine.\n\n\nMine too.');
        assert.equal(withoutRecalled(`- ${printed}\n- Mine`), '- Mine');
      }),
    );
  });

  test('goes with what the packet and the command line print, a paragraph and a whole quote', () => {
    const quote = `[${id}:3] title\n> line one\n>\n> line two`;
    assert.equal(withoutRecalled(`Mine.\n\n${quote}\n\nMine too.`), 'Mine.\n\n\nMine too.');
    assert.equal(withoutRecalled(`See [${id}]:\n> my own words`), '> my own words');
    assert.equal(withoutRecalled(`Mine.\n\n> [${id}]\n> line one\n>\n> line two`), 'Mine.\n');
    assert.equal(withoutRecalled(`See ${id}, which says it all.`), `See ${id}, which says it all.`);
  });

  test('is found in a text of one very long item, too', () => {
    const long = `${' '.repeat(200_000)}- x${'\na'.repeat(200_000)}`;
    assert.equal(withoutRecalled(`${long}\n\n${label}`), `${long}\n`);
  });
});
