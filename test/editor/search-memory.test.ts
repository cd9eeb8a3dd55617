// Search Memory while answers come late: only the answer to what is asked now counts.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { searchMemory } from '../../src/vscode/memory/search-memory';
import { eventually } from './support/eventually';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

suite('Search Memory while answers come late', () => {
  const { createQuickPick } = vscode.window;
  const put = (value: unknown) =>
    Object.defineProperty(vscode.window, 'createQuickPick', { configurable: true, writable: true, value });

  teardown(() => put(createQuickPick));

  test('stays open when the answer to an earlier question fails', async () => {
    const pick = createQuickPick();
    put(() => pick);
    const waiting = new Map<string, Waiting>();
    const closed = searchMemory({
      folder: vscode.Uri.file('/'),
      ask: (args) =>
        new Promise((resolve, reject) => {
          waiting.set(args.at(-1) ?? '', { resolve, reject });
        }),
      isNews: () => false,
      put: (name) => vscode.Uri.parse(`untitled:${name}`),
    });
    const end = closed.then(() => 'closed', String);
    const ask = (words: string) => {
      pick.value = words;
      return eventually(`the question ${words}`, async () => waiting.get(words));
    };
    const first = await ask('first');
    const second = await ask('second');
    first.reject(new Error('too slow'));
    second.resolve({ results: [], troubles: [] });
    const shown = await eventually('the answer', async () =>
      pick.items.length > 0 ? pick.items : undefined,
    );
    assert.deepEqual(
      shown.map(({ label }) => label),
      ['Nothing is remembered about that.'],
    );
    pick.hide();
    assert.equal(await end, 'closed');
  });
});
