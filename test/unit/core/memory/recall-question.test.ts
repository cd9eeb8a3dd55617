import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exactness, exactParts, hasExact } from '../../../../src/core/memory/recall-exact';
import { analyseQuestion } from '../../../../src/core/memory/recall-question';
import { questionTime } from '../../../../src/core/memory/recall-time';
import { tellingWords } from '../../../../src/core/memory/recall-words';

suite('what a question asks for', () => {
  test('its words are lower-case, once each, without signs and stop words', () => {
    const { words } = analyseQuestion(
      'Why did we decide that the Invoice-Worker’s cache is the WORKER’S cache?',
    );
    assert.deepEqual(words, ['decide', 'invoice', 'worker', 'cache']);
  });

  test('contractions leave nothing behind', () => {
    assert.deepEqual(tellingWords("Didn't it retry? We'll see what's cached, don't we"), [
      'retry',
      'see',
      'cached',
    ]);
  });

  test('a long text is cut to the first of its words', () => {
    const text = Array.from({ length: 500 }, (_, n) => `word${n}`).join(' ');
    assert.equal(analyseQuestion(text).words.length, 32);
  });

  const asTheyStand: readonly (readonly [string, readonly string[]])[] = [
    ['What broke src/auth/token.ts?', ['src/auth/token.ts']],
    ['What broke token.ts, and package.json.', ['token.ts', 'package.json']],
    ['Where is getUserById() called', ['getUserById()']],
    ['Who owns SessionStore or user_sessions', ['SessionStore', 'user_sessions']],
    ['When did ERR_TOKEN_41 come', ['ERR_TOKEN_41']],
    ['ENOENT, TS2345 and jwt-1', ['ENOENT', 'TS2345', 'jwt-1']],
    ['what does --dry-run do', ['--dry-run']],
    ['since v1.2.3 or 2.0.1', ['v1.2.3', '2.0.1']],
    ['what was in 3f2a9bc?', ['3f2a9bc']],
    ['the route /api/v2/users/me', ['/api/v2/users/me']],
    ['what of @scope/package', ['@scope/package']],
    ['Map.groupBy and std::move', ['Map.groupBy', 'std::move']],
    ['"no such table" or `npm test` or ‘x’', ['no such table', 'npm test']],
    ["say 'not found' there, don't", ['not found']],
    ['TypeError: x is not a function, when?', ['TypeError: x is not a function', 'TypeError']],
  ];
  for (const [text, parts] of asTheyStand) {
    test(`"${text}" asks for ${parts.join(', ')} as it stands`, () => {
      assert.deepEqual(exactParts(text), parts);
    });
  }

  test('ordinary words, numbers and abbreviations are nothing to be found as they stand', () => {
    const text =
      'ERROR: the follow-up, e.g. an HTTP API and/or 300 ms, 4th of 12 on JSON. It is 500ms. EVENT now';
    assert.deepEqual(exactParts(text), []);
  });

  test('a part is not found as a piece of a longer name', () => {
    assert.ok(hasExact('Saw err_41.', 'ERR_41'));
    assert.ok(hasExact('in src/auth/token.ts:12', 'token.ts'));
    assert.ok(hasExact('Fixed ERR_411 and ERR_41', 'ERR_41'));
    assert.ok(!hasExact('Saw ERR_411', 'ERR_41'));
    assert.ok(!hasExact('in my-token.ts', 'token.ts'));
    assert.ok(!hasExact('in token.ts.bak', 'token.ts'));
    assert.ok(!hasExact('version 1.2.31', '1.2.3'));
  });

  test('a part of a longer path counts half, unless it stands alone somewhere else', () => {
    assert.equal(exactness('src/auth/token.ts', 'token.ts'), 0.5);
    assert.equal(exactness('the route /api/users/all', '/api/users'), 0.5);
    assert.equal(exactness('/api/users/all, /api/users', '/api/users'), 1);
    assert.equal(exactness('See `/api/users`.', '/api/users'), 1);
    assert.equal(exactness('/api/usersettings', '/api/users'), 0);
  });

  test('tasks are named with a number sign or the word', () => {
    const { tasks, words } = analyseQuestion('What blocks #101, task 7 and #web-2?');
    assert.deepEqual(tasks, ['101', '7', 'web-2']);
    assert.deepEqual(words, ['blocks']);
    assert.deepEqual(analyseQuestion('Which task is next, a.ts#L4 or C#').tasks, []);
  });

  test('nothing that is asked makes analysing throw, and words are never empty or repeated', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { words } = analyseQuestion(text, '2026-11-21T10:00:00Z');
        assert.equal(new Set(words).size, words.length);
        assert.ok(words.every((word) => /^[\p{L}\p{N}]+$/u.test(word)));
      }),
    );
  });
});

suite('times in a question', () => {
  const sessions: readonly (readonly [string, object | undefined])[] = [
    ['cache before session 4', { to: 3 }],
    ['cache prior to session 4', { to: 3 }],
    ['cache after session 4', { from: 5 }],
    ['cache since session 4', { from: 4 }],
    ['cache until session 4', { to: 4 }],
    ['cache in session 4', { from: 4, to: 4 }],
    ['Session 4: cache', { from: 4, to: 4 }],
    ['cache between session 2 and 5', { from: 2, to: 5 }],
    ['cache between session 5 and session 2', { from: 2, to: 5 }],
    ['cache from session 2 to session 5', { from: 2, to: 5 }],
    ['cache in sessions 2-5', { from: 2, to: 5 }],
    ['cache in the first session', { from: 1, to: 1 }],
    ['cache after session 2 and before session 5', { from: 3, to: 4 }],
    ['cache of the session', undefined],
    ['cache for 4 sessions', undefined],
  ];
  for (const [text, expected] of sessions) {
    test(`"${text}" means sessions ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(questionTime(text).filter.session, expected);
    });
  }

  const now = '2026-11-21T00:30:00Z';
  const days: readonly (readonly [string, object | undefined])[] = [
    ['cache before 2026-11-20', { to: '2026-11-20T00:00:00Z' }],
    ['cache after 2026-11-20', { from: '2026-11-21T00:00:00Z' }],
    ['cache since 2026-11-20', { from: '2026-11-20T00:00:00Z' }],
    ['cache by 2026-11-20', { to: '2026-11-21T00:00:00Z' }],
    ['cache on 2026-11-20', { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' }],
    ['cache between 2026-11-18 and 2026-11-20', { from: '2026-11-18T00:00:00Z', to: '2026-11-21T00:00:00Z' }],
    ['cache yesterday', { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' }],
    ['cache since yesterday', { from: '2026-11-20T00:00:00Z' }],
    ['what is cached today', { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' }],
    ['the release 2026-11-20', undefined],
    ['on 2026-13-40', undefined],
    ['report-2026-11-20.md', undefined],
  ];
  for (const [text, expected] of days) {
    test(`"${text}" means days ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(questionTime(text, now).filter.at, expected);
    });
  }

  test('without a clock, today is a word like any other', () => {
    assert.deepEqual(questionTime('cache today').filter, {});
    assert.equal(questionTime('cache today').rest, 'cache today');
  });

  test('times are no words', () => {
    assert.deepEqual(analyseQuestion('cache before session 4 since 2026-11-20').words, ['cache']);
  });
});
