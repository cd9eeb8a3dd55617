import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noBackgroundChoice } from '../../../../src/core/model/background';
import { deferReasons } from '../../../../src/core/model/queue';
import { type GateAnswer, type GateFacts, gate, minFreeMemory } from '../../../../src/core/queue/gate';
import { minutes, now } from './queue-example';

const open: GateFacts = {
  now,
  trusted: true,
  choice: { ...noBackgroundChoice, autoResume: true },
  byHand: false,
  breaker: { open: false },
  lockedBy: undefined,
  foreground: 0,
  background: 0,
  load: { load1PerCore: 0.2, freeMemoryRatio: 0.5 },
  limits: { maxBackground: 1, loadPercent: 80 },
  economy: ['cheap', 'cheaper'],
};

/** What stands against a start, in the order in which the gate asks. */
const obstacles: readonly (readonly [GateAnswer & { ready: false }, Partial<GateFacts>])[] = [
  [{ ready: false, reason: 'untrusted' }, { trusted: false }],
  [{ ready: false, reason: 'not_opted_in' }, { choice: noBackgroundChoice }],
  [
    { ready: false, reason: 'paused' },
    { choice: { ...noBackgroundChoice, autoResume: true, pausedAt: minutes(-1) } },
  ],
  [
    { ready: false, reason: 'breaker_open', retryAt: minutes(1) },
    { breaker: { open: true, until: minutes(1) } },
  ],
  [{ ready: false, reason: 'locked', holder: 'process 7' }, { lockedBy: 'process 7' }],
  [{ ready: false, reason: 'foreground_session' }, { foreground: 1 }],
  [{ ready: false, reason: 'concurrency_limit' }, { background: 1 }],
  [
    { ready: false, reason: 'high_load', retryAt: minutes(1) },
    { load: { load1PerCore: 0.8, freeMemoryRatio: 0.5 } },
  ],
  [{ ready: false, reason: 'no_economy_profile' }, { economy: [] }],
];

suite('The gate', () => {
  test('lets the first agent of the economy lane start when nothing stands against it', () => {
    assert.deepEqual(gate(open), { ready: true, agent: 'cheap' });
  });

  for (const [answer, facts] of obstacles) {
    test(`answers ${answer.reason}`, () => assert.deepEqual(gate({ ...open, ...facts }), answer));
  }

  test('has an obstacle here for every reason there is, in the order of the contract', () => {
    const reasons: readonly string[] = obstacles.map(([{ reason }]) => reason);
    assert.deepEqual(
      reasons.filter((reason) => reason !== 'locked'),
      [...deferReasons],
    );
    assert.equal(reasons.indexOf('locked'), reasons.indexOf('breaker_open') + 1);
  });

  test('names the first of several obstacles', () => {
    fc.assert(
      fc.property(fc.subarray([...obstacles], { minLength: 1 }), (chosen) => {
        // Pausing is said where opting in is said as well: who has not opted in is told that first.
        const facts: GateFacts = Object.assign({ ...open }, ...chosen.map(([, some]) => some));
        const [first] = chosen;
        const optedOut = chosen.some(([{ reason }]) => reason === 'not_opted_in');
        const choice = optedOut ? { choice: noBackgroundChoice } : {};
        assert.equal(JSON.stringify(gate({ ...facts, ...choice })), JSON.stringify(first?.[0]));
      }),
    );
  });

  test('by hand needs neither trust nor opt-in, minds no other scheduler, and minds all else', () => {
    const asked = { ...open, byHand: true };
    for (const [answer, facts] of obstacles) {
      const waived = ['untrusted', 'not_opted_in', 'locked'].includes(answer.reason);
      assert.deepEqual(gate({ ...asked, ...facts }), waived ? { ready: true, agent: 'cheap' } : answer);
    }
  });

  test('counts a machine without free memory as busy, whatever its processors say', () => {
    const load = { load1PerCore: 0, freeMemoryRatio: minFreeMemory - 0.01 };
    assert.equal(JSON.stringify(gate({ ...open, load })).includes('high_load'), true);
  });

  test('starts as many as the limit allows, and no more', () => {
    const limits = { maxBackground: 3, loadPercent: 80 };
    assert.equal(gate({ ...open, limits, background: 2 }).ready, true);
    assert.deepEqual(gate({ ...open, limits, background: 3 }), { ready: false, reason: 'concurrency_limit' });
  });
});
