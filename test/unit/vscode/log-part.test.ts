import assert from 'node:assert/strict';
import { logPart } from '../../../src/vscode/background/log-part';

const bytes = (text: string) => new TextEncoder().encode(text);

suite('a part of a log that is being written', () => {
  test('is whole lines; what is half written waits for its end', () => {
    const going = { isCut: false, isOver: false };
    assert.deepEqual(logPart(bytes('one\n\ntwo\nhal'), going), { lines: ['one', '', 'two'], taken: 9 });
    assert.deepEqual(logPart(bytes('hal'), going), { lines: [], taken: 0 });
  });

  test('has its last line too when nobody writes any more', () => {
    const over = { isCut: false, isOver: true };
    assert.deepEqual(logPart(bytes('one\nError: ü'), over), { lines: ['one', 'Error: ü'], taken: 13 });
    assert.deepEqual(logPart(bytes('one\n'), over), { lines: ['one'], taken: 4 });
  });

  test('begins with a whole line where it was cut out of the middle', () => {
    const cut = { isCut: true, isOver: false };
    assert.deepEqual(logPart(bytes('ne\ntwo\n'), cut), { lines: ['two'], taken: 7 });
    assert.deepEqual(logPart(bytes('ne'), cut), { lines: [], taken: 0 });
  });
});
