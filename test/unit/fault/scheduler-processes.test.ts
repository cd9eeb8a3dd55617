// The scheduler's lease with real processes on a real disk: contention, and holders that are killed. Regression test 3.3.3.
import assert from 'node:assert/strict';
import { initialise } from '../../../src/core/store/layout';
import { StoreWorkers, type Worker } from '../../support/store-workers';
import { withWorkspace } from '../../support/with-workspace';

suite('several processes that want to be the scheduler', () => {
  let workers: StoreWorkers;

  suiteSetup(async () => {
    workers = await StoreWorkers.build();
  });

  suiteTeardown(() => workers.dispose());

  async function contenders(root: string, rounds: number): Promise<Worker[]> {
    const started = await Promise.all(
      [1, 2, 3, 4].map(() => workers.start('schedule', root, String(rounds))),
    );
    for (const worker of started) worker.go();
    return started;
  }

  const fencesOf = (worker: Worker) => worker.lines.filter((line) => line !== 'refused').map(Number);

  test('are it one at a time, each under a fence of its own', async () => {
    await withWorkspace(async ({ root, ports }) => {
      await initialise(ports, root);
      const all = await contenders(root, 60);
      for (const worker of all) assert.equal(await worker.ended, 0, worker.errors());
      const fences = all.flatMap(fencesOf);
      assert.ok(fences.length > 4, 'nobody was let in');
      assert.equal(new Set(fences).size, fences.length);
      for (const worker of all)
        assert.deepEqual(
          fencesOf(worker),
          [...fencesOf(worker)].sort((a, b) => a - b),
        );
    });
  }).timeout(60_000);

  test('take over from one that is killed while it is it, one of them', async () => {
    await withWorkspace(async ({ root, ports }) => {
      await initialise(ports, root);
      const all = await contenders(root, 150);
      const [first, second, ...others] = all;
      assert.ok(first && second);
      for (const [worker, after] of [
        [first, 5],
        [second, 11],
      ] as const) {
        await worker.said(after);
        worker.signal('SIGKILL');
        assert.equal(await worker.ended, null);
      }
      for (const worker of others) assert.equal(await worker.ended, 0, worker.errors());
      const fences = all.flatMap(fencesOf);
      assert.equal(new Set(fences).size, fences.length);
      assert.ok(others.every((worker) => fencesOf(worker).length > 0));
    });
  }).timeout(60_000);
});
