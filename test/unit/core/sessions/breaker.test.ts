import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { Session } from '../../../../src/core/model/session';
import { breakerState, requireClosedBreaker } from '../../../../src/core/sessions/breaker';
import { breakerExits, defaultIntervals } from '../../../../src/core/sessions/intervals';
import { session, someEnd } from './session-example';

const { breakerCoolMs, breakerWindowMs } = defaultIntervals;
const second = 1000;
const zero = Date.parse('2026-11-21T07:28:00.000Z');
const at = (ms: number) => new Date(zero + ms);

interface Run {
  readonly from: number;
  /** Undefined while it runs. */
  readonly to?: number;
  readonly intended?: boolean;
  readonly reason?: 'process' | 'user' | 'vanished';
  readonly trigger?: Session['trigger'];
  readonly origin?: Session['origin'];
}

function sessions(runs: readonly Run[]): Session[] {
  return runs.map(({ from, to, intended = false, reason = 'process', trigger = 'automatic', origin }, n) =>
    session({
      id: `session-${n}`,
      startedAt: at(from).toISOString(),
      trigger,
      origin: origin ?? 'managed',
      // As the end is kept: in whole seconds, which may lie before the start.
      end: to === undefined ? null : { ...someEnd, at: wholeSeconds(to), intended, reason },
    }),
  );
}

function wholeSeconds(ms: number): string {
  return at(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
}

const crash = (from: number, to = from + second): Run => ({ from, to });
const crashes = [crash(0), crash(2 * second), crash(4 * second)];
const opened = 5 * second;
const cooled = opened + breakerCoolMs;

function stateOf(runs: readonly Run[], ms: number): string {
  return breakerState(sessions(runs), at(ms)).state;
}

suite('the breaker', () => {
  test('opens after three unintended exits within five minutes, for a minute', () => {
    assert.equal(stateOf(crashes.slice(1), opened), 'closed');
    assert.deepEqual(breakerState(sessions(crashes), at(opened)), {
      state: 'open',
      until: '2026-11-21T07:29:05.000Z',
    });
    assert.equal(stateOf(crashes, cooled - 1), 'open');
    assert.equal(stateOf(crashes, cooled), 'half-open');
  });

  test('does not open for three that are further apart', () => {
    const spread = [crash(0), crash(2 * second), crash(breakerWindowMs + 2 * second)];
    assert.equal(stateOf(spread, breakerWindowMs + 4 * second), 'closed');
  });

  test('never counts intentional stops, nor sessions that a person started by hand', () => {
    const stops = Array.from({ length: 9 }, (_, n): Run => ({ ...crash(n * second), intended: true }));
    assert.equal(stateOf(stops, 10 * second), 'closed');
    const byHand = crashes.map((run): Run => ({ ...run, origin: 'external' }));
    assert.equal(stateOf(byHand, opened), 'closed');
  });

  test('half-open lets one start through, and no second one beside it', () => {
    requireClosedBreaker(sessions(crashes), at(cooled));
    const trial = { from: cooled };
    assert.deepEqual(breakerState(sessions([...crashes, trial]), at(cooled + second)), {
      state: 'half-open',
      trial: 'session-3',
    });
    assert.throws(
      () => requireClosedBreaker(sessions([...crashes, trial]), at(cooled + second)),
      (error) => isBatonError(error, 'breaker_open'),
    );
  });

  test('opens again when the one start fails, also when that took less than a second', () => {
    for (const took of [0, 400, 30 * second]) {
      const runs = [...crashes, crash(cooled + 500, cooled + 500 + took)];
      assert.equal(stateOf(runs, cooled + 501 + took), 'open', `${took} ms`);
    }
  });

  test('opens again when a start long after the others fails at once, though its end is kept in whole seconds', () => {
    const late = 2 * breakerWindowMs + 500;
    assert.equal(stateOf([...crashes, crash(late, late + 100)], late + 200), 'open');
  });

  test('closes when the one start ends by itself as intended, or stays up', () => {
    const good: Run = { from: cooled, to: cooled + 5 * second, intended: true };
    assert.equal(stateOf([...crashes, good], cooled + 6 * second), 'closed');
    const longLived: Run = { from: cooled };
    assert.equal(stateOf([...crashes, longLived], cooled + breakerWindowMs), 'closed');
    const diedLater = { from: cooled, to: cooled + breakerWindowMs + second };
    assert.equal(stateOf([...crashes, diedLater], cooled + breakerWindowMs + 2 * second), 'closed');
  });

  test('stays half-open when a person stops the one start', () => {
    const stopped: Run = { from: cooled, to: cooled + second, intended: true, reason: 'user' };
    assert.deepEqual(breakerState(sessions([...crashes, stopped]), at(cooled + 2 * second)), {
      state: 'half-open',
      trial: undefined,
    });
  });

  test('is reset by a manual start', () => {
    const manual: Run = { from: opened + second, trigger: 'manual' };
    assert.equal(stateOf([...crashes, manual], opened + 2 * second), 'closed');
    const crashed: Run = { ...manual, to: opened + 2 * second };
    assert.equal(stateOf([...crashes, crashed], opened + 3 * second), 'closed', 'counting begins anew');
  });

  test('a clock set back does not keep it open: what lies in the future is left out', () => {
    assert.equal(stateOf(crashes, -second), 'closed');
  });

  test('tells when it may be tried again, and what resets it', () => {
    assert.throws(
      () => requireClosedBreaker(sessions(crashes), at(opened)),
      (error: unknown) => {
        assert.ok(isBatonError(error, 'breaker_open'));
        assert.match(error.message, /3 times within 5 minutes.* until 2026-11-21T07:29:05\.000Z$/);
        assert.match(error.hint ?? '', /Starting one yourself/);
        return true;
      },
    );
  });
});

suite('the breaker: laws', () => {
  const run: fc.Arbitrary<Run> = fc
    .record({
      from: fc.integer({ min: 0, max: 20 * 60 * second }),
      took: fc.option(fc.integer({ min: 0, max: 10 * 60 * second }), { nil: undefined }),
      intended: fc.boolean(),
      trigger: fc.constantFrom('manual' as const, 'automatic' as const),
      origin: fc.constantFrom('managed' as const, 'external' as const),
    })
    .map(({ took, ...rest }) => (took === undefined ? rest : { ...rest, to: rest.from + took }));
  const runs = fc.array(run, { maxLength: 12 });
  const now = fc.integer({ min: 0, max: 40 * 60 * second });

  test('three unintended exits of managed sessions are needed to open it', () => {
    fc.assert(
      fc.property(runs, now, (list, ms) => {
        if (stateOf(list, ms) === 'closed') return;
        const counted = list.filter(
          ({ origin, to, intended }) =>
            origin === 'managed' && to !== undefined && to <= ms + second && !intended,
        );
        assert.ok(counted.length >= breakerExits);
      }),
    );
  });

  test('a manual start now always closes it, and the order of the records says nothing', () => {
    fc.assert(
      fc.property(runs, now, (list, ms) => {
        const past = list.filter(({ to }) => to === undefined || to < ms);
        assert.equal(stateOf([...past, { from: ms, trigger: 'manual' }], ms), 'closed');
        const reversed = breakerState(sessions(list).reverse(), at(ms)).state;
        const distinct = new Set(list.flatMap(({ from, to }) => [from, to])).size;
        const all = list.flatMap(({ from, to }) => [from, to]).length;
        if (distinct === all) assert.equal(reversed, stateOf(list, ms));
      }),
    );
  });

  test('left alone it lets a start through again, after the window at the latest', () => {
    fc.assert(
      fc.property(runs, now, (list, ms) => {
        const later = 40 * 60 * second + 2 * breakerWindowMs + ms;
        requireClosedBreaker(sessions(list), at(later));
      }),
    );
  });
});
