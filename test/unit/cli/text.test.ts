import assert from 'node:assert/strict';
import { refusalText } from '../../../src/cli/text';
import { BatonError } from '../../../src/core/base/baton-error';

suite('a refusal in words', () => {
  test('says what, each detail, what may be done, and what to do next', () => {
    const error = new BatonError('guard_failed', 'Task #1 is not complete yet', {
      details: ['Feature a does not pass'],
      allowed: ['block'],
      hint: 'Finish what is missing.',
    });
    assert.equal(
      refusalText(error),
      'baton: Task #1 is not complete yet\n  - Feature a does not pass\n  Allowed now: block\n  Finish what is missing.\n',
    );
  });

  test('quotes a stranger’s file without its control characters, which would drive the terminal', () => {
    const hostile = 'ticked\u001b]0;owned\u0007\u001b[2J\r\u009b31m';
    const text = refusalText(new BatonError('guard_failed', hostile, { details: [hostile], hint: hostile }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    assert.equal(text.split('ticked').length, 4);
  });
});
