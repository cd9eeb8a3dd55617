// What other extensions compile against is the very text that Baton is compiled against.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

const declaration = 'media/api/baton-api.d.ts';
const source = 'src/vscode/api-types.ts';

suite('the declaration of the extension API', () => {
  test('is the text of the types that the code implements; BATON_UPDATE=1 writes it anew', () => {
    const text = readFileSync(source, 'utf8');
    if (process.env['BATON_UPDATE'] === '1') writeFileSync(declaration, text);
    assert.equal(readFileSync(declaration, 'utf8'), text);
  });

  test('declares types alone and needs nothing but the editor’s own', () => {
    const text = readFileSync(declaration, 'utf8');
    const imports = [...text.matchAll(/^import .*$/gm)].map(([line]) => line);
    assert.deepEqual(imports, ["import type { Event, Uri } from 'vscode';"]);
    assert.doesNotMatch(text, /^export (const|function|class|let)/m);
  });
});
