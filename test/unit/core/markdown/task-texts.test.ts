/** The fast reader of a file's texts against the thorough one. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDocument } from '../../../../src/core/markdown/document';
import { taskTexts } from '../../../../src/core/markdown/task-texts';
import { hostileStateFile } from '../../../support/markdown-arbitraries';
import { allStateFiles } from './fixture-files';

const runs = {
  numRuns: Number(process.env['RUNS'] ?? 1000),
  seed: Number(process.env['SEED'] ?? 20261121),
};

suite('the texts of a task file', () => {
  test('entries, features and output are those of the document, for every text', () => {
    fc.assert(
      fc.property(hostileStateFile(allStateFiles()), (text) => {
        const fast = taskTexts(text);
        const { log, featureList, outputDetail, title, id } = readDocument(text);
        const known = ({ session, at, automatic }: (typeof log)[number]) => ({ session, at, automatic });
        assert.deepEqual(
          fast.entries.map(({ session, at, automatic }) => ({ session, at, automatic })),
          log.map(known),
        );
        assert.deepEqual(
          [fast.features, fast.output, fast.title, fast.id],
          [featureList, outputDetail, title, id],
        );
      }),
      runs,
    );
  });

  test('an entry is given as it stands, with what no label claims', () => {
    const text = `# Task #1: X - State\n\n## 4. Progress Log\n\n### Session 2 - 2026-11-21 14:30\r\n**What I did:**\r\n- One\n\n**Ideas:**\n- Two\n\n---\n\n## 5. Git History\n`;
    assert.deepEqual(taskTexts(text).entries, [
      {
        ...{ session: 2, at: '2026-11-21 14:30', automatic: false, heading: 'Session 2 - 2026-11-21 14:30' },
        text: '**What I did:**\n- One\n\n**Ideas:**\n- Two',
      },
    ]);
  });

  test('an archive is read like the log it was cut from', () => {
    const text =
      '# Rate limits - Archive\n\n### Session 1 - 2026-11-20 10:00\n- One\n\n### Session 2 - 2026-11-20 11:00\n- Two\n';
    assert.deepEqual(
      taskTexts(text).entries.map(({ session, text: own }) => [session, own]),
      [
        [1, '- One'],
        [2, '- Two'],
      ],
    );
  });
});
