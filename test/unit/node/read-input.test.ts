import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { readInput } from '../../../src/node/read-input';

const limits = { maxBytes: 100, deadlineMs: 60_000 };

suite('standard input of a hook', () => {
  test('is read to its end, characters that come in two pieces too', async () => {
    const stream = new PassThrough();
    const read = readInput(stream, limits);
    const bytes = Buffer.from('{"id":"é"}');
    stream.write(bytes.subarray(0, 8));
    stream.end(bytes.subarray(8));
    assert.equal(await read, '{"id":"é"}');
  });

  test('is cut at its limit, and what comes after is read and dropped', async () => {
    const stream = new PassThrough();
    const read = readInput(stream, limits);
    for (let n = 0; n < 50; n++) stream.write('x'.repeat(10));
    stream.end();
    assert.equal(await read, 'x'.repeat(100));
    assert.equal(stream.readableLength, 0);
  });

  test('that is never closed is what came until the deadline', async () => {
    const stream = new PassThrough();
    stream.write('{}');
    assert.equal(await readInput(stream, { ...limits, deadlineMs: 20 }), '{}');
  });

  test('that fails has ended, and fails no more afterwards', async () => {
    const stream = new PassThrough();
    const read = readInput(stream, limits);
    stream.destroy(new Error('gone'));
    assert.equal(await read, '');
    stream.emit('error', new Error('late'));
  });
});
