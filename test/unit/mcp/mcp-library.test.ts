// The bundle `mcp-library` has everything that is taken from the packages it stands for; nothing else would notice before a call.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as zod from 'zod';
import { readSources } from '../../support/source-files';

const packages = /from '(zod|@modelcontextprotocol\/server(\/stdio)?)'/;
const users = readSources().filter(({ text }) => packages.test(text));

suite('the library of the MCP server', () => {
  let offered: ReadonlySet<string | undefined>;
  suiteSetup(async () => {
    const text = await readFile(
      resolve(import.meta.dirname, '../../harness/bundles/mcp-library.mjs'),
      'utf8',
    );
    offered = new Set([...text.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name));
  });

  test('has all that is taken from zod', () => {
    const taken = users.flatMap(({ text }) =>
      [...text.matchAll(/\bz\.([a-z]\w*)[(.]/g)].map(([, name = '']) => name),
    );
    const values = taken.filter((name) => name in zod);
    assert.ok(values.includes('strictObject'));
    assert.deepEqual(
      values.filter((name) => !offered.has(name)),
      [],
    );
  });

  test('has all that is taken from the server’s package', () => {
    const imports = /import \{([^}]*)\} from '@modelcontextprotocol\/server'/g;
    const taken = users.flatMap(({ text }) =>
      [...text.matchAll(imports)].flatMap(([, names = '']) => names.split(',').map((name) => name.trim())),
    );
    const values = taken.filter((name) => name !== '' && !name.startsWith('type '));
    assert.ok(values.includes('McpServer'));
    assert.deepEqual(
      values.filter((name) => !offered.has(name)),
      [],
    );
  });
});
