import assert from 'node:assert/strict';
import {
  describeDuration,
  describeExit,
  type ExitShape,
  endedWell,
  isIntended,
} from '../../../../src/core/sessions/describe-exit';

const plain: ExitShape = { exitCode: 0, signal: null, reason: 'process', durationMs: 240_000 };

suite('how a session ended', () => {
  const cases: readonly (readonly [Partial<ExitShape>, string])[] = [
    [{}, 'Ended with exit code 0 after 4 min'],
    [{ exitCode: 1 }, 'Ended with exit code 1 after 4 min'],
    [{ exitCode: 137 }, 'Ended with exit code 137 (killed) after 4 min'],
    [{ exitCode: 127 }, 'Ended with exit code 127 (the program was not found) after 4 min'],
    [{ exitCode: 130 }, 'Ended with exit code 130 (interrupted) after 4 min'],
    [{ exitCode: null, signal: 'SIGKILL' }, 'Ended by SIGKILL after 4 min'],
    [{ exitCode: null }, 'Ended with an unknown exit code after 4 min'],
    [{ reason: 'unknown', exitCode: null }, 'Ended with an unknown exit code after 4 min'],
    [{ reason: 'user', exitCode: null }, 'Stopped by a person after 4 min'],
    [{ reason: 'user', exitCode: 143 }, 'Stopped by a person with exit code 143 (terminated) after 4 min'],
    [{ reason: 'shutdown', exitCode: null }, 'Ended when the editor closed after 4 min'],
    [{ reason: 'extension', exitCode: null, signal: 'SIGTERM' }, 'Stopped by Baton by SIGTERM after 4 min'],
    [{ reason: 'vanished', exitCode: null }, 'Disappeared within 4 min, nobody saw it end'],
  ];
  for (const [exit, expected] of cases) {
    test(expected, () => assert.equal(describeExit({ ...plain, ...exit }), expected));
  }

  test('only a program that came to its own end without complaint ended well', () => {
    assert.equal(endedWell(plain), true);
    for (const change of [
      { exitCode: 1 },
      { exitCode: null },
      { signal: 'SIGHUP' },
      { reason: 'user' },
    ] as const) {
      assert.equal(endedWell({ ...plain, ...change }), false);
    }
  });
});

suite('durations in words', () => {
  for (const [milliseconds, expected] of [
    [0, '0 s'],
    [400, '0 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [240_000, '4 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
    [90_000_000, '1 d 1 h'],
  ] as const) {
    test(`${milliseconds} ms is ${expected}`, () => assert.equal(describeDuration(milliseconds), expected));
  }
});

suite('exit codes that lie', () => {
  const exitMap = { trustworthy: false, meanings: { '53': 'turn limit reached' } };

  test('the agent’s own meaning of a code is told, before the usual one', () => {
    assert.equal(
      describeExit({ ...plain, exitCode: 53, exitMap }),
      'Ended with exit code 53 (turn limit reached) after 4 min',
    );
    const own = { trustworthy: true, meanings: { '130': 'budget used up' } };
    assert.match(describeExit({ ...plain, exitCode: 130, exitMap: own }), /130 \(budget used up\)/);
  });

  test('code 0 of an agent that gives it in other cases too is told as what it is', () => {
    assert.equal(
      describeExit({ ...plain, exitMap }),
      'Ended with exit code 0, which this agent also gives when it did not finish, after 4 min',
    );
    assert.equal(endedWell({ ...plain, exitMap }), false);
    assert.equal(endedWell({ ...plain, exitMap, finalEvent: 'tool' }), false);
  });

  test('the final event of its hooks outweighs the code', () => {
    for (const finalEvent of ['end', 'stop']) {
      assert.equal(endedWell({ ...plain, exitMap, finalEvent }), true);
      assert.equal(describeExit({ ...plain, exitMap, finalEvent }), 'Ended with exit code 0 after 4 min');
    }
  });
});

suite('whether an end was intended', () => {
  const lies = { trustworthy: false, meanings: {} };
  const cases: readonly (readonly [string, Partial<ExitShape> & { documented?: boolean }, boolean])[] = [
    ['code 0', {}, true],
    ['code 1', { exitCode: 1 }, false],
    ['a signal', { exitCode: null, signal: 'SIGSEGV' }, false],
    ['an interruption, which only a person makes', { exitCode: null, signal: 'SIGINT' }, true],
    ['an interruption told as a code', { exitCode: 130 }, true],
    ['a stop by a person, whatever the code', { reason: 'user', exitCode: 143 }, true],
    ['a stop by Baton', { reason: 'extension', exitCode: null }, true],
    ['the end of the window', { reason: 'shutdown', exitCode: null }, true],
    ['a program found gone', { reason: 'vanished', exitCode: null }, false],
    ['an unknown code', { exitCode: null }, false],
    ['an unknown code after the agent left its entry', { exitCode: null, documented: true }, true],
    ['an unknown code after a final event', { exitCode: null, finalEvent: 'stop' }, true],
    ['code 0 of an agent that lies', { exitMap: lies }, false],
    ['code 0 of an agent that lies, in the middle of a tool', { exitMap: lies, finalEvent: 'tool' }, false],
    ['code 0 of an agent that lies, after a final event', { exitMap: lies, finalEvent: 'end' }, true],
    ['code 0 of an agent that lies and left its entry', { exitMap: lies, documented: true }, true],
    ['code 1 after a final event', { exitCode: 1, finalEvent: 'end' }, false],
  ];
  for (const [name, change, expected] of cases) {
    test(`${name}: ${expected ? 'yes' : 'no'}`, () =>
      assert.equal(isIntended({ ...plain, documented: false, ...change }), expected));
  }
});
