import assert from 'node:assert/strict';
import { parseTitle, titleProblem } from '../../../src/vscode/quick-input/title-input';

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

  // Whatever is refused after the last question takes all the answers with it.
  for (const [typed, problem] of [
    ['Database Schema', undefined],
    ['  ', 'empty'],
    ['#101 Database Schema', undefined],
    ['#100 Database Schema', 'taken'],
    ['#100', undefined],
    ['#1..2 Database Schema', 'no_id'],
    [`#${'1'.repeat(65)} Database Schema`, 'no_id'],
    [`#101 ${'x'.repeat(200)}`, undefined],
    [`#101 ${'x'.repeat(201)}`, 'too_long'],
    [`${'x '.repeat(100)}   `, undefined],
  ] as const) {
    test(`${problem ?? 'nothing'} is wrong with "${typed.slice(0, 40)}", which is told at once`, () => {
      assert.equal(titleProblem(typed, new Set(['100'])), problem);
    });
  }
});
