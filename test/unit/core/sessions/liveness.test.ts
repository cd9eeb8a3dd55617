import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import {
  holdsTask,
  hooksInactive,
  type Liveness,
  leaseFacts,
  livenessOf,
  longRunning,
  type Probe,
} from '../../../../src/core/sessions/liveness';
import { session, someEnd } from './session-example';

const { ttlMs, graceMs, silentAfterMs } = defaultIntervals;
const start = Date.parse('2026-11-21T07:28:00.000Z');
const after = (ms: number) => new Date(start + ms);

suite('liveness', () => {
  const cases: readonly (readonly [string, Probe, number, Liveness])[] = [
    ['an alive process within its lease is live', 'alive', 0, 'live'],
    ['an alive process past lease and grace is live', 'alive', ttlMs + graceMs, 'live'],
    ['an alive process without a beat for ten minutes is silent', 'alive', silentAfterMs, 'silent'],
    [
      'an alive process without a beat for thirty minutes is silent and nothing else',
      'alive',
      3 * silentAfterMs,
      'silent',
    ],
    ['a process proven gone is gone at once', 'gone', 0, 'gone'],
    ['an unknown process within its lease is live', 'unknown', ttlMs - 1, 'live'],
    ['an unknown process past its lease is suspect', 'unknown', ttlMs, 'suspect'],
    [
      'an unknown process is suspect to the end of the grace period',
      'unknown',
      ttlMs + graceMs - 1,
      'suspect',
    ],
    ['an unknown process past the grace period is gone', 'unknown', ttlMs + graceMs, 'gone'],
    ['a clock set back takes nothing away', 'unknown', -1_000_000, 'live'],
  ];
  for (const [name, probe, ms, expected] of cases) {
    test(name, () => assert.equal(livenessOf(session(), probe, after(ms)), expected));
  }

  test('an ended session is ended, whatever the probe says', () => {
    for (const probe of ['alive', 'gone', 'unknown'] as const) {
      assert.equal(livenessOf(session({ end: someEnd }), probe, after(0)), 'ended');
    }
  });

  test('after a sleep leases are counted from the moment of waking', () => {
    const woke = after(8 * 3_600_000);
    const at = (ms: number) =>
      livenessOf(session(), 'unknown', new Date(woke.getTime() + ms), { since: woke });
    assert.equal(at(0), 'live');
    assert.equal(at(ttlMs - 1), 'live');
    assert.equal(at(ttlMs), 'suspect');
    assert.equal(at(ttlMs + graceMs), 'gone');
    assert.equal(
      livenessOf(session(), 'alive', woke, { since: woke }),
      'live',
      'silence is counted anew as well',
    );
  });

  test('only live, silent and suspect sessions hold their task', () => {
    const all: Liveness[] = ['live', 'silent', 'suspect', 'gone', 'ended'];
    assert.deepEqual(all.filter(holdsTask), ['live', 'silent', 'suspect']);
  });
});

suite('liveness: laws', () => {
  const moment = fc.integer({ min: -10 * silentAfterMs, max: 10 * silentAfterMs }).map(after);
  const since = fc.option(moment, { nil: undefined });

  test('a session whose process is alive is never suspect or gone, whatever the clock says', () => {
    fc.assert(
      fc.property(moment, since, (now, from) => {
        const liveness = livenessOf(session(), 'alive', now, { since: from });
        assert.ok(liveness === 'live' || liveness === 'silent');
        assert.deepEqual(leaseFacts(session(), 'alive', now, { since: from }), {
          leaseExpired: false,
          processProvenGone: false,
          graceElapsed: false,
        });
      }),
    );
  });

  test('a process that is proven gone is gone at once, whatever the lease says', () => {
    fc.assert(
      fc.property(moment, since, (now, from) => {
        assert.equal(livenessOf(session(), 'gone', now, { since: from }), 'gone');
        assert.equal(leaseFacts(session(), 'gone', now, { since: from })?.processProvenGone, true);
      }),
    );
  });

  test('the evidence for recovery is complete exactly when the session is gone', () => {
    fc.assert(
      fc.property(moment, since, fc.constantFrom<Probe>('alive', 'gone', 'unknown'), (now, from, probe) => {
        const lease = leaseFacts(session(), probe, now, { since: from });
        const released = lease?.processProvenGone || (lease?.leaseExpired && lease.graceElapsed);
        assert.equal(released, livenessOf(session(), probe, now, { since: from }) === 'gone');
      }),
    );
  });

  test('without evidence a session only gets less alive as time passes', () => {
    const rank: readonly Liveness[] = ['live', 'suspect', 'gone'];
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [early, late] = a <= b ? [a, b] : [b, a];
        assert.ok(
          rank.indexOf(livenessOf(session(), 'unknown', early)) <=
            rank.indexOf(livenessOf(session(), 'unknown', late)),
        );
      }),
    );
  });

  test('an ended session leaves no evidence to act on', () => {
    assert.equal(leaseFacts(session({ end: someEnd }), 'gone', after(0)), undefined);
  });
});

suite('signs of the agent itself', () => {
  const minutes = (n: number) => after(n * 60_000);

  test('silence counts from them, not from the beats of whoever watches', () => {
    const beaten = { beatAt: minutes(29).toISOString(), expiresAt: minutes(31).toISOString() };
    assert.equal(livenessOf(session(beaten), 'alive', minutes(30)), 'silent');
    const active = session({ ...beaten, activeAt: minutes(25).toISOString() });
    assert.equal(livenessOf(active, 'alive', minutes(30)), 'live');
    assert.equal(livenessOf(active, 'alive', minutes(35)), 'silent');
  });

  test('without any, it counts from the start', () => {
    assert.equal(livenessOf(session(), 'alive', new Date(start + silentAfterMs - 1)), 'live');
    assert.equal(livenessOf(session(), 'alive', new Date(start + silentAfterMs)), 'silent');
  });
});

suite('hooks that were handed over', () => {
  const { hookDueMs } = defaultIntervals;
  const handed = session({ hooks: true });

  test('and not heard in time are not active', () => {
    assert.equal(hooksInactive(handed, after(hookDueMs - 1)), false);
    assert.equal(hooksInactive(handed, after(hookDueMs)), true);
  });

  test('are active once one was heard, however late; nothing is said where there are none, or at the end', () => {
    const heard = session({ hooks: true, hookAt: after(hookDueMs + 5000).toISOString() });
    assert.equal(hooksInactive(heard, after(hookDueMs + 6000)), false);
    assert.equal(hooksInactive(session(), after(hookDueMs)), false);
    assert.equal(hooksInactive({ ...handed, end: someEnd }, after(hookDueMs)), false);
  });
});

suite('a run in the background', () => {
  const { longRunningMs } = defaultIntervals;
  const own = session({ trigger: 'automatic', mode: 'headless' });

  test('is long-running by how long it goes on, whatever signs it gives', () => {
    const active = { ...own, activeAt: after(longRunningMs - 1).toISOString() };
    assert.equal(longRunning(active, after(longRunningMs - 1)), false);
    assert.equal(longRunning(active, after(longRunningMs)), true);
  });

  test('is not once it has ended, and a session of a person never is', () => {
    assert.equal(longRunning({ ...own, end: someEnd }, after(longRunningMs)), false);
    assert.equal(longRunning(session(), after(10 * longRunningMs)), false);
  });
});
