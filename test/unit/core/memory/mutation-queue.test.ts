// One mutation at a time, in the order in which they were asked for.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MutationQueue } from '../../../../src/core/memory/mutation-queue';

suite('the mutation queue', () => {
  test('runs what was asked for one at a time, in that order, however long each takes and whichever fail', async () => {
    const wanted = fc.array(fc.record({ steps: fc.nat({ max: 4 }), fails: fc.boolean() }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), wanted, async (scheduler, all) => {
        const queue = new MutationQueue();
        const log: string[] = [];
        let running = 0;
        const results = all.map(({ steps, fails }, n) =>
          queue.run(async () => {
            assert.equal(++running, 1);
            for (let step = 0; step < steps; step++)
              await scheduler.schedule(Promise.resolve(), `${n}.${step}`);
            log.push(String(n));
            running--;
            if (fails) throw new Error(`failed ${n}`);
            return n;
          }),
        );
        assert.equal(queue.depth, all.length);
        const ends = await scheduler.waitFor(Promise.allSettled(results));
        assert.deepEqual(
          log,
          all.map((_, n) => String(n)),
        );
        assert.deepEqual(
          ends.map((end) => end.status),
          all.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
        );
        assert.equal(queue.depth, 0);
      }),
    );
  });

  test('gives each its own answer or failure', async () => {
    const queue = new MutationQueue();
    const failing = queue.run(() => Promise.reject(new Error('mine')));
    const next = queue.run(async () => 'next');
    await assert.rejects(failing, /mine/);
    assert.equal(await next, 'next');
  });
});
