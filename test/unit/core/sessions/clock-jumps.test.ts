import assert from 'node:assert/strict';
import { ClockJumps } from '../../../../src/core/sessions/clock-jumps';
import { MemoryClock } from '../../../support/memory-clock';

suite('clock jumps', () => {
  const tolerance = 20_000;

  test('time that passes on both clocks is no jump, however long nobody asked', () => {
    const clock = new MemoryClock();
    const jumps = new ClockJumps(clock, tolerance);
    clock.advance(8 * 3_600_000);
    assert.equal(jumps.since(), undefined);
  });

  test('a wall clock that ran ahead alone is a jump, and the leases count from there until the next', () => {
    const clock = new MemoryClock('2026-11-21T07:00:00Z');
    const jumps = new ClockJumps(clock, tolerance);
    clock.setWall('2026-11-21T15:00:00Z');
    assert.equal(jumps.since()?.toISOString(), '2026-11-21T15:00:00.000Z');
    clock.advance(60_000);
    assert.equal(jumps.since()?.toISOString(), '2026-11-21T15:00:00.000Z');
    clock.setWall('2026-11-22T15:00:00Z');
    assert.equal(jumps.since()?.toISOString(), '2026-11-22T15:00:00.000Z');
  });

  test('a small correction of the clock is no jump', () => {
    const clock = new MemoryClock('2026-11-21T07:00:00Z');
    const jumps = new ClockJumps(clock, tolerance);
    clock.setWall('2026-11-21T07:00:19Z');
    assert.equal(jumps.since(), undefined);
  });

  test('a clock set back is no jump, and takes a jump into the future back with it', () => {
    const clock = new MemoryClock('2026-11-21T07:00:00Z');
    const jumps = new ClockJumps(clock, tolerance);
    clock.setWall('2026-11-20T07:00:00Z');
    assert.equal(jumps.since(), undefined);
    clock.setWall('2030-01-01T00:00:00Z');
    assert.equal(jumps.since()?.toISOString(), '2030-01-01T00:00:00.000Z');
    clock.setWall('2026-11-21T07:00:00Z');
    assert.equal(jumps.since()?.toISOString(), '2026-11-21T07:00:00.000Z');
  });
});
