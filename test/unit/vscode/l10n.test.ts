// Every text a person sees can be translated: the bundle holds exactly what the code asks for.
// `BATON_UPDATE=1` writes the bundle anew.
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';

const bundleFile = 'l10n/bundle.l10n.json';
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

suite('texts that a person sees', () => {
  test('are in the bundle for translators, all of them and no others', () => {
    const texts = textsInCode();
    if (process.env['BATON_UPDATE'] === '1') {
      const bundle = Object.fromEntries(texts.map((text) => [text, text]));
      writeFileSync(bundleFile, `${JSON.stringify(bundle, undefined, 2)}\n`);
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
