import assert from 'node:assert/strict';
import {
  describeDuration,
  describeExit,
  type ExitShape,
  endedWell,
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
