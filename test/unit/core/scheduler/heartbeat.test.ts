// When the next tick is. A timer port that fires when the test's clock says so.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Heartbeat, type HeartbeatTimes } from '../../../../src/core/scheduler/heartbeat';
import { MemoryClock } from '../../../support/memory-clock';

const times: HeartbeatTimes = { settleMs: 250, restMs: 1000, retryMs: 30_000, longestMs: 60_000 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

function heart(tick: () => Promise<{ nextAt: string | undefined }>) {
  const clock = new MemoryClock();
  const armed: { at: number; fire: () => void }[] = [];
  const errors: unknown[] = [];
  let everArmed = 0;
  const heartbeat = new Heartbeat({
    clock,
    times,
    tick,
    onError: (error) => errors.push(error),
    arm: (ms, fire) => {
      everArmed++;
      const timer = { at: clock.monotonicMs() + ms, fire };
      armed.push(timer);
      return { dispose: () => void (armed.includes(timer) && armed.splice(armed.indexOf(timer), 1)) };
    },
  });
  /** Time passes, and timers that are due fire, one after the other. */
  const pass = async (ms: number) => {
    const end = clock.monotonicMs() + ms;
    for (;;) {
      assert.ok(armed.length <= 1, 'two timers are armed');
      const [next] = armed;
      if (next === undefined || next.at > end) break;
      clock.advance(Math.max(0, next.at - clock.monotonicMs()));
      armed.shift();
      next.fire();
      await heartbeat.settled();
      await turn();
    }
    clock.advance(end - clock.monotonicMs());
  };
  const inFuture = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
  return { heartbeat, clock, armed, errors, pass, inFuture, armedSoFar: () => everArmed };
}

suite('the heartbeat', () => {
  test('arms no timer while there is nothing to wait for', async () => {
    let ticks = 0;
    const { heartbeat, pass, armedSoFar } = heart(async () => ({ nextAt: void ticks++ }));
    assert.equal(heartbeat.isArmed, false);
    heartbeat.poke();
    await pass(times.settleMs);
    assert.equal(ticks, 1);
    const after = armedSoFar();
    await pass(24 * 3600_000);
    assert.deepEqual([ticks, heartbeat.isArmed, armedSoFar()], [1, false, after]);
  });

  test('makes one tick of a burst of changes', async () => {
    let ticks = 0;
    const { heartbeat, pass } = heart(async () => ({ nextAt: void ticks++ }));
    for (let n = 0; n < 100; n++) {
      heartbeat.poke();
      await pass(1);
    }
    await pass(times.settleMs);
    assert.equal(ticks, 1);
  });

  test('rests between two ticks, so that what a tick changes does not make it run in circles', async () => {
    let ticks = 0;
    const own = heart(async () => {
      ticks++;
      own.heartbeat.poke();
      return { nextAt: undefined };
    });
    own.heartbeat.poke();
    await own.pass(10_000);
    assert.ok(ticks >= 9 && ticks <= 11, `${ticks} ticks in ten seconds`);
  });

  test('ticks at the moment the last tick asked for', async () => {
    const at: number[] = [];
    const own = heart(async () => {
      at.push(own.clock.monotonicMs());
      return { nextAt: at.length === 1 ? own.inFuture(5 * 60_000) : undefined };
    });
    own.heartbeat.poke();
    await own.pass(3600_000);
    assert.deepEqual(at, [times.settleMs, times.settleMs + 5 * 60_000]);
  });

  test('makes one tick of all moments that were slept through', async () => {
    let ticks = 0;
    const own = heart(async () => {
      ticks++;
      return { nextAt: own.inFuture(30_000) };
    });
    own.heartbeat.poke();
    await own.pass(times.settleMs);
    // Asleep: the wall clock goes on, timers and the monotonic clock do not.
    own.clock.setWall('2026-11-22T07:28:00.000Z');
    await own.pass(times.longestMs);
    assert.equal(ticks, 3, 'one for what was missed, one for the interval that followed');
  });

  test('notices after sleep that a far moment has come, though its timer has not', async () => {
    let ticks = 0;
    const own = heart(async () => {
      ticks++;
      return { nextAt: ticks === 1 ? own.inFuture(8 * 3600_000) : undefined };
    });
    own.heartbeat.poke();
    await own.pass(times.settleMs);
    own.clock.setWall('2026-11-21T20:00:00.000Z');
    await own.pass(times.longestMs);
    assert.equal(ticks, 2);
  });

  test('goes on at its pace when the clock is set back', async () => {
    let ticks = 0;
    const own = heart(async () => {
      ticks++;
      return { nextAt: own.inFuture(30_000) };
    });
    own.heartbeat.poke();
    await own.pass(times.settleMs);
    own.clock.setWall('2026-11-20T07:28:00.000Z');
    await own.pass(90_000);
    assert.equal(ticks, 4);
  });

  test('tells what a tick throws, and tries again later', async () => {
    let ticks = 0;
    const own = heart(async () => {
      ticks++;
      throw new Error('the disk is full');
    });
    own.heartbeat.poke();
    await own.pass(times.settleMs + times.retryMs);
    assert.equal(ticks, 2);
    assert.equal(own.errors.length, 2);
  });

  test('does nothing any more when it is disposed of', async () => {
    let ticks = 0;
    const own = heart(async () => ({ nextAt: void ticks++ }));
    own.heartbeat.poke();
    own.heartbeat.dispose();
    own.heartbeat.poke();
    await own.pass(3600_000);
    assert.deepEqual([ticks, own.heartbeat.isArmed], [0, false]);
  });

  test('never runs two ticks at once, never misses a change, whatever the order of things', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('poke' as const) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 200_000 }) }),
      fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 0, max: 10_000_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 30 }),
        fc.array(fc.option(fc.integer({ min: -5000, max: 500_000 })), { maxLength: 30 }),
        async (actions, answers) => {
          let running = 0;
          let unseen = false;
          let ticks = 0;
          const own = heart(async () => {
            assert.equal(++running, 1);
            unseen = false;
            await turn();
            running--;
            const wait = answers[ticks++];
            return { nextAt: wait == null ? undefined : own.inFuture(wait) };
          });
          for (const one of actions) {
            if (one.kind === 'poke') {
              own.heartbeat.poke();
              unseen = true;
            } else if (one.kind === 'pass') await own.pass(one.ms);
            else own.clock.setWall(own.inFuture(one.ms));
          }
          await own.pass(times.restMs + times.settleMs);
          assert.equal(unseen, false, 'a change was missed');
        },
      ),
      { numRuns: 100 },
    );
  });
});
