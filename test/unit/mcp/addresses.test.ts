import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressOf, documentKinds, readAddress } from '../../../src/mcp/addresses';

suite('the addresses of tasks and packets', () => {
  test('name the same folder, kind and task when they are read again, whatever the names are', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(name, fc.constantFrom(...documentKinds), name, (folder, kind, id) => {
        const address = addressOf({ name: folder, root: '/anywhere' }, kind, id);
        assert.deepEqual(readAddress(address), { folder, kind, id });
        assert.ok(URL.canParse(address), address);
      }),
    );
  });

  for (const address of [
    '',
    'baton://',
    'baton://shop/task/',
    'baton://shop/notes/1',
    'baton://shop/task/1/2',
    'baton://shop/task/1?x',
    'baton:///task/1',
    'baton://%ZZ/task/1',
    'file:///shop/task/1',
  ]) {
    test(`"${address}" is none`, () => assert.equal(readAddress(address), undefined));
  }
});
