// What is in the VSIX, and how big it is.
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../harness/project';
import { zipEntries } from './vsix-entries';

const vsix = join(projectRoot, 'dist', 'baton.vsix');
/** One path a line, sorted. `UPDATE=1` writes it anew. */
const expectedFiles = 'test/package/files.txt';

suite('the package', () => {
  test('holds the files that are meant to ship, and no others', async () => {
    const text = `${[...zipEntries(await readFile(vsix))].sort().join('\n')}\n`;
    if (process.env['UPDATE'] === '1') await writeFile(expectedFiles, text);
    assert.equal(text, await readFile(expectedFiles, 'utf8'));
  });

  for (const [file, limit] of [
    ['dist/baton.vsix', 1_500_000],
    ['dist/extension.js', 500_000],
  ] as const) {
    test(`${file} stays below ${limit / 1000} KB`, async () => {
      const { size } = await stat(join(projectRoot, file));
      assert.ok(size < limit, `${size} bytes`);
    });
  }
});
