import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { FileSystem } from '../../../../src/core/ports';
import { Locks } from '../../../../src/core/store/lock';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { testPorts } from '../../../support/memory-ports';
import { MemoryProcesses } from '../../../support/memory-processes';

const folder = '/project/.baton/locks';
const path = `${folder}/task-1.lock`;

function setUp() {
  const ports = testPorts();
  ports.fs.put(`${folder}/.keep`, '');
  /** Locks of another process that shares the disk and the clock. */
  const other = (pid: number, fs: FileSystem = ports.fs) => {
    const processes = new MemoryProcesses({ pid, start: `start-${pid}` });
    for (const [running, start] of ports.processes.running) processes.running.set(running, start);
    return new Locks({ ...ports, fs, processes }, folder);
  };
  const owner = (owning: Record<string, unknown>) =>
    JSON.stringify({
      v: 1,
      token: 'dead-token',
      pid: 4000,
      start: 'start-4000',
      scope: 'this machine',
      at: '2026-11-21T07:00:00.000Z',
      ...owning,
    });
  return { ports, locks: new Locks(ports, folder), other, owner };
}

suite('Locks', () => {
  test('a lock is a file that says who holds it, and is gone afterwards', async () => {
    const { ports, locks } = setUp();
    const held = await locks.acquire('task-1');
    const owner: unknown = JSON.parse(ports.fs.text(path) ?? '');
    assert.deepEqual(owner, {
      v: 1,
      token: held.token,
      pid: 1000,
      start: 'start-1000',
      scope: 'this machine',
      at: '2026-11-21T07:28:00.000Z',
    });
    await held.release();
    assert.deepEqual(ports.fs.paths(), [`${folder}/.keep`]);
  });

  test('a waiter that loses says locked and who holds it', async () => {
    const { locks, other } = setUp();
    await locks.acquire('task-1');
    await assert.rejects(other(2000).acquire('task-1'), (error) => {
      assert.ok(isBatonError(error, 'locked'));
      assert.match(error.message, /process 1000 since 2026-11-21T07:28:00.000Z/);
      return true;
    });
  });

  test('a waiter gets the lock when it is released', async () => {
    const { locks, other } = setUp();
    const held = await locks.acquire('task-1');
    const waiting = other(2000).acquire('task-1');
    await held.release();
    assert.ok((await waiting).token !== held.token);
  });

  test('callers of one process go in the order they came', async () => {
    const { locks } = setUp();
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        locks.with('task-1', async () => {
          await new Promise((resolve) => setImmediate(resolve));
          order.push(n);
        }),
      ),
    );
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
  });

  test('also where each of them opens the folder anew, and none of them has to try again', async () => {
    const { ports } = setUp();
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        new Locks(ports, folder).with('task-1', async () => {
          await new Promise((resolve) => setImmediate(resolve));
          order.push(n);
        }),
      ),
    );
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
    assert.equal(ports.clock.monotonicMs(), 0);
  });

  test('whoever does not wait is not kept by those of its own process either', async () => {
    const { ports, locks } = setUp();
    let done = () => {};
    const busy = locks.with('task-1', () => new Promise<void>((resolve) => (done = resolve)));
    await new Promise((resolve) => setImmediate(resolve));
    const looking = new Locks(ports, folder).with('task-1', async () => undefined, { waitMs: 0 });
    await assert.rejects(looking, (error) => isBatonError(error, 'locked'));
    done();
    await busy;
  });

  test('a wait behind those of its own process is not counted: a stranger is waited for after it', async () => {
    const { ports, owner } = setUp();
    ports.processes.running.set(3000, 'start-3000');
    const fs = new FaultyFileSystem(ports.fs);
    const locks = new Locks({ ...ports, fs }, folder);
    const slow = locks.with('task-1', async () => ports.clock.advance(11_000));
    const behind = locks.with('task-1', async () => 'in');
    let stranger: 'away' | 'coming' | 'in' = 'away';
    fs.onOperation = (_count, operation) => {
      if (operation === `remove ${path}`) stranger = 'coming';
      else if (operation !== `read ${path}`) return;
      else if (stranger === 'coming') {
        ports.fs.put(path, owner({ token: 'stranger', pid: 3000, start: 'start-3000' }));
        stranger = 'in';
      } else if (stranger === 'in') {
        void ports.fs.remove(path);
        stranger = 'away';
      }
    };
    await slow;
    assert.equal(await behind, 'in');
  });

  test('a failing body releases the lock and lets the next one in', async () => {
    const { ports, locks } = setUp();
    const failing = locks.with('task-1', async () => {
      throw new Error('body failed');
    });
    const next = locks.with('task-1', async () => 'next');
    await assert.rejects(failing, /body failed/);
    assert.equal(await next, 'next');
    assert.equal(ports.fs.text(path), undefined);
  });

  test('a lock whose process is gone is taken over', async () => {
    const { ports, locks, owner } = setUp();
    ports.fs.put(path, owner({}));
    const held = await locks.acquire('task-1');
    assert.ok(ports.fs.text(path)?.includes(held.token));
    assert.deepEqual(ports.fs.paths(), [`${folder}/.keep`, path]);
  });

  test('a lock whose pid now belongs to another program is taken over', async () => {
    const { ports, locks, owner } = setUp();
    ports.processes.running.set(4000, 'started later');
    ports.fs.put(path, owner({}));
    await locks.acquire('task-1');
  });

  for (const [who, owning] of Object.entries({
    'a live process is never taken, however old it is': {
      pid: 3000,
      start: 'start-3000',
      at: '2001-01-01T00:00:00.000Z',
    },
    'a process of another machine is never taken': { scope: 'another machine' },
  })) {
    test(`a lock of ${who}`, async () => {
      const { ports, locks, owner } = setUp();
      ports.processes.running.set(3000, 'start-3000');
      const lock = owner(owning);
      ports.fs.put(path, lock);
      await assert.rejects(locks.acquire('task-1'), (error) => isBatonError(error, 'locked'));
      assert.equal(ports.fs.text(path), lock);
    });
  }

  test('a lock file that cannot be read is left alone, and the answer says which file', async () => {
    const { ports, locks } = setUp();
    ports.fs.put(path, '{"v":1,"tok');
    await assert.rejects(locks.acquire('task-1'), (error) => {
      assert.ok(isBatonError(error, 'locked'));
      assert.ok(error.hint?.includes(path));
      return true;
    });
  });

  test('an owner token that would name a file elsewhere is not believed', async () => {
    const { ports, locks, owner } = setUp();
    ports.fs.put(path, owner({ token: '../../escape' }));
    await assert.rejects(locks.acquire('task-1'), (error) => isBatonError(error, 'locked'));
    assert.deepEqual(ports.fs.paths(), [`${folder}/.keep`, path]);
  });

  test('a claim whose maker died is taken over as well, to any depth', async () => {
    const { ports, locks, owner } = setUp();
    ports.fs.put(path, owner({ token: 'd1' }));
    ports.fs.put(`${folder}/d1.claim`, owner({ token: 'd2', pid: 4001 }));
    ports.fs.put(`${folder}/d2.claim`, owner({ token: 'd3', pid: 4002 }));
    const held = await locks.acquire('task-1');
    assert.ok(ports.fs.text(path)?.includes(held.token));
    assert.deepEqual(ports.fs.paths(), [`${folder}/.keep`, path]);
  });

  test('a claim of somebody alive is waited for', async () => {
    const { ports, locks, owner } = setUp();
    ports.processes.running.set(3000, 'start-3000');
    ports.fs.put(path, owner({ token: 'd1' }));
    ports.fs.put(`${folder}/d1.claim`, owner({ token: 'alive', pid: 3000, start: 'start-3000' }));
    await assert.rejects(locks.acquire('task-1'), (error) => isBatonError(error, 'locked'));
    assert.ok(ports.fs.text(path)?.includes('d1'));
  });

  test('release leaves a lock that is somebody else’s', async () => {
    const { ports, locks, owner } = setUp();
    const held = await locks.acquire('task-1');
    ports.fs.put(path, owner({ token: 'usurper' }));
    await held.release();
    assert.ok(ports.fs.text(path)?.includes('usurper'));
  });

  test('a lock that could not be removed is reported and does not lock out its own process', async () => {
    const { ports, other } = setUp();
    const fs = new FaultyFileSystem(ports.fs);
    const locks = other(5000, fs);
    ports.processes.running.set(5000, 'start-5000');
    const held = await locks.acquire('task-1');
    fs.arm({ at: 2, sticky: false, errno: 'EBUSY', leaves: 'nothing' });
    await held.release();
    assert.ok(ports.log.lines.some((line) => line.startsWith('error: Could not release')));
    fs.arm(undefined);
    await locks.with('task-1', async () => undefined);
    assert.equal(ports.fs.text(path), undefined);
  });

  test('nor does it lock out others who take locks in that process', async () => {
    const { ports, locks } = setUp();
    const fs = new FaultyFileSystem(ports.fs);
    const held = await new Locks({ ...ports, fs }, folder).acquire('task-1');
    fs.arm({ at: 2, sticky: false, errno: 'EBUSY', leaves: 'nothing' });
    await held.release();
    await locks.with('task-1', async () => undefined);
    assert.equal(ports.fs.text(path), undefined);
  });

  test('a lock has at most one owner among the living; a lock is taken from a dead owner by exactly one', async () => {
    for (let round = 0; round < 50; round++) {
      const { ports, other, owner } = setUp();
      for (let pid = 2001; pid <= 2005; pid++) ports.processes.running.set(pid, `start-${pid}`);
      ports.fs.put(path, owner({}));
      let inside = 0;
      let most = 0;
      let times = 0;
      await Promise.all(
        [2001, 2002, 2003, 2004, 2005].map((pid) =>
          other(pid, interleaved(ports.fs, round * 31 + pid)).with('task-1', async () => {
            inside++;
            times++;
            most = Math.max(most, inside);
            await new Promise((resolve) => setImmediate(resolve));
            inside--;
          }),
        ),
      );
      assert.equal(most, 1);
      assert.equal(times, 5);
      assert.deepEqual(ports.fs.paths(), [`${folder}/.keep`]);
    }
  });
});

/** The same file system, with pauses before operations that depend on the seed: other interleavings every time. */
function interleaved(fs: FileSystem, seed: number): FileSystem {
  let state = seed;
  const pause = async () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    for (let turns = (state >> 8) % 4; turns > 0; turns--)
      await new Promise((resolve) => setImmediate(resolve));
  };
  return new Proxy(fs, {
    get(target, name, receiver) {
      const operation: unknown = Reflect.get(target, name, target);
      if (typeof operation !== 'function') return Reflect.get(target, name, receiver);
      return async (...args: unknown[]) => {
        await pause();
        return operation.apply(target, args);
      };
    },
  });
}
