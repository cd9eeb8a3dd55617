import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeUtf8, encodeUtf8 } from '../../../../src/core/base/utf8';

suite('UTF-8', () => {
  test('any well-formed text comes back from its bytes, a byte order mark too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, mark) => {
        const whole = (mark ? '\ufeff' : '') + text;
        assert.equal(decodeUtf8(encodeUtf8(whole)), whole);
      }),
    );
  });

  test('bytes that are not UTF-8 give nothing instead of a guess', () => {
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      assert.equal(decodeUtf8(Uint8Array.from(bytes)), undefined);
    }
  });
});
