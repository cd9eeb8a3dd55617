// Every text a person sees can be translated: the bundle holds exactly what the code asks for.
// `BATON_UPDATE=1` writes the bundle anew.
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';

const bundleFile = 'l10n/bundle.l10n.json';
const germanFile = 'l10n/bundle.l10n.de.json';
/** `t('…')`, `l10n.t("…")`: the first argument is always a literal, so that tools can find it. */
const call = /\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

function textsInCode(): string[] {
  const files = globSync('src/vscode/**/*.ts');
  assert.notEqual(files.length, 0);
  const texts = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(call)].map(([, single, double]) =>
      (single ?? double ?? '').replace(/\\(.)/g, '$1'),
    ),
  );
  return [...new Set(texts)].sort();
}

/** Translations of texts that are no longer asked for go; those that are missing are for a person to write. */
function updateGerman(texts: readonly string[]): void {
  const known = JSON.parse(readFileSync(germanFile, 'utf8')) as Readonly<Record<string, string>>;
  const kept = texts.filter((text) => text in known).map((text) => [text, known[text]]);
  writeFileSync(germanFile, `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`);
}

suite('texts that a person sees', () => {
  test('are in the bundle for translators, all of them and no others', () => {
    const texts = textsInCode();
    if (process.env['BATON_UPDATE'] === '1') {
      const bundle = Object.fromEntries(texts.map((text) => [text, text]));
      writeFileSync(bundleFile, `${JSON.stringify(bundle, undefined, 2)}\n`);
      updateGerman(texts);
    }
    const bundle = JSON.parse(readFileSync(bundleFile, 'utf8')) as Readonly<Record<string, string>>;
    assert.deepEqual(Object.keys(bundle).sort(), texts);
  });

  test('are asked for with a literal, never put together', () => {
    for (const file of globSync('src/vscode/**/*.ts')) {
      const source = readFileSync(file, 'utf8');
      const calls = [...source.matchAll(/\b(?:l10n\.t|[^.\w]t)\(\s*(.)/g)].filter(
        ([, first]) => first !== "'" && first !== '"',
      );
      assert.deepEqual(
        calls.map(([text]) => text).filter((text) => !text.includes('t(message')),
        [],
        file,
      );
    }
  });
});

suite('the German texts', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
  /** What must be the same in every language. */
  const fixed = (text: string) => (text.match(/\{\d+\}|\(command:[^)]*\)|`[^`]*`|#/g) ?? []).sort();

  for (const [english, german] of [
    [bundleFile, germanFile],
    ['package.nls.json', 'package.nls.de.json'],
  ] as const) {
    test(`of ${german} are all there and no others, with the same placeholders, commands and code`, () => {
      const [source, translated] = [read(english), read(german)];
      assert.deepEqual(Object.keys(translated).sort(), Object.keys(source).sort());
      for (const [key, text] of Object.entries(source)) {
        const other = translated[key] ?? '';
        assert.deepEqual(fixed(other), fixed(text), key);
        assert.notEqual(other.trim(), '', key);
        assert.equal(other.endsWith('…'), text.endsWith('…'), key);
      }
    });

    test(`of ${german} differ from the English ones, except for names`, () => {
      const [source, translated] = [read(english), read(german)];
      const same = Object.entries(source).filter(([key, text]) => translated[key] === text);
      const names = [
        'Agent',
        'Agent: {0}',
        'Baton',
        'Baton: {0}',
        'Chat',
        'Commits',
        'Epic',
        'Features',
        'Hooks',
        'Name',
      ];
      assert.deepEqual(
        same.map(([, text]) => text).filter((text) => !names.includes(text)),
        [],
      );
    });
  }
});
