import assert from 'node:assert/strict';
import { brokenRelations, defaultIntervals } from '../../../../src/core/sessions/intervals';

suite('intervals', () => {
  test('keep their relations: TTL > 2 × beat, grace > beat, sweep < beat, silence > TTL + grace', () => {
    assert.deepEqual(brokenRelations(defaultIntervals), []);
    const { beatMs, ttlMs, graceMs, sweepMs, silentAfterMs } = defaultIntervals;
    assert.ok(ttlMs > 2 * beatMs && graceMs > beatMs && sweepMs < beatMs && silentAfterMs > ttlMs + graceMs);
  });

  test('signs, hooks, stop and breaker keep theirs: throttle < TTL − beat, due < TTL, stop < TTL, cool < window', () => {
    const all = defaultIntervals;
    assert.ok(all.activityMs < all.ttlMs - all.beatMs && all.activityMs < all.hookDueMs);
    assert.ok(all.hookDueMs < all.ttlMs && 2 * all.stopFirmMs < all.ttlMs);
    assert.ok(all.breakerCoolMs < all.breakerWindowMs);
    assert.deepEqual(brokenRelations({ ...all, breakerCoolMs: all.breakerWindowMs }), [
      'The breaker still knows its exits when it lets one start through',
    ]);
  });

  test('a relation that is broken is named', () => {
    assert.deepEqual(brokenRelations({ ...defaultIntervals, ttlMs: 60_000 }), [
      'A lease outlives two beats, so that one lost beat means nothing',
    ]);
    assert.deepEqual(brokenRelations({ ...defaultIntervals, graceMs: 30_000 }), [
      'The grace period is longer than a beat, so that a late beat still counts',
    ]);
    assert.ok(brokenRelations({ ...defaultIntervals, sweepMs: 0 }).includes('Every interval is positive'));
  });

  test('a dead agent without proof is released within TTL, grace and one sweep: under three minutes', () => {
    const { ttlMs, graceMs, sweepMs } = defaultIntervals;
    assert.ok(ttlMs + graceMs + sweepMs < 180_000);
  });
});
