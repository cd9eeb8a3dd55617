// Who is the scheduler of a folder: one among the living, whatever fails and whoever dies. Requirement 002-16.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { leaseTimes, SchedulerLease } from '../../../../src/core/scheduler/scheduler-lease';
import { changeSchedulerState, readSchedulerState } from '../../../../src/core/scheduler/scheduler-state';
import { initialise } from '../../../../src/core/store/layout';
import { paths } from '../../../../src/core/store/paths';
import { MemoryClock } from '../../../support/memory-clock';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryIds, testPorts } from '../../../support/memory-ports';
import { MemoryProcesses } from '../../../support/memory-processes';

const root = '/project';

/** One disk and clock, and processes that know of each other as long as they share a scope. */
async function machine() {
  const clock = new MemoryClock();
  const fs = new MemoryFileSystem(clock);
  const ids = new MemoryIds();
  const running = new Map<number, string>();
  await initialise({ fs }, root);
  const contender = (
    pid: number,
    { scope = 'this machine', on = fs as FaultyFileSystem | typeof fs } = {},
  ) => {
    const processes = new MemoryProcesses({ pid, start: `start-${pid}`, scope });
    running.set(pid, `start-${pid}`);
    for (const [other, start] of running) processes.running.set(other, start);
    const ports = { ...testPorts({ clock, processes }), fs: on, ids };
    return { processes, ports, lease: new SchedulerLease(ports, root) };
  };
  return { clock, fs, contender };
}

suite("the scheduler's lease", () => {
  test('has one holder; the other is told who it is and when to ask again', async () => {
    const { contender, clock } = await machine();
    const [first, second] = [contender(1), contender(2)];
    assert.deepEqual(await first.lease.acquire(), { held: true, fence: 1 });
    second.processes.running.set(1, 'start-1');
    const until = new Date(clock.now().getTime() + leaseTimes.ttlMs).toISOString();
    assert.deepEqual(await second.lease.acquire(), {
      held: false,
      by: `process 1 on this machine since ${clock.now().toISOString()}`,
      until,
    });
    await first.lease.release();
    assert.deepEqual(await second.lease.acquire(), { held: true, fence: 2 });
  });

  test('is kept by a living holder however long it was not renewed, as during sleep', async () => {
    const { contender, clock } = await machine();
    const [first, second] = [contender(1), contender(2)];
    await first.lease.acquire();
    second.processes.running.set(1, 'start-1');
    clock.advance(24 * 3600_000);
    assert.equal((await second.lease.acquire()).held, false);
    assert.deepEqual(await first.lease.acquire(), { held: true, fence: 1 });
  });

  test('is taken at once from a process that is proven gone, and its late write is refused', async () => {
    const { contender, fs } = await machine();
    const [dead, heir] = [contender(1), contender(2)];
    await dead.lease.acquire();
    heir.processes.running.delete(1);
    assert.deepEqual(await heir.lease.acquire(), { held: true, fence: 2 });
    const write = (fence: number) => changeSchedulerState(fs, root, fence, (state) => state);
    await heir.lease.under(write);
    await assert.rejects(dead.lease.under(write), (error) => isBatonError(error, 'conflict'));
    // Even one that does not look at its lease any more.
    await assert.rejects(write(1), (error) => isBatonError(error, 'conflict'));
    assert.equal((await readSchedulerState(fs, root)).fence, 2);
    assert.equal(dead.lease.fence, undefined);
  });

  test('of a holder on another machine is taken only when it is over and the grace period too', async () => {
    const { contender, clock } = await machine();
    const [far, near] = [contender(1, { scope: 'elsewhere' }), contender(2)];
    await far.lease.acquire();
    clock.advance(leaseTimes.ttlMs + leaseTimes.graceMs - 1);
    assert.equal((await near.lease.acquire()).held, false);
    clock.advance(1);
    assert.equal((await near.lease.acquire()).held, true);
  });

  test('of another machine whose clock was years ahead blocks nobody until then', async () => {
    const { contender, clock } = await machine();
    const [far, near] = [contender(1, { scope: 'elsewhere' }), contender(2)];
    const now = clock.now();
    const aheadMs = leaseTimes.graceMs;
    clock.setWall(new Date(now.getTime() + aheadMs).toISOString());
    await far.lease.acquire();
    clock.setWall(now.toISOString());
    assert.equal((await near.lease.acquire()).held, false, 'a clock that is a minute ahead is heard');
    clock.setWall('2031-01-01T00:00:00.000Z');
    await far.lease.acquire();
    clock.setWall(now.toISOString());
    assert.deepEqual(await near.lease.acquire(), { held: true, fence: 2 });
  });

  test('of a living holder that reaches years ahead is asked for again after the time of a lease', async () => {
    const { contender, clock } = await machine();
    const [first, second] = [contender(1), contender(2)];
    second.processes.running.set(1, 'start-1');
    const now = clock.now();
    clock.setWall('2031-01-01T00:00:00.000Z');
    await first.lease.acquire();
    clock.setWall(now.toISOString());
    const answer = await second.lease.acquire();
    const until = new Date(now.getTime() + leaseTimes.ttlMs).toISOString();
    assert.deepEqual([answer.held, 'until' in answer && answer.until], [false, until]);
  });

  test('that its own process could not give back is free again when it is over', async () => {
    const { contender, clock, fs } = await machine();
    const faulty = new FaultyFileSystem(fs);
    const window = contender(1, { on: faulty });
    await window.lease.acquire();
    faulty.arm({ at: 1, sticky: true, errno: 'EIO', leaves: 'nothing' });
    await window.lease.release();
    const later = contender(1);
    assert.equal((await later.lease.acquire()).held, false);
    clock.advance(leaseTimes.ttlMs);
    assert.equal((await later.lease.acquire()).held, true);
  });

  test('is not given back by one that does not hold it', async () => {
    const { contender, fs } = await machine();
    const [first, second] = [contender(1), contender(2)];
    second.processes.running.set(1, 'start-1');
    await first.lease.acquire();
    const before = fs.text(paths.schedulerLease(root));
    await second.lease.acquire();
    await second.lease.release();
    assert.equal(fs.text(paths.schedulerLease(root)), before);
  });

  test('whose file holds something else is free, and its fence goes on from what was written', async () => {
    const { contender, fs } = await machine();
    const first = contender(1);
    await first.lease.acquire();
    await first.lease.under((fence) => changeSchedulerState(fs, root, fence, (state) => state));
    fs.put(paths.schedulerLease(root), '{"pid": 7}');
    assert.deepEqual(await contender(2).lease.acquire(), { held: true, fence: 2 });
  });

  test('never has two holders, whoever comes, goes, sleeps and dies in whatever order', async () => {
    const step = fc.record({
      who: fc.integer({ min: 0, max: 3 }),
      what: fc.constantFrom('acquire', 'write', 'release', 'die', 'sleep', 'lose the file'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { contender, clock, fs } = await machine();
        const all = [1, 2, 3, 4].map((pid) => contender(pid));
        for (const one of all) for (const n of [1, 2, 3, 4]) one.processes.running.set(n, `start-${n}`);
        const dead = new Set<number>();
        let fences = 0;
        for (const { who, what } of steps) {
          const own = all[who];
          if (own === undefined || dead.has(who)) continue;
          if (what === 'die') {
            dead.add(who);
            for (const one of all) one.processes.running.delete(who + 1);
          } else if (what === 'sleep') clock.advance(300_000);
          else if (what === 'acquire') await own.lease.acquire();
          else if (what === 'release') await own.lease.release();
          else if (what === 'lose the file' && (await readSchedulerState(fs, root)).fence === fences) {
            // Only where nobody holds it: a file that somebody deletes under a holder costs it the lease.
            if (all.every(({ lease }) => lease.fence === undefined))
              await fs.remove(paths.schedulerLease(root));
          } else if (what === 'write') {
            const wrote = await own.lease
              .under((fence) => changeSchedulerState(fs, root, fence, (state) => state))
              .catch((error: unknown) => {
                if (isBatonError(error, 'conflict')) return undefined;
                throw error;
              });
            if (wrote !== undefined) {
              assert.ok(wrote.fence >= fences, 'a smaller fence was written');
              fences = wrote.fence;
            }
          }
          const holders = all.filter(({ lease }, n) => !dead.has(n) && lease.fence !== undefined);
          assert.ok(holders.length <= 1, `${holders.length} hold it`);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is held whole or not at all whichever operation of the disk fails, and free for the next', async () => {
    for (let at = 1; ; at++) {
      const { contender, fs } = await machine();
      const faulty = new FaultyFileSystem(fs, { at, sticky: false, errno: 'EIO', leaves: 'half' });
      const one = contender(1, { on: faulty });
      const taken = await one.lease.acquire().catch((error: unknown) => error);
      const broken = faulty.operations.length >= at;
      faulty.arm(undefined);
      const again = await one.lease.acquire();
      assert.equal(again.held, true, `after a failure of operation ${at} the same one cannot take it`);
      await one.lease.release();
      const next = contender(2);
      next.processes.running.set(1, 'start-1');
      assert.equal((await next.lease.acquire()).held, true, `after a failure of operation ${at}`);
      if (!broken) {
        assert.deepEqual(taken, { held: true, fence: 1 });
        return;
      }
    }
  });
});
