/** The output of a command is a stranger's: it ends up in a file that people and agents read, and git carries away. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mask, maskSecrets } from '../../../../src/core/evidence/mask-secrets';
import { outputTail, plainOutput } from '../../../../src/core/evidence/output-tail';

const esc = '\u001b';
const hostile = fc.string({
  unit: fc.oneof(
    { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 3 }) },
    fc.constantFrom(
      esc,
      `${esc}[31m`,
      `${esc}]0;title`,
      '\u0007',
      '\u009b',
      '\r',
      '\n',
      '\r\n',
      '\0',
      '\ufffd',
      '\u202e',
      '\u2028',
      '\ud800',
      '```',
      '~~~',
      'token=',
      'é',
      '😀',
    ),
  ),
  maxLength: 60,
});

suite('the plain text of an output', () => {
  const cases: readonly (readonly [what: string, from: string, to: string])[] = [
    ['colours go', `${esc}[1;31mred${esc}[0m plain`, 'red plain'],
    ['a title of the terminal goes', `${esc}]0;secret title\u0007done`, 'done'],
    ['a link leaves its text', `${esc}]8;;https://example.org${esc}\\text${esc}]8;;${esc}\\`, 'text'],
    ['of a line that was written over the last state stays', '10%\r50%\r100%\nend', '100%\nend'],
    ['line ends of every kind become one', 'a\r\nb\u2028c', 'a\nb\nc'],
    ['a sequence that is never closed takes no further line', `${esc}]0;open\nkept`, 'kept'],
    ['signs that turn or hide writing go', 'a\u202eb\u200bc\ufeff', 'abc'],
    ['bytes that were no text go', 'a\u0000\ufffdb', 'ab'],
    ['empty lines around go, and many become one', '\n\na\n\n\n\nb\n', 'a\n\nb'],
  ];
  for (const [what, from, to] of cases) test(what, () => assert.equal(plainOutput(from), to));
});

suite('the tail of an output', () => {
  test('is never longer than asked for, and holds nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const tail = outputTail(text, max);
        assert.ok(tail.length <= max, `${tail.length} > ${max}`);
        assert.doesNotMatch(tail, /[^\P{Cc}\n\t]|[\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e]/u);
      }),
    );
  });

  test('is whole lines where they fit', () => {
    assert.equal(outputTail('one\ntwo\nthree', 10), '…\nthree');
    assert.equal(outputTail('one\ntwo\nthree', 13), 'one\ntwo\nthree');
  });

  test('never begins in the middle of a word', () => {
    assert.equal(outputTail(`${'x'.repeat(50)} last words`, 20), '… last words');
    assert.equal(outputTail('x'.repeat(50), 20), '…');
  });

  test('an output of megabytes without a line end takes no time to speak of', () => {
    const text = `${esc}[31m${'sk-'.repeat(30_000)}${'eyJ'.repeat(30_000)}${'http://a:'.repeat(20_000)}`;
    assert.equal(typeof outputTail(text, 400), 'string');
  });
});

suite('what looks like a secret', () => {
  const secrets = [
    `ghp_${'a1B2'.repeat(9)}`,
    `github_pat_${'a1B2'.repeat(9)}`,
    `glpat-${'a1B2c3D4'.repeat(3)}`,
    `sk-proj-${'a1B2'.repeat(8)}`,
    `AKIA${'ABCD1234'.repeat(2)}`,
    `AIza${'a1B2_'.repeat(7)}`,
    `xoxb-${'123456789012-'.repeat(2)}abc`,
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----',
  ];
  const named = [
    (value: string) => `API_KEY=${value}`,
    (value: string) => `"password": "${value}"`,
    (value: string) => JSON.stringify(`{"token":"${value}"}`),
    (value: string) => JSON.stringify(JSON.stringify({ api_key: `${value} ${value}` })),
    (value: string) => `\\'secret\\': \\'${value}\\'`,
    (value: string) => `Authorization: Bearer ${value}`,
    (value: string) => `secret_token: '${value}'`,
    (value: string) => `postgres://ada:${value}@db.example.org/app`,
  ];

  test('is masked wherever it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...secrets), hostile, hostile, (secret, before, after) => {
        assert.ok(!outputTail(`${before}\n${secret}\n${after}`, 100_000).includes(secret));
      }),
    );
  });

  test('is masked where its name says so', () => {
    const value = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{11,30}$/);
    fc.assert(
      fc.property(value, fc.constantFrom(...named), (secret, write) => {
        const masked = maskSecrets(`start ${write(secret)} end`);
        assert.ok(!masked.includes(secret), masked);
        assert.ok(masked.startsWith('start ') && masked.endsWith(' end') && masked.includes(mask), masked);
      }),
    );
  });

  test('is masked whole, however long it is, also where it is cut off', () => {
    const value = 'QmFzZTY0'.repeat(100);
    for (const write of [`TOKEN=${value}`, `"token": "${value}"`, `"token": "${value}`, `token: '${value}'`])
      assert.ok(!maskSecrets(`${write}\nend`).includes('QmFz'), write.slice(0, 20));
  });

  test('what a failing test says stays readable', () => {
    const said =
      'expected token: string, got undefined\n  at tokens.test.ts:12\npassword = null\n3 tokens: 12\n{\\"token\\":\\"string\\"}';
    assert.equal(maskSecrets(said), said);
  });
});
