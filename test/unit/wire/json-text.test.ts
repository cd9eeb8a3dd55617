import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonPieces, Rows } from '../../../src/wire/json-text';

suite('The text of an answer', () => {
  test('joined the pieces are `JSON.stringify(value)`', () => {
    const rows = fc.array(fc.jsonValue()).map((items) => new Rows(items.map((item) => JSON.stringify(item))));
    const data = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), rows, fc.constant(undefined)));
    const answer = fc.record({ schema: fc.constant(1), data: fc.oneof(fc.jsonValue(), rows, data) });
    fc.assert(
      fc.property(answer, (value) => assert.equal([...jsonPieces(value)].join(''), JSON.stringify(value))),
    );
  });

  test('an item is made when its piece is asked for', () => {
    let made = 0;
    const items = {
      *[Symbol.iterator]() {
        for (; made < 1000; made++) yield JSON.stringify('a row of some length'.repeat(50));
      },
    };
    const pieces = jsonPieces({ tasks: new Rows(items) });
    for (let n = 0; n < 3; n++) pieces.next();
    assert.ok(made < 1000);
  });
});
