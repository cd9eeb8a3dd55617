import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import {
  commandFault,
  requireShownWhole,
  shownId,
  verifyConsentKey,
} from '../../../../src/core/evidence/verify-command';
import { testHasher } from '../../../support/memory-ports';

suite('a command that a person is asked about', () => {
  for (const command of [
    'npm test',
    'node -e \'process.exit(1)\' && echo "ok" | tee out.txt',
    'pytest -k "naïve"',
  ]) {
    test(`can be shown: ${command}`, () => assert.equal(commandFault(command), undefined));
  }

  const hidden: readonly (readonly [what: string, command: string])[] = [
    ['nothing at all', '  '],
    ['a second line', 'npm test\nrm -rf .'],
    ['a carriage return that writes over the line', 'rm -rf .\rnpm test '],
    ['an escape sequence', 'rm -rf . \u001b[2K npm test'],
    ['writing from right to left', 'npm test \u202e.fr mr'],
    ['a sign without width', 'npm te\u200bst'],
    ['a blank that is none', 'npm\u00a0test'],
    ['half a character', 'npm test \ud800'],
    ['a gap that pushes the rest out of sight', `npm test${' '.repeat(300)}; rm -rf .`],
    ['more than anybody reads', `echo ${'x'.repeat(2000)}`],
  ];
  for (const [what, command] of hidden) {
    test(`is refused when it holds ${what}`, () => {
      assert.equal(typeof commandFault(command), 'string');
      assert.throws(
        () => requireShownWhole(command),
        (error) => isBatonError(error, 'invalid_input'),
      );
    });
  }

  test('the id beside it hides nothing and is no essay', () => {
    assert.equal(shownId('jwt-1'), 'jwt-1');
    assert.equal(shownId('a\u001b[2J\nb\u202ec'), 'a?[2J?b?c');
    assert.equal(shownId('x'.repeat(500)).length, 80);
  });

  test('is agreed to in one folder and as it is: anything else is asked anew', () => {
    const key = (root: string, command: string) => verifyConsentKey(testHasher, root, command);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (root, command, otherRoot, other) => {
        fc.pre((root !== otherRoot || command !== other) && !`${root}${otherRoot}`.includes('\0'));
        assert.notEqual(key(root, command), key(otherRoot, other));
        assert.equal(key(root, command), key(root, command));
      }),
    );
  });
});
