// The schema that VS Code checks .baton/config.json with is the one the core reads it by.
// `BATON_UPDATE=1` writes it anew.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { configSchema } from '../../../src/core/model/config';

const file = 'media/schemas/config.schema.json';

suite('the schema of .baton/config.json', () => {
  test('is up to date with what the core reads', () => {
    const schema = {
      ...z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }),
      title: 'Baton project settings',
      description: 'Settings of this project that every surface of Baton obeys.',
    };
    const text = `${JSON.stringify(schema, undefined, 2)}\n`;
    if (process.env['BATON_UPDATE'] === '1') writeFileSync(file, text);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(text));
  });
});
