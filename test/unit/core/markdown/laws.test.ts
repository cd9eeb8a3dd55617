import assert from 'node:assert/strict';
import fc from 'fast-check';
import { remarkBlocks, remarkBlocksInOneRun } from '../../../../src/core/markdown/blocks/remark-blocks';
import { scanBlocks, scanBlocksLeniently } from '../../../../src/core/markdown/blocks/scan-blocks';
import { outlineOf, readDocument } from '../../../../src/core/markdown/document';
import { readFlatYaml } from '../../../../src/core/markdown/front-matter/flat-yaml';
import { locateFrontMatter } from '../../../../src/core/markdown/front-matter/front-matter';
import { readYaml } from '../../../../src/core/markdown/front-matter/yaml-engine';
import { outline } from '../../../../src/core/markdown/outline';
import { protect, unprotect } from '../../../../src/core/markdown/protect';
import { withSafeLines } from '../../../../src/core/markdown/state-file';
import { hostileStateFile, hostileText } from '../../../support/markdown-arbitraries';
import { allStateFiles } from './fixture-files';

/** The same runs every time, so that a change is judged by what it changes; `RUNS` and `SEED` explore further. */
const runs = {
  numRuns: Number(process.env['RUNS'] ?? 1000),
  seed: Number(process.env['SEED'] ?? 20261121),
};
const anyText = hostileStateFile(allStateFiles());

suite('laws of the readers', () => {
  test('outline(text) equals outlineOf(document(text)) for every text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.deepEqual(outline(text), outlineOf(readDocument(text)));
      }),
      runs,
    );
  });

  test('where the strict scan answers, it answers what remark answers', () => {
    fc.assert(
      fc.property(anyText, (original) => {
        const text = withSafeLines(original);
        const scanned = scanBlocks(text, 0);
        if (scanned === undefined) return;
        assert.deepEqual(scanned, remarkBlocksInOneRun(text, 0));
        assert.deepEqual(scanBlocksLeniently(text, 0), scanned);
      }),
      runs,
    );
  });

  test('reading in pieces gives what remark gives for the whole', () => {
    fc.assert(
      fc.property(anyText, (original) => {
        const text = withSafeLines(original);
        assert.deepEqual(remarkBlocks(text, 0), remarkBlocksInOneRun(text, 0));
      }),
      runs,
    );
  });

  test('where the flat scan of front matter answers, the YAML engine gives the same entries', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const block = locateFrontMatter(text);
        const flat = block && readFlatYaml(text, block.yaml);
        if (block === undefined || flat === undefined) return;
        const thorough = readYaml(text, block);
        assert.deepEqual(thorough.findings, []);
        const values = (entries: typeof flat) => [...entries].map(([key, entry]) => [key, entry.value]);
        assert.deepEqual(values(flat), values(thorough.entries));
      }),
      runs,
    );
  });

  test('unprotect(protect(text)) is text, trimmed and with LF line endings, for every text', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 6 }), (text, level) => {
        assert.equal(
          unprotect(protect(text, level)),
          text.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd').trim(),
        );
      }),
      runs,
    );
  });

  test('every problem lies inside the text, on the line and column it names', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { range, line, column } of readDocument(text).problems) {
          assert.ok(0 <= range.start && range.start <= range.end && range.end <= text.length);
          const above = text.slice(0, range.start).split(/\r\n|\r(?!\n)|\n/);
          // A range never starts between a carriage return and its line feed.
          assert.deepEqual([line, column], [above.length, (above.at(-1) ?? '').length + 1]);
        }
      }),
      runs,
    );
  });
});
