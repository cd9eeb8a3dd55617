// Requirements 001-10, 001-48: Baton asks no language model by itself. One file asks one, when a person chose that it should.
import assert from 'node:assert/strict';
import { readSources } from '../support/source-files';

const sources = readSources();
const naming = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

suite('language models', () => {
  test('are chosen and asked in one file, which belongs to the bundle of planning', () => {
    assert.deepEqual(naming(/\b(?:selectChatModels|sendRequest)\b/), ['vscode/planning/improve-plan.ts']);
  });

  test('are reached by that file only from the plan that a person asks for', () => {
    assert.deepEqual(naming(/from '[./\w-]*improve-plan'/), ['vscode/planning/planning.ts']);
  });
});
