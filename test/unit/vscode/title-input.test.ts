import assert from 'node:assert/strict';
import { parseTitle } from '../../../src/vscode/quick-input/title-input';

suite('the title box', () => {
  for (const [typed, id, title] of [
    ['Database Schema', undefined, 'Database Schema'],
    ['#100 Database Schema', '100', 'Database Schema'],
    ['#auth-2: JWT  Service ', 'auth-2', 'JWT  Service'],
    ['# not an id', undefined, '# not an id'],
    ['#100', undefined, '#100'],
    ['Fix #100 again', undefined, 'Fix #100 again'],
  ] as const) {
    test(`takes "${typed}" as ${id === undefined ? 'a title' : `#${id} and a title`}`, () => {
      assert.deepEqual(parseTitle(typed), { id, title });
    });
  }
});
