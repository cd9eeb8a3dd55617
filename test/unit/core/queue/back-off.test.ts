import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backOffMs, chanceOf, jitterShare } from '../../../../src/core/queue/back-off';

suite('The back-off', () => {
  test('is 60 s, then doubles, up to an hour, where chance adds nothing', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 7, 8, 10].map((attempts) => backOffMs(attempts, 60_000, 0.5) / 1000),
      [60, 120, 240, 480, 3600, 3600, 3600],
    );
  });

  test('stays within a fifth of that, whatever chance says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, chance) => {
          const plain = backOffMs(attempts, 60_000, 0.5);
          const wait = backOffMs(attempts, 60_000, chance);
          assert.ok(Math.abs(wait - plain) <= plain * jitterShare + 1);
        },
      ),
    );
  });

  test('takes its chance from a random UUID', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), (uuid) => {
        const chance = chanceOf(uuid);
        assert.ok(chance >= 0 && chance <= 1);
      }),
    );
    assert.equal(chanceOf('ffffffff-0000-4000-8000-000000000000'), 1);
    assert.equal(chanceOf('00000000-0000-4000-8000-000000000000'), 0);
  });
});
