/** Loading protocol texts: built in, overridden, broken. */
import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { loadTexts, protocolTextNames, textNamed } from '../../../../src/core/protocol/texts';
import { builtInFolder, type Files, memoryFolder, shippedFiles } from './memory-folder';

const own = '/ws/.baton/protocol';

function load(extra: Files) {
  return loadTexts(memoryFolder({ ...shippedFiles(), ...extra }), builtInFolder, own);
}

suite('protocol texts', () => {
  test('every shipped text has its marker, a version and a title, and needs no notice', async () => {
    const texts = await load({});
    assert.deepEqual(
      texts.list.map((text) => text.name),
      [...protocolTextNames],
    );
    assert.deepEqual(texts.notices, []);
    for (const text of texts.list) {
      assert.equal(text.source, 'built-in');
      assert.ok(text.version >= 1);
      assert.ok(text.title.length > 0);
      assert.ok(text.body.startsWith('## '), text.name);
      assert.doesNotMatch(text.body, /baton:protocol/);
    }
  });

  test('the user’s own text replaces the built-in one of its name and no other', async () => {
    const texts = await load({
      [`${own}/why.md`]: '<!-- baton:protocol name=why version=1 -->\r\n# Because\r\n\r\nOurs.\r\n',
    });
    const why = textNamed(texts, 'why');
    assert.deepEqual(why, {
      name: 'why',
      version: 1,
      title: 'Because',
      body: '# Because\n\nOurs.',
      source: 'override',
    });
    assert.equal(texts.list.filter((text) => text.source === 'override').length, 1);
    assert.deepEqual(texts.notices, []);
  });

  const broken: readonly (readonly [string, string | Uint8Array | BatonError, RegExp])[] = [
    ['without a marker', '# Because\n', /first line must be <!-- baton:protocol name=why version=1 -->/],
    [
      'with the marker of another text',
      '<!-- baton:protocol name=testing version=1 -->\n# T',
      /names "testing"/,
    ],
    ['with a version of nought', '<!-- baton:protocol name=why version=0 -->\n# T', /first line must be/],
    ['without a heading', '<!-- baton:protocol name=why version=1 -->\nOnly words', /begin with a heading/],
    [
      'with nothing below its marker',
      '<!-- baton:protocol name=why version=1 -->\n\n',
      /begin with a heading/,
    ],
    ['with a NUL', '<!-- baton:protocol name=why version=1 -->\n# T\0', /NUL/],
    ['that is empty', '', /first line must be/],
    ['that is not UTF-8', new Uint8Array([0xff, 0xfe, 0x00]), /not UTF-8/],
    ['that is too large', 'x'.repeat(20_000), /larger than 16 KB/],
    ['that cannot be read', new BatonError('io_failed', 'no permission'), /cannot be read \(no permission\)/],
  ];
  for (const [what, content, notice] of broken) {
    test(`a broken override never costs a text: the built-in one stands in for it, with a notice (${what})`, async () => {
      const texts = await load({ [`${own}/why.md`]: content });
      assert.equal(textNamed(texts, 'why').source, 'built-in');
      assert.equal(texts.notices.length, 1);
      assert.match(texts.notices[0] ?? '', notice);
      assert.match(
        texts.notices[0] ?? '',
        /^Your protocol text why\.md is not used: .*The built-in text is used\.$/,
      );
    });
  }

  test('a file with a misspelled name is reported, a README is not', async () => {
    const texts = await load({
      [`${own}/wyh.md`]: '# T',
      [`${own}/README.md`]: '# R',
      [`${own}/notes.txt`]: '',
    });
    assert.equal(texts.notices.length, 1);
    assert.match(
      texts.notices[0] ?? '',
      /^wyh\.md is not the name of a protocol text\. Names: startup-first-session,/,
    );
  });

  test('an own text that started from an older version stays in use and says so', async () => {
    const files = shippedFiles();
    const newer = (files[`${builtInFolder}/why.md`] ?? '').replace('version=1', 'version=3');
    const texts = await loadTexts(
      memoryFolder({
        ...files,
        [`${builtInFolder}/why.md`]: newer,
        [`${own}/why.md`]: '<!-- baton:protocol name=why version=2 -->\n# Ours',
      }),
      builtInFolder,
      own,
    );
    assert.equal(textNamed(texts, 'why').body, '# Ours');
    assert.deepEqual(texts.notices, [
      'Your protocol text why.md started from version 2; the built-in text is now version 3.',
    ]);
  });

  test('a missing built-in text is a broken installation', async () => {
    const { [`${builtInFolder}/why.md`]: _, ...rest } = shippedFiles();
    await assert.rejects(loadTexts(memoryFolder(rest), builtInFolder, own), (error) => {
      assert.ok(isBatonError(error, 'io_failed'));
      assert.match(error.hint ?? '', /Install Baton again/);
      return true;
    });
  });

  test('an error that nobody foresaw is not taken for a broken override', async () => {
    const fs = memoryFolder(shippedFiles());
    const failing = {
      ...fs,
      read: async (path: string) => {
        if (path.startsWith(own)) throw new RangeError('bug');
        return fs.read(path);
      },
    };
    await assert.rejects(loadTexts(failing, builtInFolder, own), RangeError);
  });
});
