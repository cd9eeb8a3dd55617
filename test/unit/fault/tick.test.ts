// A tick on a disk that fails: nothing is lost or done twice by it, and the next tick goes through.
import assert from 'node:assert/strict';
import { BatonError } from '../../../src/core/base/baton-error';
import { queueOf } from '../../../src/core/operations/queue-of';
import { type JobRunner, tick } from '../../../src/core/operations/tick';
import { readSchedulerState } from '../../../src/core/scheduler/scheduler-state';
import { nextCronTime } from '../../../src/node/next-cron-time';
import { FaultyFileSystem } from '../../support/memory-faults';
import { openMemory, root } from '../../support/memory-workspace';
import { background, job, tickOptions } from '../core/operations/background-support';

suite('a tick, whichever operation of the disk fails', () => {
  test('starts nothing twice at once, runs a job at most once more, and is made up for by the next', async () => {
    let operations = Number.POSITIVE_INFINITY;
    for (let at = 1; at <= operations; at += 3) {
      const own = await background(['1'], { heartbeat: { jobs: [job('pace', '0 * * * *', 'velocity')] } });
      let ran = 0;
      const jobs: JobRunner = {
        next: (cron, after) => nextCronTime(cron, after, 'UTC'),
        run: async () => `run ${++ran}`,
      };
      const started: string[] = [];
      const options = tickOptions(own, { jobs, startRun: async (id) => started.push(id) });
      await tick(own.workspace, tickOptions(own, { jobs }));
      own.ports.clock.setWall('2026-11-21T08:00:00.000Z');
      const faulty = new FaultyFileSystem(own.ports.fs);
      const { ports } = await own.beside(3000);
      const failing = await openMemory({ ...ports, fs: faulty });
      faulty.arm({ at, sticky: false, errno: 'EIO', leaves: 'half' });
      await tick(failing, options).catch((error: unknown) =>
        assert.ok(error instanceof BatonError, String(error)),
      );
      if (faulty.operations.length < at) operations = 0;
      faulty.arm(undefined);
      // It ends, as a command line does; what it could not give back is taken from it.
      own.ports.processes.running.delete(3000);
      own.ports.clock.advance(20_000);
      const after = await tick(await openMemory(own.ports), options);
      assert.ok(started.length >= 1 && started.length <= 2, `operation ${at}: ${started.length} starts`);
      assert.equal(after.check.status, 'READY', `operation ${at}`);
      assert.ok(ran <= 1, `operation ${at}: the job ran ${ran} times`);
      const state = await readSchedulerState(own.ports.fs, root);
      assert.equal(state.jobs['pace']?.nextAt, '2026-11-21T09:00:00.000Z', `operation ${at}`);
      assert.equal((await queueOf(own.workspace).list()).entries.length, 1, `operation ${at}`);
    }
  }).timeout(60_000);
});
