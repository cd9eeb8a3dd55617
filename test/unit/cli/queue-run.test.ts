import assert from 'node:assert/strict';
import { queueWords } from '../../../src/cli/commands/queue-run';

suite('when a run that ended comes back', () => {
  const now = new Date('2026-11-21T12:00:00.000Z');
  const earlier = '2026-11-21T11:00:00.000Z';
  const soon = '2026-11-21T12:05:00.000Z';
  const late = '2026-11-21T15:00:00.000Z';
  for (const [nextRetryAt, notBefore, words] of [
    [null, null, 'it is queued'],
    [soon, earlier, `it is queued until ${soon}`],
    [soon, late, `it is queued until ${late}`],
    [null, earlier, 'it is queued'],
  ] as const) {
    test(`after a wait to ${nextRetryAt} and a limit to ${notBefore}: ${words}`, () =>
      assert.equal(queueWords({ deadAt: null, nextRetryAt, notBefore }, now), words));
  }

  test('not by itself when it has failed too often', () =>
    assert.equal(
      queueWords({ deadAt: earlier, nextRetryAt: null, notBefore: late }, now),
      'it needs your attention',
    ));
});
